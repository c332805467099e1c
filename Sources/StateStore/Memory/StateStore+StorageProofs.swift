package import Fleet
import GRDB

extension StateStore {
  /// Stores what was proved of a storage; replaces what was stored.
  package func setStorageProof(
    _ proof: StorageProof, cell: CellName, host: HostName, storage: StorageID
  ) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO storage_proof (cell, host, storage, identity, shared, at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [cell.rawValue, host.rawValue, storage.rawValue, proof.identity, proof.shared, proof.at.milliseconds])
    }
  }

  package func storageProof(cell: CellName, host: HostName, storage: StorageID) throws(StateStoreError) -> StorageProof? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT identity, shared, at FROM storage_proof WHERE cell = ? AND host = ? AND storage = ?",
        arguments: [cell.rawValue, host.rawValue, storage.rawValue]
      ).map { row in StorageProof(identity: row[0], shared: row[1], at: Timestamp(milliseconds: row[2])) }
    }
  }

  package func clearStorageProof(cell: CellName, host: HostName, storage: StorageID) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM storage_proof WHERE cell = ? AND host = ? AND storage = ?",
        arguments: [cell.rawValue, host.rawValue, storage.rawValue])
    }
  }
}
