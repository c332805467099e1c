/// Finds what is wrong with a text that Foundation refuses: its JSON decoder on Linux says neither where nor what.
struct JSONSyntax {
  /// As deep as Foundation's decoder goes.
  static let depthMax = 512

  private let bytes: [UInt8]
  private var index = 0
  private var path: [String] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The first breach of RFC 8259, else the first number that no integer holds; nil: neither.
  static func problem(in bytes: [UInt8]) -> JSONTextError? {
    var syntax = JSONSyntax(bytes)
    do throws(JSONTextError) {
      if String(validating: bytes, as: UTF8.self) == nil { throw JSONTextError(path: "", problem: "not JSON: it is not UTF-8") }
      try syntax.value(depth: 0)
      syntax.skipSpace()
      if syntax.index < bytes.count { throw syntax.unexpected("the end") }
      return nil
    } catch {
      return error
    }
  }

  private mutating func value(depth: Int) throws(JSONTextError) {
    if depth > JSONSyntax.depthMax { throw error("nested deeper than \(JSONSyntax.depthMax)") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): try object(depth)
    case UInt8(ascii: "["): try array(depth)
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): try number()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: throw unexpected("a value")
    }
  }

  private mutating func object(_ depth: Int) throws(JSONTextError) {
    index += 1
    skipSpace()
    if take("}") { return }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw unexpected("':'") }
      path.append(path.isEmpty ? key : ".\(key)")
      try value(depth: depth + 1)
      path.removeLast()
      skipSpace()
    } while take(",")
    guard take("}") else { throw unexpected("',' or '}'") }
  }

  private mutating func array(_ depth: Int) throws(JSONTextError) {
    index += 1
    skipSpace()
    if take("]") { return }
    var position = 0
    repeat {
      path.append("[\(position)]")
      try value(depth: depth + 1)
      path.removeLast()
      position += 1
      skipSpace()
    } while take(",")
    guard take("]") else { throw unexpected("',' or ']'") }
  }

  private mutating func string() throws(JSONTextError) -> String {
    let start = index
    index += 1
    while let byte = peek, byte != UInt8(ascii: "\"") {
      if byte < 0x20 { throw error("a control character in a string") }
      index += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard take("\"") else {
      index = start
      throw error("a string without an end")
    }
    return String(decoding: bytes[(start + 1)..<(index - 1)], as: UTF8.self)
  }

  private mutating func number() throws(JSONTextError) {
    let start = index
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    while let byte = peek, digits.contains(byte) || "+-.eE".utf8.contains(byte) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard Double(text) != nil else {
      index = start
      throw error("\(text) is not a number")
    }
    if Int(text) == nil { throw JSONTextError(path: path.joined(), problem: "\(text) is not an integer that can be held") }
  }

  private mutating func word(_ word: String) throws(JSONTextError) {
    guard bytes[index...].starts(with: word.utf8) else { throw unexpected("a value") }
    index += word.utf8.count
  }

  // MARK: reading

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
  }

  private func unexpected(_ wanted: String) -> JSONTextError {
    guard index < bytes.count else { return error("it ends where \(wanted) is needed") }
    let character = String(decoding: bytes[index...].prefix(4), as: UTF8.self).first.map { Printable.clean(String($0)) } ?? "?"
    return error("\"\(character)\", where \(wanted) is needed")
  }

  private func error(_ problem: String) -> JSONTextError {
    let before = bytes.prefix(index)
    let line = before.count { $0 == 0x0a } + 1
    let column = String(decoding: before.suffix(from: before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0), as: UTF8.self).count + 1
    return JSONTextError(path: "", problem: "not JSON: line \(line), column \(column): \(problem)")
  }
}
