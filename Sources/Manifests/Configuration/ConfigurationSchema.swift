import Fleet

/// The JSON Schema of a configuration file, for editors; made of the tables that the decoder reads with.
package enum ConfigurationSchema {
  package static let json = JSONText.object(members).text() + "\n"

  private static var members: [(String, JSONText)] {
    let table = ConfigurationKey.table
    let properties = ConfigurationKey.allCases.map { ($0.tableField.name, $0 == .notify ? notify : $0.tableField.schema) }
    return [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("reconcile configuration")),
      ("description", .string("The file of settings, \(ConfigurationFile.pathDefault).")),
    ] + table.schema(properties: properties, required: table.required.map { table.fields[$0].name })
  }

  private static var notify: JSONText {
    .object([
      ("description", .string(ConfigurationKey.notify.tableField.summary)), ("type", .string("array")),
      ("maxItems", .literal("\(NotificationTarget.countMax)")),
      ("items", .object(NotifyKey.table.schema + [("allOf", .array(NotificationTarget.Kind.allCases.map(keys)))])),
    ])
  }

  /// What a kind of notification needs, and what says nothing to it.
  private static func keys(of kind: NotificationTarget.Kind) -> JSONText {
    let isKind: [(String, JSONText)] = [("properties", .object([("kind", .object([("const", .string(kind.rawValue))]))]))]
    let then: [(String, JSONText)] = [
      ("required", .array([.string(kind.neededKey.tableField.name)])),
      ("properties", .object(kind.foreignKeys.map { ($0.tableField.name, .literal("false")) })),
    ]
    return .object([("if", .object(isKind)), ("then", .object(then))])
  }
}
