import Fleet

/// A place in a file; line and column count from 1, the column in characters.
struct Mark: Hashable, Sendable {
  var line: UInt32
  var column: UInt32

  static let start = Mark(line: 1, column: 1)
}

extension SourceLocation {
  init(_ path: String, _ mark: Mark) { self.init(path: path, line: Int(mark.line), column: Int(mark.column)) }
}
