/// What a scalar without quotes stands for in the core schema of YAML 1.2.
enum PlainScalar {
  case nothing, boolean(Bool), number, text

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let first = bytes.first else {
      self = .nothing
      return
    }
    switch first {
    case UInt8(ascii: "~") where bytes.count == 1: self = .nothing
    case UInt8(ascii: "n"), UInt8(ascii: "N"): self = PlainScalar.isWord(bytes, "null") ? .nothing : .text
    case UInt8(ascii: "t"), UInt8(ascii: "T"): self = PlainScalar.isWord(bytes, "true") ? .boolean(true) : .text
    case UInt8(ascii: "f"), UInt8(ascii: "F"): self = PlainScalar.isWord(bytes, "false") ? .boolean(false) : .text
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      self = PlainScalar.isNumber(bytes) ? .number : .text
    default: self = .text
    }
  }

  /// True for a word of YAML's in one of its three spellings: null, Null, NULL.
  private static func isWord(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    let capitals = bytes.filter { $0 & 0x20 == 0 }.count
    guard capitals == 0 || capitals == bytes.count || capitals == 1 && bytes[0] & 0x20 == 0 else { return false }
    return zip(bytes, UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)).allSatisfy { $0 | 0x20 == $1 }
  }

  private static func isNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.count > 2, bytes[0] == UInt8(ascii: "0") {
      if bytes[1] == UInt8(ascii: "x") { return bytes.dropFirst(2).allSatisfy(isHexadecimal) }
      if bytes[1] == UInt8(ascii: "o") { return bytes.dropFirst(2).allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) } }
    }
    var rest = bytes[...]
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
    if rest.elementsEqual(".inf".utf8) || rest.elementsEqual(".nan".utf8) { return true }
    let whole = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(fraction)
    }
    guard whole + fraction > 0 else { return false }
    if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
      guard !rest.isEmpty else { return false }
      return rest.allSatisfy(isDigit)
    }
    return rest.isEmpty
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
