/// Reads JSON as it comes in, chunk by chunk, into `XenValue`s.
///
/// What nobody here reads is not kept, so that an answer takes as much memory as is of use in it and not as much as it is long.
struct JSONReader {
  /// Levels; records of a pool have six.
  static let depthMax = 32
  /// Values that are kept; a pool of 5,000 guests sends about two million.
  static let valuesMax = 8_000_000
  /// Bytes of all texts that are kept.
  static let textBytesMax = 128 << 20
  /// Members of records that are large and tell nothing about where a guest may be: firmware variables, thumbnails, lists for installers.
  static let ignored: Set<String> = ["NVRAM", "blobs", "recommendations", "xenstore_data", "bios_strings", "PV_args"]

  private enum Expected {
    case value, firstElement, firstKey, key, colon, more
    case text, escape, digits
    case word
    case nothing
  }

  private struct Level {
    var isMap: Bool
    var key = ""
    var list: [XenValue] = []
    var map: [String: XenValue] = [:]
  }

  private var expected = Expected.value
  private var levels: [Level] = []
  private var isKey = false
  private var bytes: [UInt8] = []
  /// Of `\u`: digits that are still to come, their value, and the first half of a pair.
  private var (digitsLeft, unit, highHalf) = (0, UInt32(0), UInt32(0))
  /// Depth at which an ignored value began; nil: it is kept.
  private var ignoredFrom: Int?
  private var (values, textBytes) = (0, 0)
  private var names = NameTable()
  private(set) var value: XenValue?

