package import Fleet
import GRDB

extension StateStore {
  /// Remembers that an instance needs a human, and why; replaces what was remembered.
  package func setNeedsHuman(_ uuid: InstanceUUID, _ item: BlockedItem) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO needs_human (uuid, json) VALUES (?, ?)", arguments: [uuid.rawValue, try StoredJSON.text(of: item)])
    }
  }

  package func clearNeedsHuman(_ uuid: InstanceUUID) throws(StateStoreError) {
    try write { db in try db.execute(sql: "DELETE FROM needs_human WHERE uuid = ?", arguments: [uuid.rawValue]) }
  }

  package func needsHuman() throws(StateStoreError) -> [InstanceUUID: BlockedItem] {
    try read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT uuid, json FROM needs_human")
      return Dictionary(
        uniqueKeysWithValues: try rows.map { row in (InstanceUUID(row[0]), try StoredJSON.value(BlockedItem.self, from: row[1])) })
    }
  }

  /// Remembers the host that maintenance displaced an instance from; the first one stays, so that a second displacement does not
  /// make a stopover its home.
  package func setDisplaced(_ uuid: InstanceUUID, from host: HostName) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "INSERT INTO displaced (uuid, host) VALUES (?, ?) ON CONFLICT (uuid) DO NOTHING", arguments: [uuid.rawValue, host.rawValue])
    }
  }

  package func clearDisplaced(_ uuid: InstanceUUID) throws(StateStoreError) {
    try write { db in try db.execute(sql: "DELETE FROM displaced WHERE uuid = ?", arguments: [uuid.rawValue]) }
  }

  package func displacedFrom() throws(StateStoreError) -> [InstanceUUID: HostName] {
    try read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT uuid, host FROM displaced")
      return Dictionary(uniqueKeysWithValues: rows.map { row in (InstanceUUID(row[0]), HostName(row[1])) })
    }
  }
}
