/// The JSON Schema of a manifest's document, for editors; made of the tables that the decoder reads with.
package enum ManifestSchema {
  /// Draft 2020-12; one schema for all kinds.
  package static let json = JSONText.object(members).text() + "\n"

  private static let members: [(String, JSONText)] = [
    ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
    ("title", .string("reconcile manifest")),
    ("description", .string("A document of a folder of manifests, apiVersion \(ManifestKind.apiVersion).")),
    ("type", .string("object")),
    ("required", .array(DocumentKey.table.required.map { .string(DocumentKey.table.fields[$0].name) })),
    ("oneOf", .array(ManifestKind.allCases.map { .object([("$ref", .string("#/$defs/\($0.rawValue)"))]) })),
    ("$defs", .object(ManifestKind.allCases.map { ($0.rawValue, .object($0.schema)) })),
  ]
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
