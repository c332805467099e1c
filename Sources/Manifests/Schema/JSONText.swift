/// JSON that keeps the order of its keys, as lines that whoever holds it indents.
struct JSONText: Sendable {
  private let lines: [String]
  private let isScalar: Bool

  static func object(_ members: [(String, JSONText)]) -> JSONText {
    if members.isEmpty { return JSONText(lines: ["{}"], isScalar: false) }
    let parts = members.map { name, value in ["\(quoted(name)): \(value.lines[0])"] + value.lines.dropFirst() }
    return JSONText(lines: bracketed("{", parts, "}"), isScalar: false)
  }

  static func array(_ items: [JSONText]) -> JSONText {
    if items.allSatisfy(\.isScalar) { return JSONText(lines: ["[\(items.map { $0.lines[0] }.joined(separator: ", "))]"], isScalar: false) }
    return JSONText(lines: bracketed("[", items.map(\.lines), "]"), isScalar: false)
  }

  static func string(_ text: String) -> JSONText { JSONText(lines: [quoted(text)], isScalar: true) }

  /// A number, boolean or null, as it is written.
  static func literal(_ text: String) -> JSONText { JSONText(lines: [text], isScalar: true) }

  func text() -> String { lines.joined(separator: "\n") }

  private static func bracketed(_ open: String, _ parts: [[String]], _ close: String) -> [String] {
    var lines = [open]
    for (index, part) in parts.enumerated() {
      lines += part.map { "  \($0)" }
      if index < parts.count - 1 { lines[lines.count - 1] += "," }
    }
    return lines + [close]
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        precondition(scalar.value >= 0x20, "the schema has no other control characters")
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
