/// One key of a manifest and all there is to say about it.
struct Field: Sendable {
  enum Presence: Sendable, Equatable {
    case required
    /// Absent means nothing in particular, as the summary says.
    case optional
    /// Absent means this, written as YAML.
    case defaulted(String)
  }

  let name: String
  let type: FieldType
  let presence: Presence
  /// A value as YAML, for hints, the reference and the schema.
  let example: String
  let summary: String

  init(_ name: String, _ type: FieldType, _ presence: Presence, example: String, _ summary: String) {
    self.name = name
    self.type = type
    self.presence = presence
    self.example = example
    self.summary = summary
  }

  /// The hint for a value of another type.
  var exampleHint: String { "for example \(name): \(example)" }
}

/// The keys of one mapping, in the order of their fields.
protocol FieldKey: RawRepresentable<Int>, CaseIterable, Sendable {
  static var table: ObjectTable { get }
  var field: Field { get }
}

extension FieldKey {
  /// The field as the table holds it, made once.
  var tableField: Field { Self.table.fields[rawValue] }
}
