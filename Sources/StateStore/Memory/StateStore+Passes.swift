package import Fleet
import GRDB

extension StateStore {
  /// Stores a pass that begins and returns its id; the record's own id is not looked at.
  package func begin(_ pass: PassRecord) throws(StateStoreError) -> Int {
    try write { db in
      try db.execute(sql: "INSERT INTO pass (json) VALUES (?)", arguments: [try StoredJSON.text(of: pass)])
      let id = Int(db.lastInsertedRowID)
      try db.execute(sql: "DELETE FROM pass WHERE id <= ?", arguments: [id - StateLimits.passesMax])
      return id
    }
  }

  /// Replaces the record of a pass that `begin` stored, once it has ended, and counts it; throws `inconsistent` if it is not there.
  package func end(_ pass: PassRecord) throws(StateStoreError) {
    try write { db in
      try db.execute(sql: "UPDATE pass SET json = ? WHERE id = ?", arguments: [try StoredJSON.text(of: pass), pass.id])
      if db.changesCount == 0 { throw unknownPass(pass.id) }
      try db.add(Tally.of(pass))
    }
  }

  /// The newest passes, newest first.
  package func passes(limit: Int) throws(StateStoreError) -> [PassRecord] {
    precondition(limit >= 0, "a limit must not be negative")
    return try read { db in
      try Row.fetchAll(db, sql: "SELECT id, json FROM pass ORDER BY id DESC LIMIT ?", arguments: [limit]).map { row in
        var pass = try StoredJSON.value(PassRecord.self, from: row[1])
        pass.id = row[0]
        return pass
      }
    }
  }

  /// Stores the plan of a pass; throws `inconsistent` if the pass is not there.
  package func savePlan(_ plan: Plan, pass: Int) throws(StateStoreError) {
    try write { db in
      guard try Bool.fetchOne(db, sql: "SELECT 1 FROM pass WHERE id = ?", arguments: [pass]) == true else { throw unknownPass(pass) }
      try db.execute(
        sql: "INSERT INTO plan (pass, at, json) VALUES (?, ?, ?)",
        arguments: [pass, plan.observedAt.milliseconds, try StoredJSON.text(of: plan)])
      try db.execute(sql: "DELETE FROM plan WHERE id <= ?", arguments: [Int(db.lastInsertedRowID) - StateLimits.plansMax])
    }
  }

  /// The plan stored last and when what it plans for was observed.
  package func latestPlan() throws(StateStoreError) -> (plan: Plan, at: Timestamp)? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT json, at FROM plan ORDER BY id DESC LIMIT 1").map { row in
        (try StoredJSON.value(Plan.self, from: row[0]), Timestamp(milliseconds: row[1]))
      }
    }
  }

  /// How many plans are kept.
  package func planCount() throws(StateStoreError) -> Int {
    try read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM plan") ?? 0 }
  }

  private func unknownPass(_ id: Int) -> StateStoreError {
    StateStoreError(.inconsistent, "\(path) has no pass \(id)", hint: "this is a defect of reconcile: please report it")
  }
}
