/// A string as it stands in a JSON text, between its quotes.
struct JSONString {
  let range: Range<Int>
  /// No escapes and ASCII alone: its bytes are its text.
  let isPlain: Bool

  /// Of its opening quote.
  var start: Int { range.lowerBound - 1 }

  /// Throws unless its escapes and its UTF-8 are right.
  func checked(in bytes: [UInt8]) throws(InstanceError) -> JSONString {
    if !isPlain { _ = try unescaped(bytes) }
    return self
  }

  /// Its text as UTF-8.
  func text(in bytes: [UInt8]) throws(InstanceError) -> ArraySlice<UInt8> { isPlain ? bytes[range] : try unescaped(bytes)[...] }

  private func unescaped(_ bytes: [UInt8]) throws(InstanceError) -> [UInt8] {
    var output: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        output.append(bytes[index])
        index += 1
        continue
      }
      let (scalar, length) = try escape(bytes, at: index)
      output += Array(String(Character(scalar)).utf8)
      index += length
    }
    guard String(validating: output, as: UTF8.self) != nil else {
      throw InstanceError(offset: start, problem: "a string that is not UTF-8")
    }
    return output
  }

  /// The character of the escape at `start`, and how many bytes it takes.
  private func escape(_ bytes: [UInt8], at start: Int) throws(InstanceError) -> (Unicode.Scalar, Int) {
    switch bytes[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return (Unicode.Scalar(bytes[start + 1]), 2)
    case UInt8(ascii: "b"): return ("\u{8}", 2)
    case UInt8(ascii: "f"): return ("\u{c}", 2)
    case UInt8(ascii: "n"): return ("\n", 2)
    case UInt8(ascii: "r"): return ("\r", 2)
    case UInt8(ascii: "t"): return ("\t", 2)
    case UInt8(ascii: "u"):
      let high = try unit(bytes, at: start)
      if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
      // Beyond 16 bits a character is two escapes, the halves of a surrogate pair.
      guard (0xd800..<0xdc00).contains(high), start + 6 < range.upperBound, bytes[start + 6] == UInt8(ascii: "\\") else {
        throw bad(start)
      }
      let low = try unit(bytes, at: start + 6)
      guard (0xdc00..<0xe000).contains(low), let scalar = Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00)) else {
        throw bad(start)
      }
      return (scalar, 12)
    default: throw bad(start)
    }
  }

  /// The four hexadecimal digits of the `\u` escape at `start`.
  private func unit(_ bytes: [UInt8], at start: Int) throws(InstanceError) -> UInt32 {
    guard start + 6 <= range.upperBound, bytes[start + 1] == UInt8(ascii: "u") else { throw bad(start) }
    var value: UInt32 = 0
    for byte in bytes[(start + 2)..<(start + 6)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { throw bad(start) }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private func bad(_ offset: Int) -> InstanceError { InstanceError(offset: offset, problem: "a wrong escape in a string") }
}
