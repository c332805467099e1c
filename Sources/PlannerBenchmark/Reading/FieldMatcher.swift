/// Tells the keys of one kind of object apart and keeps which of them one object has given.
struct FieldMatcher<Field: RawRepresentable & CaseIterable> where Field.RawValue == String {
  private let fields: [Field]
  private let names: [[UInt8]]
  private let required: UInt32
  /// A bit a field.
  private var given: UInt32 = 0
  /// Writers give the keys of all objects in one order: where the next key is expected.
  private var expected = 0
  private var start = 0

  init(optional: [Field]) {
    let fields = Array(Field.allCases)
    let optional = Set(optional.map(\.rawValue))
    self.fields = fields
    names = fields.map { Array($0.rawValue.utf8) }
    required = fields.indices.reduce(0) { optional.contains(fields[$1].rawValue) ? $0 : $0 | 1 << UInt32($1) }
  }

  /// A new object, whose text starts at `offset`.
  mutating func begin(at offset: Int) {
    given = 0
    expected = 0
    start = offset
  }

  /// The field of a key; nil: a key that means nothing here. Throws if the object has given it before.
  mutating func field(_ key: JSONString, in bytes: [UInt8]) throws(InstanceError) -> Field? {
    let text = try key.text(in: bytes)
    for step in names.indices {
      let index = (expected + step) % names.count
      guard names[index].count == text.count, text.elementsEqual(names[index]) else { continue }
      guard given & 1 << UInt32(index) == 0 else {
        throw InstanceError(path: fields[index].rawValue, offset: key.start, problem: "given twice")
      }
      given |= 1 << UInt32(index)
      expected = index + 1
      return fields[index]
    }
    return nil
  }

  /// Throws if the object lacks a field that it needs.
  func end() throws(InstanceError) {
    let missing = required & ~given
    if missing != 0 {
      throw InstanceError(path: fields[missing.trailingZeroBitCount].rawValue, offset: start, problem: "missing")
    }
  }
}
