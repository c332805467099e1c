package import Fleet

/// Lines for where no terminal is: one event each, never rewritten, never cut.
extension ProgressReport {
  package static func moveStarted(_ move: Move, at: Timestamp? = nil) -> String {
    let reboot = move.mode == .cold ? " (reboot)" : ""
    return line(at, move, "\(move.mode.rawValue) migration\(reboot) from \(move.from) to \(move.to) started: \(PlanWords.reason(move))")
  }

  /// How far a running move is.
  package static func moveProgress(_ line: ProgressLine, at: Timestamp? = nil) -> String {
    let details = details(line)
    let text = "\(at.map { "\($0) " } ?? "")\(line.id) \(line.instance): \(percent(line))%\(details.isEmpty ? "" : ", \(details)")"
    return Printable.clean(text)
  }

  /// `downtimeMilliseconds`: how long the guest did not run; nil: not told.
  package static func moveEnded(_ move: Move, milliseconds: Int, downtimeMilliseconds: Int?, at: Timestamp? = nil) -> String {
    line(at, move, "on \(move.to) after \(DurationFormat.text(milliseconds: milliseconds))\(downtime(move, downtimeMilliseconds))")
  }

  /// For a move that ended otherwise than `succeeded`; `state` nil: it was left open, in doubt.
  package static func moveFailed(_ move: Move, state: OperationRecord.State?, detail: String, at: Timestamp? = nil) -> String {
    line(at, move, "\(OutcomeWords.failure(of: move, state)): \(detail)")
  }

  package static func moveDropped(_ move: Move, why: String, at: Timestamp? = nil) -> String {
    line(at, move, "not started: \(why)")
  }

  private static func downtime(_ move: Move, _ milliseconds: Int?) -> String {
    guard let milliseconds else { return "" }
    return ", \(move.mode == .cold ? "down" : "paused") \(DurationFormat.text(milliseconds: milliseconds))"
  }

  private static func line(_ at: Timestamp?, _ move: Move, _ text: String) -> String {
    Printable.clean((at.map { "\($0) " } ?? "") + "\(move.id) \(move.instance): \(text)")
  }
}
