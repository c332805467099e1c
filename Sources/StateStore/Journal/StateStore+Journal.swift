package import Fleet
import GRDB
import Synchronization

extension StateStore {
  /// Writes records at the end of the journal, all or none; they have reached the disk when this returns.
  ///
  /// The first record of a move must be one of the move itself (`inconsistent`). Throws `diskFull` with nothing written if there is no room, and
  /// `leaseLost` if the lease is not `epoch`'s any more: another run may be at work, whose lock file this one no longer shares.
  package func append(_ records: [JournalRecord], epoch: Int) throws(StateStoreError) {
    guard let newest = records.map(\.at).max() else { return }
    try write { db in
      guard try Int.fetchOne(db, sql: "SELECT epoch FROM lease") == epoch else { throw try leaseLost(epoch, db) }
      let table = JournalTable(db, path: path)
      if try table.append(records) { try table.prune(now: newest) }
    }
  }

  /// Moves that have not ended or have a step that has not, oldest first: what recovery begins with.
  package func openMoves() throws(StateStoreError) -> [MoveJournal] { try read { db in try JournalTable(db, path: path).openMoves() } }

  /// The newest moves, newest first, of all instances or of one.
  package func moves(limit: Int, instance: InstanceName? = nil) throws(StateStoreError) -> [MoveJournal] {
    precondition(limit >= 0, "a limit must not be negative")
    return try read { db in try JournalTable(db, path: path).moves(limit: limit, instance: instance) }
  }

  package func move(_ id: MoveID) throws(StateStoreError) -> MoveJournal? { try read { db in try JournalTable(db, path: path).move(id) } }

  /// An id no move of this writer ever had: `WRITER-NUMBER` with the first 8 digits of the writer.
  package func nextMoveID() throws(StateStoreError) -> MoveID {
    let number = try moveNumbers.next { () throws(StateStoreError) in
      try write { db in
        let end = try Int.fetchOne(
          db, sql: "UPDATE identity SET next_move = next_move + ? RETURNING next_move", arguments: [StateLimits.moveNumbersReserved])
        guard let end else { throw StateStoreError.corrupt(path, "it does not say who writes it") }
        return end - StateLimits.moveNumbersReserved..<end
      }
    }
    return MoveID("\(writer.rawValue.prefix(8))-\(number)")
  }
}

/// Numbers reserved in the database and not yet used; one commit serves many moves.
final class MoveNumbers: Sendable {
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
