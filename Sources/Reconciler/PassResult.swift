package import Execution
package import Fleet

/// How a pass ended.
package struct PassResult: Sendable {
  package var plan: Plan
  package var observation: Observation
  /// Moves of earlier processes that this pass took up, then the plan's.
  package var recovered: [MoveMachine]
  package var moves: [MoveMachine]
  package var dropped: [ExecutionMachine.Dropped]
  package var stopped: StopReason?
  /// Moves that still run because the pass was told to leave them.
  package var leftRunning: [Move]

  package init(
    plan: Plan, observation: Observation, recovered: [MoveMachine] = [], moves: [MoveMachine] = [],
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
}
