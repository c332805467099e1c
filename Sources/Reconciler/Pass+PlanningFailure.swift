import Fleet
import Glibc
import Planning
import Reporting
import StateStore

/// What the planner could not plan is saved as it was seen, so that the fault can be looked into.
extension Pass {
  /// Beside the state database; one file a fleet, so that a watcher does not fill the disk.
  static let failureFileSuffix = ".planning-failed.json"

  /// The plan with a warning that names the snapshot, if the planner failed for a cell.
  func withFailureSaved(_ plan: Plan, _ seen: Observation, _ keeper: StateKeeper?) async -> Plan {
    let failed = plan.blocked.filter { $0.reason == .planningFailed }.compactMap(\.cell)
    guard !failed.isEmpty else { return plan }
    var plan = plan
    let cells = failed.map(\.rawValue).joined(separator: ", ")
    guard let keeper, let path = try? await keeper.call({ $0.access == .readOnly ? nil : $0.path + Self.failureFileSuffix }) else {
      plan.warnings.append("the planner failed for \(cells); save what it saw with 'reconcile snapshot'")
      return plan
    }
    let text = try? JSONText.encode(seen)
    let problem = text.map { Self.save($0, path) } ?? "it is no JSON"
    plan.warnings.append(
      problem.map { "the planner failed for \(cells), and what it saw could not be saved as \(path): \($0)" }
        ?? "the planner failed for \(cells); what it saw is saved as \(path)")
    return plan
  }

  /// Why it could not be written; nil: it was.
  private static func save(_ text: String, _ path: String) -> String? {
    // Guests are named in it: nobody else reads it.
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return String(cString: strerror(errno)) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { return String(cString: strerror(errno)) }
      written += count
    }
    return nil
  }
}
