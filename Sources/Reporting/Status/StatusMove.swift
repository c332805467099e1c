package import Fleet

/// A move that has not ended, or needs a human.
package struct StatusMove: Sendable, Equatable, Codable {
  package var id: OperationID
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  package var state: OperationRecord.State
  /// The step that was last journalled; nil: none was begun.
  package var step: String?
  package var stepState: StepRecord.State?
  package var since: Timestamp
  package var detail: String
  /// The command that is at work on it now; nil: none, the next run settles it.
  package var by: String?
  /// How much is sent, as it was journalled last; nil: not told.
  package var percent: Int?

  /// Nil if it is no move. `by`: who holds the right to change the fleet now.
  package init?(_ journal: OperationJournal, by: String? = nil) {
    guard let move = journal.move else { return nil }
    id = journal.record.id
    instance = move.instance
    uuid = move.uuid
    cell = move.cell
    from = move.from
    to = move.to
    mode = move.mode
    state = journal.record.state
    step = journal.steps.last?.step.name
    stepState = journal.steps.last?.state
    since = journal.queuedAt
    detail = journal.steps.last.flatMap { $0.detail.isEmpty ? nil : $0.detail } ?? journal.record.detail
    self.by = journal.record.state.isFinal ? nil : by
    percent = journal.steps.last?.statistics?.percent
  }
}

/// An instance that is not tried again before a time.
package struct StatusBackOff: Sendable, Equatable, Codable {
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var until: Timestamp

  package init(instance: InstanceName, uuid: InstanceUUID, until: Timestamp) {
    self.instance = instance
    self.uuid = uuid
    self.until = until
  }
}

/// Something that stands on a host and belongs to no living guest; what is not ours is shown and never touched.
package struct StatusLeftover: Sendable, Equatable, Codable {
  package enum What: String, Sendable, Codable, CaseIterable { case definition, disk, mark, volume, nvram, tpm, domainHalf }

  package var host: HostName
  package var what: What
  package var text: String
  /// Its name or path on the host; nil: said by the text.
  package var name: String?
  package var storage: StorageID?
  package var uuid: InstanceUUID?
  /// True if our journal says that we made it.
  package var ours: Bool

  package init(
    host: HostName, what: What, text: String, name: String? = nil, storage: StorageID? = nil, uuid: InstanceUUID? = nil, ours: Bool
  ) {
    self.host = host
    self.what = what
    self.text = text
    self.name = name
    self.storage = storage
    self.uuid = uuid
    self.ours = ours
  }
}

/// What is known of a `watch` on this database.
package struct StatusWatch: Sendable, Equatable, Codable {
  package var running: Bool
  package var intervalSeconds: Int?
  /// Why the last pass changed nothing, such as invalid manifests.
  package var lastError: String?

  package init(running: Bool, intervalSeconds: Int? = nil, lastError: String? = nil) {
    self.running = running
    self.intervalSeconds = intervalSeconds
    self.lastError = lastError
  }
}
