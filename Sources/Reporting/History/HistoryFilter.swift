package import Fleet

/// Which passes and moves of the history are wanted.
package struct HistoryFilter: Sendable, Equatable {
  /// Begun then or later.
  package var since: Timestamp?
  /// Only what failed, was undone, or needs a human.
  package var failed: Bool
  package var instance: InstanceName?
  /// From it or to it.
  package var host: HostName?
  package var movesOnly: Bool

  package init(
    since: Timestamp? = nil, failed: Bool = false, instance: InstanceName? = nil, host: HostName? = nil, movesOnly: Bool = false
  ) {
    self.since = since
    self.failed = failed
    self.instance = instance
    self.host = host
    self.movesOnly = movesOnly
  }

  package var isEmpty: Bool { self == HistoryFilter() }

  package func allows(_ pass: PassRecord) -> Bool {
    guard !movesOnly, instance == nil, host == nil else { return false }
    if let since, pass.startedAt < since { return false }
    return !failed || pass.failed > 0 || pass.exitCode == 1 || pass.exitCode == 4
  }

  package func allows(_ journal: OperationJournal) -> Bool {
    let operation = journal.record.operation
    if movesOnly, operation.move == nil { return false }
    if let since, journal.queuedAt < since { return false }
    if let instance, operation.instance != instance { return false }
    if let host, !operation.hosts.contains(host) { return false }
    return !failed || [.failed, .rolledBack, .needsHuman].contains(journal.record.state)
  }
}
