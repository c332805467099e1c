import Fleet
import GRDB
import StateStore
import Testing

@Suite struct StorageProofTests {
  private static func proof(
    _ host: HostName, _ pool: StorageID = "nfs", shared: Bool = true, identity: String = "token-1", at: Timestamp = .start
  ) -> StorageProof {
    StorageProof(cell: "east", host: host, pool: pool, source: "u1 netfs /vm", identity: identity, shared: shared, provedAt: at)
  }

  @Test func aProofReplacesThatOfTheSamePoolOnly() throws {
    let store = try StateStore(path: "proofs", access: .inMemory)
    let later = Timestamp.start.adding(milliseconds: 1000)
    try store.saveStorageProofs([Self.proof("hv2"), Self.proof("hv1"), Self.proof("hv1", "local", shared: false)], now: .start)
    try store.saveStorageProofs([Self.proof("hv1", identity: "token-2", at: later)], now: later)
    #expect(
      try store.storageProofs() == [
        Self.proof("hv1", "local", shared: false), Self.proof("hv1", identity: "token-2", at: later), Self.proof("hv2"),
      ])
  }

  @Test func proofsOutOfDateAreForgotten() throws {
    let store = try StateStore(path: "proofs", access: .inMemory)
    try store.saveStorageProofs([Self.proof("hv1")], now: .start)
    let end = Timestamp.start.adding(milliseconds: StorageProofs.lifetimeMilliseconds)
    try store.saveStorageProofs([], now: end)
    #expect(try store.storageProofs() == [Self.proof("hv1")], "its last moment")
    try store.saveStorageProofs([Self.proof("hv2", at: end)], now: end.adding(milliseconds: 1))
    #expect(try store.storageProofs() == [Self.proof("hv2", at: end)])
  }

  @Test func aFileOfVersionOneIsBroughtUpToDate() throws {
    let folder = try ScratchFolder()
    let path = folder.file("reconcile.db")
    let writer = try StateStore(path: path, access: .readWrite).writer
    try DatabaseQueue(path: path).write { db in try db.execute(sql: Self.backToVersionOne) }
    let before = bytes(of: path)
    let reader = try StateStore(path: path, access: .readOnly)
    #expect(try reader.storageProofs() == [] && reader.writer == writer, "what only looks needs no run first")
    #expect(failure { () throws(StateStoreError) in _ = try reader.nextOperationID() }?.code == .readOnly)
    #expect(bytes(of: path) == before, "and changes nothing")
    let store = try StateStore(path: path, access: .readWrite)
    #expect(store.writer == writer, "what was there stays")
    #expect(mode(of: path + ".v7") == 0o600, "a copy from before, by the newest version it has")
    #expect(try StateStore(path: path + ".v7", access: .readOnly).writer == writer)
    #expect(ScratchFolder.entries(of: folder.path).filter { $0.hasPrefix("reconcile.db.v") } == ["reconcile.db.v7"], "nothing unfinished")
    #expect(try store.storageProofs() == [])
    try store.saveStorageProofs([Self.proof("hv1")], now: .start)
    #expect(try store.storageProofs() == [Self.proof("hv1")])
  }

  /// What version 2 changed, as version 1 had it.
  private static let backToVersionOne = """
    DELETE FROM grdb_migrations WHERE identifier = 'v2';
    DROP TABLE storage_proof;
    DROP TABLE leftovers;
    CREATE TABLE storage_proof (
      cell TEXT NOT NULL, host TEXT NOT NULL, storage TEXT NOT NULL, identity TEXT, shared INTEGER, at INTEGER NOT NULL,
      PRIMARY KEY (cell, host, storage)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO storage_proof VALUES ('east', 'hv1', 'nfs', 'old', 1, 0);
    """
}
