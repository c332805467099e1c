/// What can be said of a file's bytes before and beside YAML.
enum TextEncoding {
  /// Refuses a byte order mark: libyaml would take it as a licence for UTF-16, and other tools choke on it.
  static func byteOrderMark(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLProblem? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      return YAMLProblem(
        mark: .start, message: "the file starts with a byte order mark", hint: "save it as UTF-8 without a byte order mark")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return YAMLProblem(mark: .start, message: "the file is UTF-16, not UTF-8", hint: "save it as UTF-8 without a byte order mark")
    }
    return nil
  }

  /// The place of a byte; continuation bytes of UTF-8 are no characters of their own.
  static func mark(atByte offset: Int, of bytes: UnsafeBufferPointer<UInt8>) -> Mark {
    var mark = Mark.start
    for byte in bytes[..<offset] {
      if byte == UInt8(ascii: "\n") {
        mark = Mark(line: mark.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        mark.column += 1
      }
    }
    return mark
  }

  static func character(at mark: Mark, in bytes: UnsafeBufferPointer<UInt8>) -> UInt8? {
    let offset = offset(of: mark, in: bytes)
    return offset < bytes.count ? bytes[offset] : nil
  }

  private static func offset(of mark: Mark, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var (line, column, offset) = (1, 1, 0)
    while offset < bytes.count, (line, column) < (Int(mark.line), Int(mark.column)) {
      if bytes[offset] == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else if bytes[offset] & 0xC0 != 0x80 { column += 1 }
      offset += 1
    }
    return offset
  }
}
