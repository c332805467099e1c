/// Why a file is no instance, and where in it.
package struct InstanceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `vms[17].host`; empty for the whole file.
  package var path: String
  /// Byte of the (unpacked) file, from 0; nil for what concerns no single place.
  package var offset: Int?
  package var problem: String

  package init(path: String = "", offset: Int? = nil, problem: String) {
    self.path = path
    self.offset = offset
    self.problem = problem
  }

  package var description: String {
    let place = offset.map { "byte \($0)" } ?? ""
    return [path, place, problem].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  /// The same, seen from the object that `member` belongs to.
  func inside(_ member: String) -> InstanceError {
    let glue = path.isEmpty || path.hasPrefix("[") ? "" : "."
    return InstanceError(path: member + glue + path, offset: offset, problem: problem)
  }
}
