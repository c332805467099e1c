import Fleet

/// Writes JSON straight into a hash: no tree, one buffer, so that 100,000 instances cost little more than their hashing.
struct CanonicalWriter {
  /// Bytes gathered before they are hashed.
  private static let bufferBytes = 1 << 16

  private var hash = SHA256()
  private var buffer: [UInt8] = []
  private var isFirst = true

  init() {
    buffer.reserveCapacity(Self.bufferBytes + 4096)
    buffer.append(UInt8(ascii: "{"))
  }

  mutating func field(_ key: StaticString, _ value: String) {
    name(key)
    string(value)
  }

  /// Nothing is written for nil.
  mutating func field(_ key: StaticString, _ value: String?) {
    if let value { field(key, value) as Void }
  }

  mutating func field(_ key: StaticString, _ value: Int) {
    name(key)
    number(value)
  }

  mutating func field(_ key: StaticString, _ value: Bool) {
    name(key)
    literal(value ? "true" : "false")
  }

  mutating func strings(_ key: StaticString, _ values: [String]) {
    name(key)
    buffer.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      string(value)
    }
    buffer.append(UInt8(ascii: "]"))
  }

  mutating func list<Value>(_ key: StaticString, _ values: [Value], _ write: (inout CanonicalWriter, Value) -> Void) {
    name(key)
    buffer.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.append(UInt8(ascii: "{"))
      isFirst = true
      write(&self, value)
      buffer.append(UInt8(ascii: "}"))
      if buffer.count >= Self.bufferBytes { flush() }
    }
    buffer.append(UInt8(ascii: "]"))
    isFirst = false
  }

  /// The hash of all that was written, as 64 hexadecimal digits.
  consuming func finish() -> String {
    buffer.append(UInt8(ascii: "}"))
    flush()
    return hash.hexDigest()
  }

  // MARK: - Bytes

  private mutating func flush() {
    hash.update(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func name(_ key: StaticString) {
    if !isFirst { buffer.append(UInt8(ascii: ",")) }
    isFirst = false
    buffer.append(UInt8(ascii: "\""))
    literal(key)
    buffer.append(UInt8(ascii: "\""))
    buffer.append(UInt8(ascii: ":"))
  }

  private mutating func literal(_ text: StaticString) {
    buffer.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Escapes as RFC 8785 does: the shortest form, everything else as UTF-8.
  private mutating func string(_ text: String) {
    buffer.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        buffer.append(UInt8(ascii: "\\"))
        buffer.append(byte)
      case 0..<32:
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        literal("\\u00")
        buffer.append(digits[Int(byte >> 4)])
        buffer.append(digits[Int(byte & 15)])
      default: buffer.append(byte)
      }
    }
    buffer.append(UInt8(ascii: "\""))
  }

  private mutating func number(_ value: Int) {
    if value < 0 { buffer.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let first = buffer.count
    repeat {
      buffer.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    buffer[first...].reverse()
  }
}
