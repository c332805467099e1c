package import Fleet
import GRDB

/// A kept disk that could not be deleted, why, and when it is tried again.
package struct KeptDiskTrouble: Sendable, Equatable {
  package var cell: CellName
  package var host: HostName
  package var pool: StorageID
  package var uuid: InstanceUUID
  package var target: String
  package var failures: Int
  package var until: Timestamp
  package var text: String

  /// True if it is about this disk.
  package func isAbout(_ disk: RetiredDisk) -> Bool {
    cell == disk.cell && host == disk.host && pool == disk.pool && uuid == disk.uuid && target == disk.target
  }
}

extension StateStore {
  /// Remembers that a kept disk could not be deleted; it is tried again later each time, a day at most.
  package func recordKeptDiskTrouble(_ disk: RetiredDisk, text: String, now: Timestamp) throws(StateStoreError) {
    try write { db in
      let failures = 1 + (try Int.fetchOne(db, sql: "SELECT failures FROM kept_disk_trouble WHERE \(isKey)", arguments: key(of: disk)) ?? 0)
      let delay = min(
        StateLimits.keptDiskRetryMillisecondsMax, StateLimits.keptDiskRetryMillisecondsMin << min(failures - 1, 20))
      try db.execute(
        sql:
          "INSERT OR REPLACE INTO kept_disk_trouble (cell, host, pool, uuid, target, failures, until, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: key(of: disk) + [failures, now.adding(milliseconds: delay).milliseconds, text])
    }
  }

  package func clearKeptDiskTrouble(_ disk: RetiredDisk) throws(StateStoreError) {
    try write { db in try db.execute(sql: "DELETE FROM kept_disk_trouble WHERE \(isKey)", arguments: key(of: disk)) }
  }

  /// By cell, host, pool, guest and disk.
  package func keptDiskTroubles() throws(StateStoreError) -> [KeptDiskTrouble] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM kept_disk_trouble ORDER BY cell, host, pool, uuid, target").map { row in
        KeptDiskTrouble(
          cell: CellName(row["cell"]), host: HostName(row["host"]), pool: StorageID(row["pool"]), uuid: InstanceUUID(row["uuid"]),
          target: row["target"], failures: row["failures"], until: Timestamp(milliseconds: row["until"]), text: row["text"])
      }
    }
  }

  private var isKey: String { "cell = ? AND host = ? AND pool = ? AND uuid = ? AND target = ?" }

  private func key(of disk: RetiredDisk) -> StatementArguments {
    [disk.cell.rawValue, disk.host.rawValue, disk.pool.rawValue, disk.uuid.rawValue, disk.target]
  }
}
