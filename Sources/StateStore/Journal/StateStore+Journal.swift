package import Fleet
import GRDB
import Synchronization

extension StateStore {
  /// Writes records at the end of the journal, all or none; they have reached the disk when this returns.
  ///
  /// The first record of an operation must be its own (`inconsistent`). Throws `diskFull` with nothing written if there is no room, and
  /// `leaseLost` if the lease is not `epoch`'s any more: another run may be at work, whose lock file this one no longer shares.
  package func append(_ records: [JournalRecord], epoch: Int) throws(StateStoreError) {
    guard let newest = records.map(\.at).max() else { return }
    try write { db in
      guard try Int.fetchOne(db, sql: "SELECT epoch FROM lease") == epoch else { throw try leaseLost(epoch, db) }
      let table = JournalTable(db, path: path)
      if try table.append(records) { try table.prune(now: newest) }
    }
  }

  /// Operations that have not ended or have a step that has not, oldest first: what recovery begins with.
  package func openOperations() throws(StateStoreError) -> [OperationJournal] {
    try read { db in try JournalTable(db, path: path).openOperations() }
  }

  /// The newest operations, newest first, of all instances or of one.
  package func operations(limit: Int, instance: InstanceName? = nil) throws(StateStoreError) -> [OperationJournal] {
    precondition(limit >= 0, "a limit must not be negative")
    return try read { db in try JournalTable(db, path: path).operations(limit: limit, instance: instance) }
  }

  /// The newest change of each host that was ever closed or opened by us, of the newest `StateLimits.hostChangesReadMax`.
  package func lastHostChanges() throws(StateStoreError) -> [HostName: OperationJournal] {
    let changes = try read { db in try JournalTable(db, path: path).hostChanges(limit: StateLimits.hostChangesReadMax) }
    return Dictionary(changes.map { ($0.record.operation.source, $0) }, uniquingKeysWith: { newer, _ in newer })
  }

  package func operation(_ id: OperationID) throws(StateStoreError) -> OperationJournal? {
    try read { db in try JournalTable(db, path: path).operation(id) }
  }

  /// An id no operation of this writer ever had: `WRITER-NUMBER` with the first 8 digits of the writer.
  package func nextOperationID() throws(StateStoreError) -> OperationID {
    let number = try operationNumbers.next { () throws(StateStoreError) in
      try write { db in
        let end = try Int.fetchOne(
          db, sql: "UPDATE identity SET next_move = next_move + ? RETURNING next_move", arguments: [StateLimits.operationNumbersReserved])
        guard let end else { throw StateStoreError.corrupt(path, "it does not say who writes it") }
        return end - StateLimits.operationNumbersReserved..<end
      }
    }
    return OperationID("\(writer.rawValue.prefix(8))-\(number)")
  }
}

/// Numbers reserved in the database and not yet used; one commit serves many.
final class OperationNumbers: Sendable {
  private let reserved = Mutex(0..<0)

  func next(_ reserve: () throws(StateStoreError) -> Range<Int>) throws(StateStoreError) -> Int {
    try reserved.withLock { range throws(StateStoreError) in
      if range.isEmpty { range = try reserve() }
      let number = range.lowerBound
      range = range.dropFirst()
      return number
    }
  }
}
