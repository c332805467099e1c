/// The tables of `docs/manifests.md`, made of the tables that the decoder reads with.
package enum ManifestReference {
  /// Each mapping by its title, as a Markdown table of its keys.
  package static let tables = tables(below: DocumentKey.table)
  /// Those of `docs/configuration.md`.
  package static let configurationTables = tables(below: ConfigurationKey.table)

  private static func tables(below root: ObjectTable) -> [(title: String, markdown: String)] {
    all(below: root).map { ($0.title, $0.markdown) }
  }

  private static func all(below root: ObjectTable) -> [ObjectTable] {
    var tables: [ObjectTable] = []
    var waiting: [ObjectTable] = [root]
    while let table = waiting.first {
      waiting.removeFirst()
      guard !tables.contains(where: { $0.title == table.title }) else { continue }
      tables.append(table)
      waiting += table.fields.flatMap(\.type.tables)
    }
    return tables.filter { !$0.fields.isEmpty }
  }
}

extension ObjectTable {
  fileprivate var markdown: String {
    let rows = fields.map { field in
      "| `\(field.name)` | \(field.type.reference) | \(field.presence.reference) | `\(field.example)` | \(field.summary) |"
    }
    return (["| key | value | default | example | meaning |", "|---|---|---|---|---|"] + rows).joined(separator: "\n")
  }
}

extension Field.Presence {
  fileprivate var reference: String {
    switch self {
    case .required: "required"
    case .optional: "–"
    case .defaulted(let value): "`\(value)`"
    }
  }
}

extension FieldType {
  /// What may stand there, with its limits.
  fileprivate var reference: String {
    switch self {
    case .flag: "`true` or `false`"
    case .integer(let range): "whole number, \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let range): "number, \(range.lowerBound) to \(range.upperBound)"
    case .quantity(let kind, let range):
      "\(kind.title), \(Quantity.text(range.lowerBound, kind)) to \(Quantity.text(range.upperBound, kind))"
    case .text(.any): "text"
    case .text(.name): "name"
    case .text(let format): "\(format.title.dropArticle): \(format.rule)"
    case .choice(let words): FieldType.list(words.map { "`\($0)`" })
    case .choices(let words): "list of \(FieldType.list(words.map { "`\($0)`" }))"
    case .names: "list of names, 1 to \(ManifestLimits.listEntriesMax)"
    case .labels: "labels, at most \(ManifestLimits.labelsMax)"
    case .texts(let key, _, _): "mapping of \(key) to text, at most \(ManifestLimits.listEntriesMax)"
    case .object(let table): "mapping: \(table.title)"
    case .list(let type): "list of: \(type.reference)"
    case .either(let types): types.map(\.reference).joined(separator: "; or ")
    }
  }
}

extension String {
  fileprivate var dropArticle: Substring { hasPrefix("a ") ? dropFirst(2) : (hasPrefix("the ") ? dropFirst(4) : self[...]) }
}
