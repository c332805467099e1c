/// Why a text is not the JSON that was asked for, and where.
package struct JSONTextError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `moves[3].mode`; empty for the whole text.
  package var path: String
  package var problem: String

  package init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  package var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
