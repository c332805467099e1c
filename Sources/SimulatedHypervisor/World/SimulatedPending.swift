package import Fleet

/// Something that is certain to happen to a guest at an instant to come, and is of no job that runs.
package struct SimulatedPending: Sendable, Equatable, Codable {
  package enum Event: Sendable, Equatable, Codable {
    /// A deed of others; nil: on the host that fits.
    case deed(SimulatedFault.Kind, on: HostName?)
    /// The guest heeds a shutdown of ours that was given up, if it still is in that boot.
    case goesOff(IntentID, boot: Int)
    /// A call that was begun while the daemon hung takes effect.
    case call(Step, WriterMark)
    /// The woken destination of a migration ends the hand-over that its source gave up.
    case arrives(IntentID, Step, wasPaused: Bool)
  }

  package var at: Timestamp
  package var uuid: InstanceUUID
  package var cell: CellName
  package var event: Event
}
