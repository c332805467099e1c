package import Fleet
import GRDB

extension StateStore {
  /// Instances that may not be tried at `now`; with a revision, only those that failed under it.
  package func backOffs(now: Timestamp, revision: String? = nil) throws(StateStoreError) -> [InstanceUUID: BackOff] {
    try read { db in
      let sql = "SELECT uuid, revision, failures, until FROM back_off WHERE until > ? AND (? IS NULL OR revision = ?)"
      let rows = try Row.fetchAll(db, sql: sql, arguments: [now.milliseconds, revision, revision])
      return Dictionary(uniqueKeysWithValues: rows.map { row in (InstanceUUID(row[0]), backOff(row)) })
    }
  }

  /// Instances whose last move failed, whether they are still left alone or not.
  package func failedLast() throws(StateStoreError) -> Set<InstanceUUID> {
    try read { db in
      Set(try String.fetchAll(db, sql: "SELECT uuid FROM back_off UNION SELECT uuid FROM failed_pair").map { InstanceUUID($0) })
    }
  }

  /// Counts a failed move of an instance and returns how long it is left alone.
  @discardableResult
  package func recordFailure(_ uuid: InstanceUUID, revision: String, now: Timestamp) throws(StateStoreError) -> BackOff {
    try write { db in
      let sql = "SELECT uuid, revision, failures, until FROM back_off WHERE uuid = ?"
      let earlier = try Row.fetchOne(db, sql: sql, arguments: [uuid.rawValue]).map(backOff)
      let next = BackOff.afterFailure(of: earlier, revision: revision, now: now)
      try db.execute(
        sql: "INSERT OR REPLACE INTO back_off (uuid, revision, failures, until) VALUES (?, ?, ?, ?)",
        arguments: [uuid.rawValue, next.revision, next.failures, next.until.milliseconds])
      return next
    }
  }

  package func clearBackOff(_ uuid: InstanceUUID) throws(StateStoreError) {
    try write { db in try db.execute(sql: "DELETE FROM back_off WHERE uuid = ?", arguments: [uuid.rawValue]) }
  }

  private func backOff(_ row: Row) -> BackOff { BackOff(revision: row[1], failures: row[2], until: Timestamp(milliseconds: row[3])) }
}
