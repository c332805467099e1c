package import Execution
package import Fleet
package import Planning
package import Reporting

extension PassResult {
  package var succeeded: [OperationMachine] { moves.filter { $0.endState == .succeeded } }
  package var failed: [OperationMachine] {
    (recovered + moves).filter {
      $0.operation.move != nil && !$0.wasSetAside && ($0.isEnded && $0.endState != .succeeded && $0.hasIntent || $0.wasRefused)
    }
  }

  /// Moves of which nothing was done, and nobody failed, and that are to be planned again.
  private var leftForTheNextRun: [OperationMachine] {
    let inSync = Set(drift?.items.filter { $0.bucket == .inSync }.flatMap(\.observations).map(\.uuid) ?? [])
    return (recovered + moves).filter { $0.wasSetAside && !inSync.contains($0.operation.subject) }
  }

  /// Cells none of whose hosts answered.
  package var unobservedCells: [CellName] { Self.unobservedCells(observation) }
  package static func unobservedCells(_ observation: Observation) -> [CellName] {
    observation.cells.filter { !$0.hosts.isEmpty && $0.hosts.allSatisfy { !$0.reachable } }.map(\.name)
  }

  /// Guests that the look after the moves showed doubled, in doubt, missing or unknown.
  package var unsettled: [Drift.Item] {
    drift?.items.filter {
      [.missing, .unknown, .ambiguous, .frozen].contains($0.bucket) && namesInScope?.contains($0.instance.name) ?? true
    } ?? []
  }

  /// Guests that were seen alive on several hosts after the moves.
  package var doubled: [Drift.Item] {
    drift?.items.filter { item in item.observations.filter(\.power.isActive).count > 1 } ?? []
  }

  /// Somebody's signal, or manifests that changed meanwhile: what was not started then has not failed.
  private var wasToldToStop: Bool {
    switch stopped {
    case .interrupted, .revisionChanged, .manifestsInvalid: true
    case .otherWriter, .savedPlanNoLongerHolds, nil: false
    }
  }

  package var exitCode: ExitCode { exitCode(detailed: false, dryRun: false) }

  package func exitCode(detailed: Bool, dryRun: Bool) -> ExitCode {
    var facts = OutcomeFacts()
    facts.migrationFailed = !failed.isEmpty || dropped.contains { !$0.isSetAside } && !wasToldToStop
    facts.cellUnobserved = !unobservedCells.isEmpty
    facts.somethingStands =
      !plan.blocked.isEmpty || !plan.notInSync.isEmpty || !unsettled.isEmpty || !dropped.isEmpty
      || !leftRunning.isEmpty || !leftForTheNextRun.isEmpty || recovered.contains { $0.operation.move == nil && $0.endState != .succeeded }
    facts.movesPending = dryRun && detailed && (!plan.moves.isEmpty || plan.hostChanges != nil)
    if case .otherWriter = stopped { facts.refused = true }
    facts.refused = facts.refused || plan.blocked.contains { $0.reason == .tooManyMoves }
    return ExitCode.of(facts)
  }
}

extension OperationMachine {
  /// How it ended; nil while it runs or if it was left open.
  package var endState: OperationRecord.State? {
    if case .ended(let state, _) = phase { return state }
    return nil
  }
  package var endDetail: String {
    switch phase {
    case .ended(_, let detail), .leftOpen(let detail): detail
    default: ""
    }
  }
  /// An earlier run's, of which the journal has no step: nobody looked where the guest is.
  package var wasNeverBegun: Bool { endState == .rolledBack && !hasIntent }
  package static let neverBegunText = "an earlier run planned it, and the journal knows of no step of it; this run looked at its guest anew"
  /// Stopped by its re-check, before any effect.
  var wasRefused: Bool { endState == .failed && !hasIntent }
}
