import Execution
package import Fleet
package import Reporting

extension PassResult {
  /// The run as it is reported.
  package func outcome(startedAt: Timestamp, endedAt: Timestamp, _ exitCode: ExitCode) -> RunOutcome {
    let notStarted = dropped.compactMap { dropped in
      dropped.operation.move.map { MoveOutcome($0, dropped.isSetAside ? .postponed : .notStarted, detail: dropped.why) }
    }
    let droppedIDs = Set(notStarted.map(\.id))
    let carriedOut = moves.compactMap(Self.outcome).filter { !droppedIDs.contains($0.id) }
    return RunOutcome(
      plan: plan, startedAt: startedAt, endedAt: endedAt, recovered: recovered.compactMap(Self.outcome), moves: carriedOut + notStarted,
      warnings: remarks, stopped: stopped?.text, exitCode: exitCode)
  }

  /// What succeeded, and yet is not all as it was.
  private var remarks: [String] {
    (recovered + moves).compactMap { machine in
      guard machine.endState == .succeeded, !machine.endDetail.isEmpty, let instance = machine.operation.instance else { return nil }
      return "\(instance): \(machine.endDetail)"
    }
  }

  private static func outcome(_ machine: OperationMachine) -> MoveOutcome? {
    guard let move = machine.operation.move else { return nil }
    let milliseconds = machine.startedAt.flatMap { started in machine.endedAt?.milliseconds(since: started) }
    if machine.wasNeverBegun { return MoveOutcome(move, .notStarted, detail: OperationMachine.neverBegunText) }
    return MoveOutcome(
      move, machine.isEnded ? MoveOutcome.Result(machine.endState) : .leftRunning, detail: machine.endDetail,
      milliseconds: milliseconds, downtimeMilliseconds: (machine.migrationEnd ?? machine.progress)?.downtimeMilliseconds)
  }
}
