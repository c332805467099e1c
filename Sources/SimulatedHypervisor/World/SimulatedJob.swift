package import Fleet

/// A step that was begun: running, or ended and remembered.
package struct SimulatedJob: Sendable, Equatable, Codable {
  package var id: JobRef
  package var intent: IntentID
  package var step: Step
  package var begunAt: Timestamp
  package var endedAt: Timestamp?
  package var state: JobProgress.State
  /// Nil for steps that move no bytes.
  package var transfer: SimulatedTransfer?
  /// When a shutdown or another step without bytes ends.
  package var timerAt: Timestamp?
  /// What goes wrong with it on its way.
  package var troubles: [SimulatedTrouble]
  /// The last statistics, once it ended.
  package var statistics: JobProgress?

  package var isRunning: Bool { endedAt == nil }

  func touches(_ host: HostName) -> Bool { step.source == host || step.destination == host }
}

/// A fault that is going to strike a running transfer.
package struct SimulatedTrouble: Sendable, Equatable, Codable {
  package var kind: SimulatedFault.Kind
  /// Bytes transferred at which it strikes; nil: at `at`.
  package var bytes: Int?
  package var at: Timestamp
  /// End of a stall; nil: none.
  package var until: Timestamp?
  /// Of a hang at the hand-over, from then on.
  package var lastsMilliseconds: Int?
}
