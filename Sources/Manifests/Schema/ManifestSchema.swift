/// The JSON Schema of a manifest's document, for editors; made of the tables that the decoder reads with.
package enum ManifestSchema {
  /// Draft 2020-12; one schema for all kinds.
  package static let json = JSONText.object(members).text() + "\n"

  private static let members: [(String, JSONText)] = [
    ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
    ("title", .string("reconcile manifest")),
    ("description", .string("A document of a folder of manifests, apiVersion \(ManifestKind.apiVersion).")),
    ("type", .string("object")),
    ("required", .array([.string(DocumentKey.kind.tableField.name)])),
    ("properties", .object([(DocumentKey.kind.tableField.name, DocumentKey.kind.tableField.schema)])),
    ("allOf", .array(ManifestKind.allCases.map(choice))),
    ("$defs", .object(ManifestKind.allCases.map { ($0.rawValue, .object($0.schema)) })),
  ]

  /// The kind says which schema holds, so that an editor marks the key at fault instead of saying that no kind fits.
  private static func choice(_ kind: ManifestKind) -> JSONText {
    let name = DocumentKey.kind.tableField.name
    return .object([
      (
        "if",
        .object([
          ("required", .array([.string(name)])), ("properties", .object([(name, .object([("const", .string(kind.rawValue))]))])),
        ])
      ), ("then", .object([("$ref", .string("#/$defs/\(kind.rawValue)"))])),
    ])
  }
}

extension ManifestKind {
  fileprivate var schema: [(String, JSONText)] {
    let properties = DocumentKey.allCases.map { key -> (String, JSONText) in
      let field = key.tableField
      switch key {
      case .kind: return (field.name, .object([("description", .string(summary)), ("const", .string(rawValue))]))
      case .spec: return (field.name, .object([("description", .string(field.summary))] + specTable.schema))
      case .apiVersion, .metadata: return (field.name, field.schema)
      }
    }
    let required =
      DocumentKey.table.required.map { DocumentKey.table.fields[$0].name } + (needsSpec ? [DocumentKey.spec.tableField.name] : [])
    return [("title", .string(rawValue)), ("description", .string(summary))]
      + DocumentKey.table.schema(properties: properties, required: required)
  }
}
