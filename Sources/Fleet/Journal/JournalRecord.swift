/// One line of the append-only journal.
package enum JournalRecord: Sendable, Equatable, Codable {
  case operation(OperationRecord)
  case step(StepRecord)

  private enum CodingKeys: String, CodingKey { case operation = "move", step }
}

/// An operation's change of state.
package struct OperationRecord: Sendable, Equatable {
  package enum State: String, Sendable, Codable {
    case queued, running, succeeded, rolledBack, failed, needsHuman
    /// Something else was at work, and nothing was done: the next pass plans it again, and nobody is charged.
    case postponed
    /// Somebody else moved the guest, or changed it, before anything was done.
    case notNeeded

    package var isFinal: Bool { self != .queued && self != .running }
  }

  package var id: OperationID
  package var operation: Operation
  /// Cold and offline moves: the steps as planned; recovery continues from them, never from a new plan.
  package var steps: [Step]
  /// Where in `steps` the undoing begins; nil while it goes forward.
  package var rollbackStart: Int?
  package var state: State
  package var writer: WriterID
  package var epoch: Int
  package var at: Timestamp
  package var detail: String
  /// What the migration was predicted to take; nil: too little was known to say.
  package var forecast: MigrationForecast?

  package init(
    id: OperationID, operation: Operation, steps: [Step], rollbackStart: Int? = nil, state: State, writer: WriterID, epoch: Int,
    at: Timestamp,
    detail: String = "", forecast: MigrationForecast? = nil
  ) {
    self.id = id
    self.operation = operation
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

extension OperationRecord: Codable {
  private enum CodingKeys: String, CodingKey { case id, steps, rollbackStart, state, writer, epoch, at, detail, forecast }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let steps = try fields.decode([Step].self, forKey: .steps)
    self.init(
      id: try fields.decode(OperationID.self, forKey: .id), operation: try Operation(from: decoder).asItsStepsSay(steps), steps: steps,
      rollbackStart: try fields.decodeIfPresent(Int.self, forKey: .rollbackStart), state: try fields.decode(State.self, forKey: .state),
      writer: try fields.decode(WriterID.self, forKey: .writer), epoch: try fields.decode(Int.self, forKey: .epoch),
      at: try fields.decode(Timestamp.self, forKey: .at), detail: try fields.decode(String.self, forKey: .detail),
      forecast: try fields.decodeIfPresent(MigrationForecast.self, forKey: .forecast))
  }

  package func encode(to encoder: any Encoder) throws {
    try operation.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(steps, forKey: .steps)
    try fields.encodeIfPresent(rollbackStart, forKey: .rollbackStart)
    try fields.encode(state, forKey: .state)
    try fields.encode(writer, forKey: .writer)
    try fields.encode(epoch, forKey: .epoch)
    try fields.encode(at, forKey: .at)
    try fields.encode(detail, forKey: .detail)
    try fields.encodeIfPresent(forecast, forKey: .forecast)
  }
}

extension Operation {
  /// Before there were operations, host changes and disk removals were journalled as moves of such steps.
  fileprivate func asItsStepsSay(_ steps: [Step]) -> Operation {
    guard case .move(let move) = self, let first = steps.first, steps.allSatisfy(\.isHousekeeping) else { return self }
    let change = { HostChange(host: move.from, cell: move.cell, action: $0, text: move.reason.text, manifest: move.reason.manifest) }
    return switch first.action {
    case .closeHost: .hostChange(change(.close))
    case .openHost: .hostChange(change(.open))
    default: .diskRemoval(DiskRemoval(cell: move.cell, instance: move.instance, uuid: move.uuid, host: move.to, home: move.from))
    }
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
  package var operation: OperationID
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
  /// When this operation first asked the guest to shut down; it may obey long after its time is over.
  package var askedAt: Timestamp?

  package init(
    intent: IntentID, operation: OperationID, stepIndex: Int, step: Step, source: HostEndpoint, destination: HostEndpoint, writer: WriterID,
    epoch: Int, state: State, job: JobRef? = nil, at: Timestamp, detail: String = "", statistics: JobProgress? = nil,
    suspendedAt: Timestamp? = nil, askedAt: Timestamp? = nil
  ) {
    self.intent = intent
    self.operation = operation
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

  private enum CodingKeys: String, CodingKey {
    case intent, operation = "move", stepIndex, step, source, destination, writer, epoch, state, job, at, detail, statistics, suspendedAt
    case askedAt
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
