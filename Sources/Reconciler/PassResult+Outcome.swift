import Execution
package import Fleet
package import Reporting

extension PassResult {
  /// The run as it is reported.
  package func outcome(startedAt: Timestamp, endedAt: Timestamp, _ exitCode: ExitCode) -> RunOutcome {
    let notStarted = dropped.map { MoveOutcome($0.move, .notStarted, detail: $0.why) }
    let droppedIDs = Set(dropped.map(\.move.id))
    let carriedOut = moves.filter { !droppedIDs.contains($0.move.id) }.map(Self.outcome)
    return RunOutcome(
      plan: plan, startedAt: startedAt, endedAt: endedAt, recovered: recovered.map(Self.outcome), moves: carriedOut + notStarted,
      stopped: stopped?.text, exitCode: exitCode)
  }

  private static func outcome(_ machine: MoveMachine) -> MoveOutcome {
    let milliseconds = machine.startedAt.flatMap { started in machine.endedAt?.milliseconds(since: started) }
    if machine.wasNeverBegun { return MoveOutcome(machine.move, .notStarted, detail: MoveMachine.neverBegunText) }
    return MoveOutcome(
      machine.move, machine.isEnded ? MoveOutcome.Result(machine.endState) : .leftRunning, detail: machine.endDetail,
      milliseconds: milliseconds, downtimeMilliseconds: (machine.migrationEnd ?? machine.progress)?.downtimeMilliseconds)
  }
}
