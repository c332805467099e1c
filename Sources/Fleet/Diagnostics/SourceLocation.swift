/// A place in a manifest; line and column count from 1, the column in characters.
package struct SourceLocation: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  package var path: String
  package var line: Int
  package var column: Int

  package init(path: String, line: Int, column: Int) {
    self.path = path
    self.line = line
    self.column = column
  }

  /// `path:line:column`, as compilers print it.
  package var description: String { "\(path):\(line):\(column)" }
  /// `path:line`, as plans print it.
  package var pathAndLine: String { "\(path):\(line)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.path, left.line, left.column) < (right.path, right.line, right.column)
  }
}
