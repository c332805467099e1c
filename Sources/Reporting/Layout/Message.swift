/// Lines on standard error: what is foreign in them never begins a line of its own.
package enum Message {
  /// Characters of a line; what a host says may be of any length.
  static let charactersMax = 4000

  package static func error(_ text: String, hint: String? = nil) -> String { lines("error: ", text, hint) }
  package static func warning(_ text: String, hint: String? = nil) -> String { lines("warning: ", text, hint) }
  package static func note(_ text: String) -> String { line(text) }

  /// A text of several lines, as an error with its hint: all but the first stand in from the margin, where no tool takes them for errors.
  package static func block(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
    return lines.enumerated().map { $0 == 0 || $1.hasPrefix("  ") ? $1 : "  \($1)" }.joined(separator: "\n")
  }

  private static func lines(_ opening: String, _ text: String, _ hint: String?) -> String {
    opening + line(text) + (hint.map { "\n  hint: \(line($0))" } ?? "")
  }

  private static func line(_ text: String) -> String {
    let clean = Printable.clean(text)
    return clean.utf8.count <= charactersMax ? clean : "\(clean.prefix(charactersMax))…"
  }
}
