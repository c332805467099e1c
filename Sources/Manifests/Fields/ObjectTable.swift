/// The fields of one mapping, found by name.
final class ObjectTable: Sendable {
  static let fieldsMax = 16

  /// As errors call it: "spec of a Host".
  let title: String
  let fields: [Field]
  private let shortNames: [ShortName]
  let required: [Int]
  /// JSON Schemas of what holds between the fields.
  let rules: [JSONText]

  init<Key: FieldKey>(_ title: String, _ keys: Key.Type, rules: [FieldRule<Key>] = []) {
    self.title = title
    let fields = Key.allCases.map(\.field)
    self.fields = fields
    precondition(fields.count <= ObjectTable.fieldsMax, "a mapping has at most \(ObjectTable.fieldsMax) keys")
    precondition(Key.allCases.enumerated().allSatisfy { $0.offset == $0.element.rawValue }, "keys count from 0")
    shortNames = fields.map { field in
      var name = field.name
      guard let short = name.withUTF8({ ShortName($0) }) else { preconditionFailure("'\(field.name)' is too long for a key") }
      return short
    }
    self.rules = rules.map(\.schema)
    required = fields.indices.filter { fields[$0].presence == .required }
  }

  func index(of name: ShortName) -> Int? {
    for (index, candidate) in shortNames.enumerated() where candidate == name { return index }
    return nil
  }
}

/// A key of at most 24 bytes, compared as three words.
struct ShortName: Equatable, Sendable {
  private let words: (UInt64, UInt64, UInt64)
  private let count: Int

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= 24 else { return nil }
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: UnsafeRawBufferPointer(bytes)) }
    self.words = words
    count = bytes.count
  }

  static func == (left: Self, right: Self) -> Bool { left.count == right.count && left.words == right.words }
}