  /// False: it is not JSON, or more of it than is taken.
  mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < chunk.count {
      if expected == .text {
        // Most of an answer is text: up to the next sign that means something it is taken in one go.
        var end = index
        while end < chunk.count, chunk[end] != UInt8(ascii: "\""), chunk[end] != UInt8(ascii: "\\"), chunk[end] >= 0x20 { end += 1 }
        if end > index {
          if !take(UnsafeBufferPointer(rebasing: chunk[index..<end])) { return false }
          index = end
          continue
        }
      }
      if !step(chunk[index]) { return false }
      index += 1
    }
    return true
  }

  /// What was read; nil: it broke off.
  mutating func finish() -> XenValue? {
    if expected == .word, levels.isEmpty { _ = endWord() }
    return expected == .nothing ? value : nil
  }

  // MARK: one byte

  private mutating func step(_ byte: UInt8) -> Bool {
    switch expected {
    case .text: return inText(byte)
    case .escape: return escaped(byte)
    case .digits: return digit(byte)
    case .word:
      if isWordByte(byte) {
        bytes.append(byte)
        return bytes.count <= Self.wordBytesMax
      }
      return endWord() && step(byte)
    default: break
    }
    if byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { return true }
    switch expected {
    case .value, .firstElement:
      if expected == .firstElement, byte == UInt8(ascii: "]") { return close(isMap: false) }
      return begin(byte)
    case .firstKey, .key:
      if expected == .firstKey, byte == UInt8(ascii: "}") { return close(isMap: true) }
      guard byte == UInt8(ascii: "\"") else { return false }
      beginText(isKey: true)
      return true
    case .colon:
      guard byte == UInt8(ascii: ":") else { return false }
      expected = .value
      return true
    case .more:
      guard let isMap = levels.last?.isMap else { return false }
      if byte == UInt8(ascii: ",") {
        expected = isMap ? .key : .value
        return true
      }
      return byte == (isMap ? UInt8(ascii: "}") : UInt8(ascii: "]")) && close(isMap: isMap)
    default: return false
    }
  }

  private static let wordBytesMax = 64

  private func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || byte == 0x2b || byte == 0x2d
      || byte == 0x2e
  }

  private mutating func begin(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""): beginText(isKey: false)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard levels.count < Self.depthMax else { return false }
      let isMap = byte == UInt8(ascii: "{")
      levels.append(Level(isMap: isMap))
      expected = isMap ? .firstKey : .firstElement
    default:
      guard isWordByte(byte) else { return false }
      bytes.removeAll(keepingCapacity: true)
      bytes.append(byte)
      expected = .word
    }
    return true
  }

  private mutating func close(isMap: Bool) -> Bool {
    guard let level = levels.popLast(), level.isMap == isMap else { return false }
    return end(isMap ? .map(level.map) : .list(level.list))
  }

  /// A whole value is there.
  private mutating func end(_ ended: XenValue) -> Bool {
    guard let last = levels.indices.last else {
      value = ended
      expected = .nothing
      return true
    }
    expected = .more
    if let from = ignoredFrom {
      if levels.count == from { ignoredFrom = nil }
      return true
    }
    values += 1
    if levels[last].isMap { levels[last].map[levels[last].key] = ended } else { levels[last].list.append(ended) }
    return values <= Self.valuesMax
  }

  private mutating func endWord() -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    switch text {
    case "true": return end(.flag(true))
    case "false": return end(.flag(false))
    case "null": return end(.none)
    default:
      if let count = Int(text) { return end(.integer(count)) }
      // What xapi's writer makes of numbers that are none is no JSON, and in old metrics.
      guard let number = Double(text) else { return false }
      return end(.number(number))
    }
  }

  // MARK: texts

  private mutating func beginText(isKey: Bool) {
    self.isKey = isKey
    bytes.removeAll(keepingCapacity: true)
    expected = .text
  }

  private mutating func take(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    if ignoredFrom != nil, !isKey { return true }
    textBytes += part.count
    bytes.append(contentsOf: part)
    return textBytes <= Self.textBytesMax
  }

  private mutating func inText(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"):
      expected = .escape
      return true
    case UInt8(ascii: "\""): return endText()
    // Control signs do not belong there; servers that send them mean them.
    default: return take(byte)
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool { withUnsafePointer(to: byte) { take(UnsafeBufferPointer(start: $0, count: 1)) } }

  private mutating func endText() -> Bool {
    guard isKey else { return end(.text(ignoredFrom == nil ? String(decoding: bytes, as: UTF8.self) : "")) }
    expected = .colon
    guard ignoredFrom == nil, let last = levels.indices.last else { return true }
    levels[last].key = names.name(bytes)
    if Self.ignored.contains(levels[last].key) { ignoredFrom = levels.count }
    return true
  }

  private mutating func escaped(_ byte: UInt8) -> Bool {
    expected = .text
    switch byte {
    case UInt8(ascii: "n"): return take(0x0a)
    case UInt8(ascii: "t"): return take(0x09)
    case UInt8(ascii: "r"): return take(0x0d)
    case UInt8(ascii: "b"): return take(0x08)
    case UInt8(ascii: "f"): return take(0x0c)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return take(byte)
    case UInt8(ascii: "u"):
      (expected, digitsLeft, unit) = (.digits, 4, 0)
      return true
    default: return false
    }
  }

  private mutating func digit(_ byte: UInt8) -> Bool {
    guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return false }
    unit = unit << 4 | UInt32(digit)
    digitsLeft -= 1
    guard digitsLeft == 0 else { return true }
    expected = .text
    if (0xd800..<0xdc00).contains(unit) {
      highHalf = unit
      return true
    }
    var scalar = unit
    if (0xdc00..<0xe000).contains(unit), highHalf != 0 { scalar = 0x10000 + (highHalf - 0xd800) << 10 + (unit - 0xdc00) }
    highHalf = 0
    for byte in String(UnicodeScalar(scalar).map(Character.init) ?? "\u{fffd}").utf8 where !take(byte) { return false }
    return true
  }
}

/// Names of members, each made once: records have the same ones over and over.
private struct NameTable {
  /// Names that share a place are made anew each time.
  private static let places = 1024
  private var names = [String](repeating: "", count: NameTable.places)

  mutating func name(_ bytes: [UInt8]) -> String {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let place = Int(exactly: hash % UInt32(Self.places)) ?? 0
    if names[place].utf8.count == bytes.count, names[place].utf8.elementsEqual(bytes) { return names[place] }
    let name = String(decoding: bytes, as: UTF8.self)
    // References are the names of a table's members, and come once.
    if bytes.count <= 40 { names[place] = name }
    return name
  }
}
