/// What is wrong with an XML text, and where.
struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
  var what: String
  /// Counted from 1; nil: the text as a whole.
  var line: Int?

  init(_ what: String, line: Int? = nil) {
    self.what = what
    self.line = line
  }

  var description: String { line.map { "line \($0): \(what)" } ?? what }
}
