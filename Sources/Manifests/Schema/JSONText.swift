/// JSON that keeps the order of its keys.
indirect enum JSONText {
  case object([(String, JSONText)])
  case array([JSONText])
  case string(String)
  /// A number, boolean or null, as it is written.
  case literal(String)

  func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .literal(let text): return text
    case .string(let text): return JSONText.quoted(text)
    case .array(let items):
      let texts = items.map { $0.text(indent: inner) }
      if items.allSatisfy(\.isScalar) { return "[\(texts.joined(separator: ", "))]" }
      return "[\n\(texts.map { inner + $0 }.joined(separator: ",\n"))\n\(indent)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let texts = members.map { "\(inner)\(JSONText.quoted($0.0)): \($0.1.text(indent: inner))" }
      return "{\n\(texts.joined(separator: ",\n"))\n\(indent)}"
    }
  }

  private var isScalar: Bool {
    switch self {
    case .string, .literal: true
    case .object, .array: false
    }
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
