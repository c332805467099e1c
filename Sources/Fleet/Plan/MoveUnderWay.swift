/// A move that somebody else's run is carrying out now: nothing is wrong with its instance, and nobody else touches it.
package struct MoveUnderWay: Sendable, Equatable, Codable {
  package var instance: InstanceName
  package var cell: CellName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  package var since: Timestamp
  /// Who, such as `reconcile watch` with its process number.
  package var by: String
  /// How much is sent, as it was journalled last; nil: not told.
  package var percent: Int?

  package init(
    instance: InstanceName, cell: CellName, from: HostName, to: HostName, mode: MigrationMode, since: Timestamp, by: String,
    percent: Int? = nil
  ) {
    self.instance = instance
    self.cell = cell
    self.from = from
    self.to = to
    self.mode = mode
    self.since = since
    self.by = by
    self.percent = percent
  }

  /// Nil: it moves no instance.
  package init?(_ journal: OperationJournal, by: String) {
    guard let move = journal.move else { return nil }
    self.init(
      instance: move.instance, cell: move.cell, from: move.from, to: move.to, mode: move.mode, since: journal.queuedAt, by: by,
      percent: journal.steps.last?.statistics?.percent)
  }
}

extension JobProgress {
  /// From 0 to 100; nil: not told. What is left rises again with each iteration of the memory.
  package var percent: Int? {
    if let share, share.isFinite { return min(100, max(0, Int(share * 100))) }
    guard totalBytes > 0, (0...totalBytes).contains(remainingBytes) else { return nil }
    return Int(Double(totalBytes - remainingBytes) / Double(totalBytes) * 100)
  }
}
