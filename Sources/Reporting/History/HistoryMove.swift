package import Fleet

/// A move of the journal, with what was predicted and what came.
package struct HistoryMove: Sendable, Equatable, Codable {
  package var id: OperationID
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  package var reason: MoveReason
  package var state: OperationRecord.State
  package var detail: String
  package var startedAt: Timestamp
  /// Nil: it has not ended.
  package var endedAt: Timestamp?
  package var predictedSeconds: Int
  /// Nil: it has not ended.
  package var actualMilliseconds: Int?
  /// The largest pause the policy allowed; nil for moves that stop the guest.
  package var allowedDowntimeMilliseconds: Int?
  /// How long the guest did not run; nil: not told.
  package var downtimeMilliseconds: Int?
  /// Bytes the hypervisor says it moved; 0: not told.
  package var transferredBytes: Int
  /// What its migration was predicted to take, by what was known of the guest; nil: too little was.
  package var forecast: MigrationForecast?
  /// Passes over the guest's memory; nil: not told.
  package var iterations: Int?
  /// Per cent by which the guest was slowed at last; nil: it was not.
  package var throttlePercent: Int?
  package var postCopy: Bool
  /// True: we paused the guest so that its migration ends.
  package var suspended: Bool
  /// Whether its memory travelled encrypted; nil: not told.
  package var encrypted: Bool?

  /// Nil: it is no move.
  package init?(_ journal: OperationJournal) {
    guard let move = journal.move else { return nil }
    id = journal.record.id
    instance = move.instance
    uuid = move.uuid
    cell = move.cell
    from = move.from
    to = move.to
    mode = move.mode
    reason = move.reason
    state = journal.record.state
    detail = journal.record.detail
    startedAt = journal.queuedAt
    endedAt = journal.record.state.isFinal ? journal.record.at : nil
    predictedSeconds = max(0, move.end - move.start)
    actualMilliseconds = journal.tookMilliseconds
    allowedDowntimeMilliseconds = HistoryMove.allowedDowntime(journal)
    downtimeMilliseconds = journal.downtimeMilliseconds
    transferredBytes = journal.transferredBytes
    forecast = journal.record.forecast
    let migration = journal.steps.last { $0.step.name == "migrate" && $0.statistics != nil }?.statistics
    iterations = migration.flatMap { $0.iteration > 0 ? $0.iteration : nil }
    throttlePercent = migration.flatMap { $0.throttlePercent > 0 ? $0.throttlePercent : nil }
    postCopy = migration?.postCopy ?? false
    suspended = journal.steps.contains { $0.suspendedAt != nil }
    encrypted = migration?.encrypted
  }

  private static func allowedDowntime(_ journal: OperationJournal) -> Int? {
    guard journal.move?.mode == .live || journal.move?.mode == .block else { return nil }
    for step in journal.steps { if case .migrate(let options) = step.step.action { return options.policy.downtime.maximumMilliseconds } }
    return nil
  }
}
