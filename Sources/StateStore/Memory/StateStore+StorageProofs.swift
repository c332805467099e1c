package import Fleet
import GRDB

extension StateStore {
  /// Stores what was proved; each replaces what was stored of the same pool of the same host.
  ///
  /// Proofs that ended before `now` are forgotten.
  package func saveStorageProofs(_ proofs: [StorageProof], now: Timestamp) throws(StateStoreError) {
    try write { db in
      let insertion = try db.cachedStatement(
        sql: "INSERT OR REPLACE INTO storage_proof (cell, host, pool, source, identity, shared, at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      for proof in proofs {
        try insertion.execute(arguments: [
          proof.cell.rawValue, proof.host.rawValue, proof.pool.rawValue, proof.source, proof.identity, proof.shared,
          proof.provedAt.milliseconds,
        ])
      }
      try db.execute(
        sql: "DELETE FROM storage_proof WHERE at < ?",
        arguments: [now.adding(milliseconds: -StorageProofs.lifetimeMilliseconds).milliseconds])
    }
  }

  /// All that was proved, by cell, host and pool.
  package func storageProofs() throws(StateStoreError) -> [StorageProof] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT cell, host, pool, source, identity, shared, at FROM storage_proof ORDER BY cell, host, pool").map {
        StorageProof(
          cell: CellName($0[0]), host: HostName($0[1]), pool: StorageID($0[2]), source: $0[3], identity: $0[4], shared: $0[5],
          provedAt: Timestamp(milliseconds: $0[6]))
      }
    }
  }
}
