package import Fleet
import GRDB

extension StateStore {
  /// Kept disks, displaced instances and what else is known under a host's old name stand under its new one; the old name is forgotten.
  ///
  /// False, and nothing is changed, while a move from or to the old name, or another operation on it, is open: its journal is settled under the names it was written with.
  @discardableResult
  package func renameHost(_ was: HostName, to now: HostName, in cell: CellName) throws(StateStoreError) -> Bool {
    let isOpen = try openOperations().map(\.record.operation).contains { $0.cell == cell && $0.hosts.contains(was) }
    guard !isOpen else { return false }
    try write { db in
      let disks = try String.fetchAll(
        db, sql: "SELECT json FROM retired_disk WHERE cell = ? AND host = ?", arguments: [cell.rawValue, was.rawValue])
      for json in disks {
        var disk = try StoredJSON.value(RetiredDisk.self, from: json)
        disk.host = now
        try db.execute(
          sql: """
            INSERT OR REPLACE INTO retired_disk (cell, host, pool, uuid, target, move, delete_after, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            cell.rawValue, now.rawValue, disk.pool.rawValue, disk.uuid.rawValue, disk.target, disk.move.rawValue,
            disk.deleteAfter.milliseconds, try StoredJSON.text(of: disk),
          ])
      }
      let both: StatementArguments = [cell.rawValue, was.rawValue]
      try db.execute(sql: "DELETE FROM retired_disk WHERE cell = ? AND host = ?", arguments: both)
      try db.execute(sql: "DELETE FROM kept_disk_trouble WHERE cell = ? AND host = ?", arguments: both)
      try db.execute(sql: "DELETE FROM failed_pair WHERE cell = ? AND host = ?", arguments: both)
      try db.execute(sql: "UPDATE displaced SET host = ? WHERE host = ?", arguments: [now.rawValue, was.rawValue])
    }
    try forget(was, in: cell)
    return true
  }
}
