/// Writes JSON piece by piece, in the order it is told, without white space.
struct JSONWriter {
  private(set) var text: [UInt8] = []
  /// True where the next element follows another one.
  private var needsComma = false

  mutating func object(_ content: (inout JSONWriter) -> Void) { nested("{", "}", content) }

  mutating func array<Element>(_ elements: some Sequence<Element>, _ each: (inout JSONWriter, Element) -> Void) {
    nested("[", "]") { writer in
      for element in elements { each(&writer, element) }
    }
  }

  mutating func key(_ name: String) {
    string(name)
    text.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func string(_ value: String) {
    separate()
    text.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: text += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
    needsComma = true
  }

  mutating func number(_ value: Int) { raw("\(value)") }

  mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  /// Seconds to the microsecond.
  mutating func seconds(_ value: Duration) {
    let micros = String(max(0, value.microseconds) % 1_000_000)
    raw("\(max(0, value.microseconds) / 1_000_000).\(String(repeating: "0", count: 6 - micros.count))\(micros)")
  }

  mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  mutating func member(_ name: String, _ value: Int) {
    key(name)
    number(value)
  }

  private mutating func raw(_ value: String) {
    separate()
    text += value.utf8
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text.append(UInt8(ascii: ",")) }
  }

  private mutating func nested(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ content: (inout JSONWriter) -> Void) {
    separate()
    text.append(UInt8(ascii: open))
    needsComma = false
    content(&self)
    text.append(UInt8(ascii: close))
    needsComma = true
  }
}

extension Duration {
  var microseconds: Int { Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000) }
}
