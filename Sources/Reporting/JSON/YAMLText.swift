/// Values as YAML 1.2: the fields of their JSON in blocks, with quotes wherever a reader of YAML 1.1 could see something else than a text.
package enum YAMLText {
  /// `json`: as an encoder writes it, without white space between tokens.
  package static func text(of json: String) -> String {
    var writer = YAMLWriter(Array(json.utf8))
    writer.value(indent: 0, .root)
    return String(decoding: writer.output, as: UTF8.self)
  }

  /// For values of our own that hold no floating-point numbers, which always encode.
  static func encodeOwn(_ value: some Encodable) -> String { text(of: JSONText.encodeOwn(value, pretty: false)) }
}

/// Walks once through compact JSON, which is known to be well-formed.
private struct YAMLWriter {
  /// What stands before a value on its line.
  enum Place { case root, key, dash }

  private static let step = 2

  private let json: [UInt8]
  private var index = 0
  private(set) var output: [UInt8] = []

  /// With a line end, so that there is a byte behind each token.
  init(_ json: [UInt8]) { self.json = json + [0x0a] }

  mutating func value(indent: Int, _ place: Place) {
    switch (json[index], json[index + 1]) {
    case (UInt8(ascii: "{"), UInt8(ascii: "}")): empty("{}", place)
    case (UInt8(ascii: "["), UInt8(ascii: "]")): empty("[]", place)
    case (UInt8(ascii: "{"), _):
      entries(indent, place) { writer in
        writer.scalar()
        writer.add(":")
        writer.index += 1
        writer.value(indent: indent + Self.step, .key)
      }
    case (UInt8(ascii: "["), _):
      // Below its key a list stands no further in.
      let indent = place == .key ? indent - Self.step : indent
      entries(indent, place) { writer in
        writer.add("-")
        writer.value(indent: indent + Self.step, .dash)
      }
    default:
      space(place)
      scalar()
      add("\n")
    }
  }

  /// The entries of an object or array, each at the beginning of a line but for a first one behind a dash.
  private mutating func entries(_ indent: Int, _ place: Place, entry: (inout YAMLWriter) -> Void) {
    if place == .key { add("\n") } else { space(place) }
    var isFirst = true
    repeat {
      index += 1
      if !isFirst || place != .dash { output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent)) }
      entry(&self)
      isFirst = false
    } while json[index] == UInt8(ascii: ",")
    index += 1
  }

  private mutating func empty(_ text: String, _ place: Place) {
    space(place)
    add(text + "\n")
    index += 2
  }

  private mutating func space(_ place: Place) { if place != .root { add(" ") } }
  private mutating func add(_ text: String) { output += text.utf8 }

  // MARK: scalars

  private mutating func scalar() {
    guard json[index] == UInt8(ascii: "\"") else {
      let end = json[index...].firstIndex { ",}]\n".utf8.contains($0) } ?? json.count
      output += json[index..<end]
      index = end
      return
    }
    var end = index + 1
    while json[end] != UInt8(ascii: "\"") { end += json[end] == UInt8(ascii: "\\") ? 2 : 1 }
    let content = json[(index + 1)..<end]
    index = end + 1
    if Self.isPlain(content) { output += content } else { quoted(content) }
  }

  /// A word that no YAML takes for anything but itself.
  private static func isPlain(_ content: ArraySlice<UInt8>) -> Bool {
    guard let first = content.first, isLetter(first) else { return false }
    guard content.allSatisfy({ isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "-_./".utf8.contains($0) })
    else { return false }
    return !meaningful.contains(String(decoding: content, as: UTF8.self).lowercased())
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
  private static let meaningful: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

  /// The escapes of JSON are those of YAML, but for characters beyond the first plane, which JSON writes as two.
  private mutating func quoted(_ content: ArraySlice<UInt8>) {
    add("\"")
    var index = content.startIndex
    while index < content.endIndex {
      if let (high, low) = Self.pair(content[index...]) {
        add("\\U" + Self.digits(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), 8))
        index += 2 * Self.escapeBytes
      } else if content[index] == UInt8(ascii: "\\") {
        output += content[index..<(index + 2)]
        index += 2
      } else if content[index...].prefix(3).elementsEqual([0xef, 0xbf, 0xbe])
        || content[index...].prefix(3).elementsEqual([0xef, 0xbf, 0xbf])
      {
        // No characters: libyaml does not take them as they are.
        add(content[index + 2] == 0xbe ? "\\ufffe" : "\\uffff")
        index += 3
      } else {
        output.append(content[index])
        index += 1
      }
    }
    add("\"")
  }

  /// Bytes of `\u1234`.
  private static let escapeBytes = 6

  /// The two halves of a character that JSON writes as `\ud83d\ude00`; nil: it does not begin with such.
  private static func pair(_ text: ArraySlice<UInt8>) -> (high: UInt32, low: UInt32)? {
    guard let high = escaped(text), (0xd800..<0xdc00).contains(high), let low = escaped(text.dropFirst(escapeBytes)),
      (0xdc00..<0xe000).contains(low)
    else { return nil }
    return (high, low)
  }

  private static func escaped(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard text.prefix(2).elementsEqual("\\u".utf8), text.count >= escapeBytes else { return nil }
    return UInt32(String(decoding: text.dropFirst(2).prefix(4), as: UTF8.self), radix: 16)
  }

  private static func digits(_ value: UInt32, _ count: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
