package import Fleet
import GRDB

extension StateStore {
  /// Remembers that an instance could not be moved to a host; under one revision of the manifests it waits longer each time.
  package func recordFailedPair(_ pair: FailedPair, revision: String) throws(StateStoreError) {
    try write { db in
      let sql = "SELECT revision, failures, until FROM failed_pair WHERE cell = ? AND uuid = ? AND host = ?"
      let key: StatementArguments = [pair.cell.rawValue, pair.uuid.rawValue, pair.host.rawValue]
      let earlier = try Row.fetchOne(db, sql: sql, arguments: key).map { row in
        BackOff(revision: row[0], failures: row[1], until: Timestamp(milliseconds: row[2]))
      }
      let next = BackOff.afterFailure(of: earlier, revision: revision, now: pair.at)
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO failed_pair (cell, uuid, host, instance, blame, text, at, failures, until, revision, facts)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: key + [
          pair.instance.rawValue, pair.blame.rawValue, pair.text, pair.at.milliseconds, next.failures, next.until.milliseconds, revision,
          pair.facts,
        ])
      let oldest = pair.at.adding(milliseconds: -StateLimits.failedPairMillisecondsMax)
      try db.execute(sql: "DELETE FROM failed_pair WHERE at < ?", arguments: [oldest.milliseconds])
    }
  }

  /// By cell, guest and host. Another revision of the manifests than the one it failed under ends the waiting, not the memory.
  package func failedPairs(revision: String, now: Timestamp) throws(StateStoreError) -> [FailedPair] {
    try read { db in
      let oldest = now.adding(milliseconds: -StateLimits.failedPairMillisecondsMax)
      let sql = "SELECT * FROM failed_pair WHERE at >= ? ORDER BY cell, uuid, host"
      return try Row.fetchAll(db, sql: sql, arguments: [oldest.milliseconds]).map { row in
        let at = Timestamp(milliseconds: row["at"])
        let isOfRevision = row["revision"] as String == revision
        return FailedPair(
          cell: CellName(row["cell"]), instance: InstanceName(row["instance"]), uuid: InstanceUUID(row["uuid"]),
          host: HostName(row["host"]),
          blame: Blame(rawValue: row["blame"]) ?? .pair, text: row["text"], at: at, failures: row["failures"],
          until: isOfRevision ? Timestamp(milliseconds: row["until"]) : at, facts: row["facts"])
      }
    }
  }

  /// A move of it succeeded: what failed before says nothing of where it is now.
  package func forgetFailedPairs(of uuid: InstanceUUID) throws(StateStoreError) {
    try write { db in try db.execute(sql: "DELETE FROM failed_pair WHERE uuid = ?", arguments: [uuid.rawValue]) }
  }
}
