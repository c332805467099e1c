package import Fleet
import GRDB

extension StateStore {
  /// Remembers that the source of a copied disk is kept; a second call for the same disk of the same move replaces the first.
  package func addRetiredDisk(_ disk: RetiredDisk) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO retired_disk (cell, host, pool, uuid, target, move, delete_after, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """, arguments: key(disk) + [disk.deleteAfter.milliseconds, try StoredJSON.text(of: disk)])
    }
  }

  /// All disks that are kept, the first to go first.
  package func retiredDisks() throws(StateStoreError) -> [RetiredDisk] {
    try read { db in
      try String.fetchAll(db, sql: "SELECT json FROM retired_disk ORDER BY \(order)").map {
        try StoredJSON.value(RetiredDisk.self, from: $0)
      }
    }
  }

  /// Disks whose time is over at `now`, the first to go first.
  package func retiredDisks(due now: Timestamp) throws(StateStoreError) -> [RetiredDisk] {
    try read { db in
      let sql = "SELECT json FROM retired_disk WHERE delete_after <= ? ORDER BY \(order)"
      return try String.fetchAll(db, sql: sql, arguments: [now.milliseconds]).map { try StoredJSON.value(RetiredDisk.self, from: $0) }
    }
  }

  /// Forgets a disk once it is deleted or in use again.
  package func removeRetiredDisk(_ disk: RetiredDisk) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM retired_disk WHERE cell = ? AND host = ? AND pool = ? AND uuid = ? AND target = ? AND move = ?",
        arguments: key(disk))
    }
  }

  private var order: String { "delete_after, cell, host, pool, uuid, target, move" }

  private func key(_ disk: RetiredDisk) -> StatementArguments {
    [disk.cell.rawValue, disk.host.rawValue, disk.pool.rawValue, disk.uuid.rawValue, disk.target, disk.move.rawValue]
  }
}
