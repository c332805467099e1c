package import Execution
package import Fleet
package import Planning

/// How a pass ended.
package struct PassResult: Sendable {
  package var plan: Plan
  /// The plan of which `plan` is a part; nil: there is no other.
  package var whole: Plan?
  package var observation: Observation
  /// Operations of earlier processes that this pass took up.
  package var recovered: [OperationMachine]
  /// The plan's.
  package var moves: [OperationMachine]
  package var dropped: [ExecutionMachine.Dropped]
  package var stopped: StopReason?
  /// Moves that still run because the pass was told to leave them.
  package var leftRunning: [Move]
  /// How the fleet differs from the manifests as it was seen after the moves; nil: nothing was moved.
  package var drift: Drift?
  /// Whose state the run answers for; nil: everybody's.
  package var namesInScope: Set<InstanceName>?

  package init(
    plan: Plan, observation: Observation, recovered: [OperationMachine] = [], moves: [OperationMachine] = [],
    dropped: [ExecutionMachine.Dropped] = [], stopped: StopReason? = nil, leftRunning: [Move] = []
  ) {
    self.plan = plan
    self.observation = observation
    self.recovered = recovered
    self.moves = moves
    self.dropped = dropped
    self.stopped = stopped
    self.leftRunning = leftRunning
  }

  /// Takes over how moves ended: those that recovery settled by itself, and those carried out, among which recovered ones may be.
  mutating func take(_ recovery: ExecutionMachine?, _ machine: ExecutionMachine?) {
    let watchedOn = Set(recovery?.running.map(\.id) ?? [])
    recovered = recovery?.operations.filter { machine == nil || !watchedOn.contains($0.id) } ?? []
    guard let machine else {
      leftRunning = recovery?.running.compactMap(\.operation.move) ?? []
      return
    }
    recovered += machine.operations.filter { watchedOn.contains($0.id) }
    moves += machine.operations.filter { !watchedOn.contains($0.id) }
    dropped = machine.dropped
    stopped = machine.stopped
    leftRunning = machine.running.compactMap(\.operation.move)
  }
}
