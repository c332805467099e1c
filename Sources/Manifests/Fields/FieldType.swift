/// What a field may hold; decoder, reference and JSON Schema all read it.
indirect enum FieldType: Sendable {
  case flag
  case integer(ClosedRange<Int>)
  case decimal(ClosedRange<Double>)
  case quantity(QuantityKind, ClosedRange<Int>)
  case text(TextFormat)
  case choice([String])
  case choices([String])
  case names
  /// Label keys and values.
  case labels
  /// Entries of the user's own keys; what a key is, what its value, and a value for hints.
  case texts(key: String, value: TextFormat, example: String)
  case object(ObjectTable)
  case list(FieldType)
  case either([FieldType])

  /// Completes "must be …".
  var title: String {
    switch self {
    case .flag: "true or false"
    case .integer: "a whole number"
    case .decimal: "a number"
    case .quantity(let kind, _): "a \(kind.title)"
    case .text(let format): format.title
    case .choice(let choices): FieldType.list(choices)
    case .choices(let choices): "a list of \(FieldType.list(choices))"
    case .names: "a list of names"
    case .labels: "a mapping of texts"
    case .texts: "a mapping of texts"
    case .object: "a mapping"
    case .list: "a list"
    case .either(let types): types.map(\.title).joined(separator: ", or ")
    }
  }

  static func list(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) or \(last)"
  }

  var tables: [ObjectTable] {
    switch self {
    case .object(let table): [table]
    case .either(let types): types.flatMap(\.tables)
    case .list(let type): type.tables
    default: []
    }
  }
}
