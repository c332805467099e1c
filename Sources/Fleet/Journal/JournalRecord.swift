/// One line of the append-only journal.
package enum JournalRecord: Sendable, Equatable, Codable {
  case move(MoveRecord)
  case step(StepRecord)
}

/// A move's change of state.
package struct MoveRecord: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable {
    case queued, running, succeeded, rolledBack, failed, needsHuman

    package var isFinal: Bool { self != .queued && self != .running }
  }

  package var id: MoveID
  package var move: Move
  /// Cold and offline moves: the steps as planned; recovery continues from them, never from a new plan.
  package var steps: [Step]
  /// Where in `steps` the undoing begins; nil while the move goes forward.
  package var rollbackStart: Int?
  package var state: State
  package var writer: WriterID
  package var epoch: Int
  package var at: Timestamp
  package var detail: String
  /// What the migration was predicted to take; nil: too little was known to say.
  package var forecast: MigrationForecast?

  package init(
    id: MoveID, move: Move, steps: [Step], rollbackStart: Int? = nil, state: State, writer: WriterID, epoch: Int, at: Timestamp,
    detail: String = "", forecast: MigrationForecast? = nil
  ) {
    self.id = id
    self.move = move
    self.steps = steps
    self.rollbackStart = rollbackStart
    self.state = state
    self.writer = writer
    self.epoch = epoch
    self.at = at
    self.detail = detail
    self.forecast = forecast
  }
}

/// A step's change of state.
package struct StepRecord: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable {
    /// Written before the effect.
    case intended
    /// The hypervisor took it.
    case accepted
    case running
    case done
    /// Nothing happened.
    case refused
    /// Something may have happened and was undone or left as the detail says.
    case failed
    /// Left only by observation.
    case inDoubt

    package var isFinal: Bool { self == .done || self == .refused || self == .failed }
  }

  package var intent: IntentID
  package var move: MoveID
  package var stepIndex: Int
  package var step: Step
  package var source: HostEndpoint
  package var destination: HostEndpoint
  package var writer: WriterID
  package var epoch: Int
  package var state: State
  package var job: JobRef?
  package var at: Timestamp
  package var detail: String
  /// The job's statistics: while it runs those of now and then, at its end the last.
  package var statistics: JobProgress?
  /// When we set about pausing the guest so that its migration ends; should it stay at its source, paused, it must be resumed.
  package var suspendedAt: Timestamp?
  /// When this move first asked the guest to shut down; it may obey long after its time is over.
  package var askedAt: Timestamp?

  package init(
    intent: IntentID, move: MoveID, stepIndex: Int, step: Step, source: HostEndpoint, destination: HostEndpoint, writer: WriterID,
    epoch: Int, state: State, job: JobRef? = nil, at: Timestamp, detail: String = "", statistics: JobProgress? = nil,
    suspendedAt: Timestamp? = nil, askedAt: Timestamp? = nil
  ) {
    self.intent = intent
    self.move = move
    self.stepIndex = stepIndex
    self.step = step
    self.source = source
    self.destination = destination
    self.writer = writer
    self.epoch = epoch
    self.state = state
    self.job = job
    self.at = at
    self.detail = detail
    self.statistics = statistics
    self.suspendedAt = suspendedAt
    self.askedAt = askedAt
  }
}

/// A host with the address it had when the intent was written, so that recovery works after the manifests changed.
package struct HostEndpoint: Sendable, Hashable, Codable {
  package var name: HostName
  /// Connection URI; for a simulated host the world file.
  package var uri: String

  package init(name: HostName, uri: String) {
    self.name = name
    self.uri = uri
  }
}
