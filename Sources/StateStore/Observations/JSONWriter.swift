/// Writes JSON as bytes; about ten times as fast as Foundation's encoder, which a first look at 100,000 instances would wait seconds for.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  mutating func object(_ body: (inout JSONWriter) -> Void) { enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body) }

  mutating func field(_ key: StaticString, _ value: String) {
    name(key)
    text(value)
  }
  mutating func field(_ key: StaticString, _ value: String?) { if let value { field(key, value) } }

  mutating func field(_ key: StaticString, _ value: Int) {
    name(key)
    number(value)
  }
  mutating func field(_ key: StaticString, _ value: Int?) { if let value { field(key, value) } }

  mutating func field(_ key: StaticString, _ value: Bool) {
    name(key)
    bytes.append(contentsOf: value ? Array("true".utf8) : Array("false".utf8))
  }
  mutating func field(_ key: StaticString, _ value: Bool?) { if let value { field(key, value) } }

  mutating func field(_ key: StaticString, object body: (inout JSONWriter) -> Void) {
    name(key)
    needsComma = false
    object(body)
  }

  mutating func field<Element>(_ key: StaticString, _ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
    name(key)
    needsComma = false
    enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in for element in elements { body(&writer, element) } }
  }

  /// An element of an array.
  mutating func element(_ value: String) {
    separate()
    text(value)
    needsComma = true
  }

  private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(open)
    needsComma = false
    body(&self)
    bytes.append(close)
    needsComma = true
  }

  private mutating func separate() { if needsComma { bytes.append(UInt8(ascii: ",")) } }

  private mutating func name(_ key: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = true
  }

  private mutating func number(_ value: Int) {
    var digits = (UInt64(0), UInt64(0), UInt64(0))
    withUnsafeMutableBytes(of: &digits) { buffer in
      var rest = value.magnitude
      var start = buffer.count
      repeat {
        start -= 1
        buffer[start] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        start -= 1
        buffer[start] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: buffer[start...])
    }
  }

  private mutating func text(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    var value = value
    value.withUTF8 { utf8 in
      if utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
        for byte in utf8 { escaped(byte) }
      } else {
        bytes.append(contentsOf: utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: Array("\\u00".utf8))
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }
}
