package import Execution
package import Fleet
package import Reporting

extension PassResult {
  package var succeeded: [MoveMachine] { moves.filter { $0.endState == .succeeded } }
  package var failed: [MoveMachine] {
    (recovered + moves).filter { $0.isEnded && $0.endState != .succeeded && $0.hasIntent || $0.wasRefused }
  }

  /// Cells none of whose hosts answered.
  package var unobservedCells: [CellName] { Self.unobservedCells(observation) }
  package static func unobservedCells(_ observation: Observation) -> [CellName] {
    observation.cells.filter { !$0.hosts.isEmpty && $0.hosts.allSatisfy { !$0.reachable } }.map(\.name)
  }

  package var exitCode: ExitCode { exitCode(detailed: false, dryRun: false) }

  package func exitCode(detailed: Bool, dryRun: Bool) -> ExitCode {
    var facts = OutcomeFacts()
    facts.migrationFailed = !failed.isEmpty || !dropped.isEmpty
    facts.cellUnobserved = !unobservedCells.isEmpty
    facts.somethingStands = !plan.blocked.isEmpty || !plan.notInSync.isEmpty
    facts.movesPending = dryRun && detailed && (!plan.moves.isEmpty || plan.hostChanges != nil)
    facts.refused = plan.blocked.contains { $0.reason == .tooManyMoves }
    return ExitCode.of(facts)
  }
}

extension MoveMachine {
  /// How it ended; nil while it runs or if it was left open.
  package var endState: MoveRecord.State? {
    if case .ended(let state, _) = phase { return state }
    return nil
  }
  package var endDetail: String {
    switch phase {
    case .ended(_, let detail), .leftOpen(let detail): detail
    default: ""
    }
  }
  /// Stopped by its re-check, before any effect.
  var wasRefused: Bool { endState == .failed && !hasIntent }
}
