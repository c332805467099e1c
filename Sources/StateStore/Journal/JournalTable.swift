import Fleet
import GRDB

/// The journal, inside one transaction.
struct JournalTable {
  private let db: Database
  private let path: String

  init(_ db: Database, path: String) {
    self.db = db
    self.path = path
  }

  /// Returns whether an operation among them has ended, so that there may be something to prune.
  func append(_ records: [JournalRecord]) throws -> Bool {
    let ending = Set(
      records.compactMap { record in
        if case .operation(let operation) = record, operation.state.isFinal { operation.id } else { nil }
      })
    let endedBefore = try ending.filter { try operation($0)?.record.state.isFinal == true }
    for record in records { try append(record) }
    var hasEnded = false
    for id in Set(records.map(\.operationID)) {
      let journal = try refreshIndex(id)
      if !journal.isOpen { hasEnded = true }
      if ending.contains(id), !endedBefore.contains(id) { try db.add(Tally.of(journal)) }
    }
    return hasEnded
  }

  func operation(_ id: OperationID) throws -> OperationJournal? { OperationJournal(folding: try records(of: id)) }

  func openOperations() throws -> [OperationJournal] {
    try operations(try String.fetchAll(db, sql: "SELECT id FROM move WHERE open = 1 ORDER BY first_record"))
  }

  func operations(limit: Int, instance: InstanceName?) throws -> [OperationJournal] {
    let sql = "SELECT id FROM move \(instance == nil ? "" : "WHERE instance = ?") ORDER BY first_record DESC LIMIT ?"
    let arguments: StatementArguments = instance.map { [$0.rawValue, limit] } ?? [limit]
    return try operations(try String.fetchAll(db, sql: sql, arguments: arguments))
  }

  /// Newest first.
  func hostChanges(limit: Int) throws -> [OperationJournal] {
    let ids = try String.fetchAll(
      db, sql: "SELECT id FROM move WHERE instance LIKE 'host:%' ORDER BY first_record DESC LIMIT ?", arguments: [limit])
    return try operations(ids)
  }

  /// Removes the oldest closed operations beyond the limits of age and number, unless a disk they retired is still kept.
  func prune(now: Timestamp) throws {
    let oldest = now.adding(milliseconds: -StateLimits.closedMoveAgeMillisecondsMax).milliseconds
    let closed = "SELECT id FROM move WHERE open = 0"
    let kept = "SELECT move FROM retired_disk"
    try db.execute(
      sql: """
        INSERT INTO journal_pruning (move)
        SELECT id FROM move WHERE open = 0 AND id NOT IN (\(kept)) AND (changed_at < ?
          OR id IN (\(closed) ORDER BY changed_at DESC, first_record DESC LIMIT -1 OFFSET ?))
        """, arguments: [oldest, StateLimits.closedMovesMax])
    if db.changesCount == 0 { return }
    try db.execute(sql: "DELETE FROM journal WHERE move IN (SELECT move FROM journal_pruning)")
    try db.execute(sql: "DELETE FROM move WHERE id IN (SELECT move FROM journal_pruning)")
    try db.execute(sql: "DELETE FROM journal_pruning")
  }

  private func append(_ record: JournalRecord) throws {
    let json = try StoredJSON.text(of: record)
    let move = record.operationID.rawValue
    try db.cachedStatement(sql: "INSERT INTO journal (move, intent, state, at, json) VALUES (?, ?, ?, ?, ?)")
      .execute(arguments: [move, record.intent?.rawValue, record.state, record.at.milliseconds, json])
    let number = db.lastInsertedRowID
    if case .operation(let first) = record {
      try db.execute(
        sql: "INSERT INTO move (id, first_record, instance, open, changed_at) VALUES (?, ?, ?, 1, ?) ON CONFLICT (id) DO NOTHING",
        arguments: [move, number, first.operation.instance?.rawValue ?? first.operation.subject.rawValue, first.at.milliseconds])
    }
    // Checked again from the other side: what will be read after a crash is what was given.
    let stored = try String.fetchOne(db, sql: "SELECT json FROM journal WHERE number = ?", arguments: [number])
    guard let stored, try StoredJSON.value(JournalRecord.self, from: stored) == record else {
      throw StateStoreError.corrupt(path, "a journal record of move \(move) does not read back as written")
    }
  }

  private func refreshIndex(_ id: OperationID) throws -> OperationJournal {
    let records = try records(of: id)
    guard let journal = OperationJournal(folding: records), let last = records.last else {
      throw StateStoreError(
        .inconsistent, "the journal in \(path) was given a step of move \(id), which it does not know",
        hint: "this is a defect of reconcile: please report it")
    }
    try db.execute(
      sql: "UPDATE move SET open = ?, changed_at = ? WHERE id = ?", arguments: [journal.isOpen, last.at.milliseconds, id.rawValue])
    return journal
  }

  private func operations(_ ids: [String]) throws -> [OperationJournal] {
    try ids.map { id in
      guard let journal = try operation(OperationID(id)) else { throw StateStoreError.corrupt(path, "operation \(id) has no record") }
      return journal
    }
  }

  private func records(of id: OperationID) throws -> [JournalRecord] {
    try String.fetchAll(db, sql: "SELECT json FROM journal WHERE move = ? ORDER BY number", arguments: [id.rawValue])
      .map { try StoredJSON.value(JournalRecord.self, from: $0) }
  }
}
