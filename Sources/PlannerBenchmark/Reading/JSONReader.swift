/// Reads JSON (RFC 8259) token by token, in order, without building a tree: what is not asked for costs no memory.
///
/// Every byte is read with its bounds checked. Errors carry the byte; the caller adds the path (docs/decisions/0018).
struct JSONReader {
  /// The text and one zero byte, so that looking at the next byte never needs a test for the end.
  let bytes: [UInt8]
  private(set) var position = 0
  private var depth = 0
  /// Nothing was read yet of the array or object that was opened last.
  private var isAtStart = false

  /// `text` must be followed by one zero byte.
  init(zeroEnded text: [UInt8]) {
    precondition(text.last == 0, "the text ends with a zero byte")
    bytes = text
  }

  // MARK: structure

  mutating func openObject() throws(InstanceError) { try open(UInt8(ascii: "{"), "an object") }

  mutating func openArray() throws(InstanceError) { try open(UInt8(ascii: "["), "an array") }

  /// The next key of the object that is open; nil: it was closed.
  mutating func nextKey() throws(InstanceError) -> JSONString? {
    guard try nextMember(closing: UInt8(ascii: "}"), "',' or '}'") else { return nil }
    guard bytes[position] == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
    let key = try string()
    skipSpace()
    guard bytes[position] == UInt8(ascii: ":") else { throw unexpected("':'") }
    position += 1
    skipSpace()
    return key
  }

  /// True if the array that is open has another element; false: it was closed.
  mutating func nextElement() throws(InstanceError) -> Bool { try nextMember(closing: UInt8(ascii: "]"), "',' or ']'") }

  /// After the outermost value nothing but white space may follow.
  mutating func finish() throws(InstanceError) {
    skipSpace()
    guard position == bytes.count - 1 else { throw unexpected("the end") }
  }

  private mutating func open(_ bracket: UInt8, _ wanted: String) throws(InstanceError) {
    skipSpace()
    guard bytes[position] == bracket else { throw unexpected(wanted) }
    guard depth < InstanceLimits.depthMax else { throw error("nested deeper than \(InstanceLimits.depthMax)") }
    depth += 1
    position += 1
    isAtStart = true
  }

  private mutating func nextMember(closing bracket: UInt8, _ wanted: String) throws(InstanceError) -> Bool {
    skipSpace()
    if bytes[position] == bracket {
      position += 1
      depth -= 1
      isAtStart = false
      return false
    }
    if isAtStart {
      isAtStart = false
      return true
    }
    guard bytes[position] == UInt8(ascii: ",") else { throw unexpected(wanted) }
    position += 1
    skipSpace()
    return true
  }

  // MARK: values

  mutating func string() throws(InstanceError) -> JSONString {
    skipSpace()
    guard bytes[position] == UInt8(ascii: "\"") else { throw unexpected("a string") }
    let start = position + 1
    var index = start
    var isPlain = true
    while true {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        index += 1
      } else if byte >= 0x80 {
        isPlain = false
      } else if byte < 0x20 {
        if index >= bytes.count - 1 { throw InstanceError(offset: position, problem: "a string without an end") }
        throw InstanceError(offset: index, problem: "a control character in a string")
      }
      index += 1
      if index >= bytes.count { throw InstanceError(offset: position, problem: "a string without an end") }
    }
    position = index + 1
    return try JSONString(range: start..<index, isPlain: isPlain).checked(in: bytes)
  }

  /// null is eaten if it is next.
  mutating func takeNull() throws(InstanceError) -> Bool {
    skipSpace()
    guard bytes[position] == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  mutating func boolean() throws(InstanceError) -> Bool {
    skipSpace()
    switch bytes[position] {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default: throw unexpected("true or false")
    }
  }

  /// Reads over one value of any kind, checking that it is JSON.
  mutating func skipValue() throws(InstanceError) {
    skipSpace()
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try openObject()
      while try nextKey() != nil { try skipValue() }
    case UInt8(ascii: "["):
      try openArray()
      while try nextElement() { try skipValue() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
    case UInt8(ascii: "n"): try word("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func word(_ word: StaticString) throws(InstanceError) {
    let end = position + word.utf8CodeUnitCount
    guard end < bytes.count, word.withUTF8Buffer({ bytes[position..<end].elementsEqual($0) }), !isWordByte(bytes[end]) else {
      throw unexpected("a value")
    }
    position = end
  }

  // MARK: bytes

  mutating func skipSpace() {
    while true {
      switch bytes[position] {
      case 0x20, 0x0a, 0x0d, 0x09: position += 1
      default: return
      }
    }
  }

  mutating func advance(to end: Int) { position = end }

  func error(_ problem: String) -> InstanceError { InstanceError(offset: position, problem: problem) }

  /// What stands here instead of what is wanted.
  func unexpected(_ wanted: String) -> InstanceError {
    guard position < bytes.count - 1 else { return error("the file ends where \(wanted) is needed") }
    switch bytes[position] {
    case UInt8(ascii: "\""): return error("a string, where \(wanted) is needed")
    case UInt8(ascii: "{"): return error("an object, where \(wanted) is needed")
    case UInt8(ascii: "["): return error("an array, where \(wanted) is needed")
    case let byte where isWordByte(byte):
      let text = bytes[position...].prefix(24).prefix { isWordByte($0) }
      return error("\(String(decoding: text, as: UTF8.self)), where \(wanted) is needed")
    case 0x21...0x7e: return error("'\(Character(Unicode.Scalar(bytes[position])))', where \(wanted) is needed")
    default: return error("byte 0x\(String(bytes[position], radix: 16)), where \(wanted) is needed")
    }
  }

  /// Of words and numbers.
  func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}
