import Fleet
import Glibc
import StateStore
import Testing

/// Files that are not ours to use, each with its message.
@Suite struct RefusalTests {
  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
  }

  private func refusal(_ access: StateStore.Access, path: String? = nil) -> StateStoreError? {
    failure { () throws(StateStoreError) in try StateStore(path: path ?? self.path, access: access) }
  }

  @Test(arguments: [StateStore.Access.readWrite, .readOnly])
  func aDatabaseFromTheFuture(access: StateStore.Access) throws {
    _ = try StateStore(path: path, access: .readWrite)
    try tamper(path, "INSERT INTO grdb_migrations VALUES ('v8'), ('v9')")
    let before = bytes(of: path)
    let error = try #require(refusal(access))
    #expect(error.code == .fromTheFuture)
    #expect(error.text == "\(path) was written by a newer reconcile: schema v8, v9, this one knows up to v7")
    #expect(error.hint == "run that version or a later one, or restore a backup from before the upgrade")
    #expect(bytes(of: path) == before)
  }

  @Test(arguments: [
    "CREATE TABLE t (x)", "PRAGMA application_id = 77", "PRAGMA application_id = 77; CREATE TABLE t (x)",
    "PRAGMA journal_mode = WAL; CREATE TABLE t (x)",
  ])
  func aDatabaseOfAnotherProgram(sql: String) throws {
    try tamper(path, sql)
    let before = bytes(of: path)
    for access in [StateStore.Access.readWrite, .readOnly] {
      let error = try #require(refusal(access))
      #expect(error.code == .foreign)
      #expect(error.text == "\(path) is a database of another program")
      #expect(error.hint == "name another file with --state")
    }
    #expect(bytes(of: path) == before)
    #expect(ScratchFolder.entries(of: folder.path) == ["reconcile.db"])
  }

  @Test(arguments: [StateStore.Access.readWrite, .readOnly])
  func noDatabaseAtAll(access: StateStore.Access) throws {
    let text = Array(String(repeating: "hosts: [a, b]\n", count: 1000).utf8)
    try write(text, to: path)
    let error = try #require(refusal(access))
    #expect(error.code == .corrupt)
    #expect(error.text == "\(path) is damaged or not a state database: file is not a database")
    #expect(
      error.hint == "restore it from a backup, or name another file with --state; what a new one does not know is in state/README.md")
    #expect(bytes(of: path) == text)
  }

  @Test(arguments: [StateStore.Access.readWrite, .readOnly])
  func aTornDatabase(access: StateStore.Access) throws {
    let store = try StateStore(path: folder.file("whole.db"), access: .readWrite)
    try store.record(Observation(at: .start, cells: [Sample.cell([Array(0..<200)])]), fingerprints: ["east": "f1"])
    var damaged = try closedCopy(of: folder.file("whole.db"))
    let third = damaged.count / 3
    for index in third..<2 * third { damaged[index] = 0xA5 }
    try write(damaged, to: path)
    let error = failure { () throws(StateStoreError) in
      let store = try StateStore(path: path, access: access)
      _ = try store.latestObservation("east")
    }
    #expect(error?.code == .corrupt)
    #expect(error?.text.hasPrefix("\(path) is damaged or not a state database: ") == true, "\(String(describing: error))")
  }

  /// The whole database as one file.
  private func closedCopy(of path: String) throws -> [UInt8] {
    try tamper(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    return bytes(of: path)
  }

  @Test func aFolder() throws {
    let error = try #require(refusal(.readWrite, path: folder.path))
    #expect(error.code == .notWritable)
    #expect(error.text == "\(folder.path) is a folder, not a file")
    #expect(error.hint == "name a file in it, as --state \(folder.path)/reconcile.db")
    #expect(refusal(.readOnly, path: folder.path)?.code == .notReadable)
  }

  @Test func aDevice() throws {
    #expect(refusal(.readWrite, path: "/dev/null")?.text == "/dev/null is not a regular file")
  }

  @Test func aReadOnlyFile() throws {
    _ = try StateStore(path: path, access: .readWrite)
    chmod(path, 0o400)
    let error = try #require(refusal(.readWrite))
    #expect(error.code == .notWritable)
    #expect(error.text == "cannot write \(path): it is read-only (mode 0400)")
    #expect(error.hint == "give a file in a folder that this user may write with --state FILE")
    #expect(try StateStore(path: path, access: .readOnly).openOperations().isEmpty)
  }

  @Test func aReadOnlyFolder() throws {
    chmod(folder.path, 0o500)
    let error = try #require(refusal(.readWrite))
    #expect(error.code == .notWritable)
    #expect(error.text == "cannot write \(path): its folder \(folder.path) is read-only (mode 0500)")
  }

  @Test func aFileNobodyMayRead() throws {
    _ = try StateStore(path: path, access: .readWrite)
    chmod(path, 0)
    let error = try #require(refusal(.readOnly))
    #expect(error.code == .notReadable)
    #expect(error.text == "cannot read \(path): nobody may read it (mode 0000)")
  }

  @Test func aLogThatCannotBeRead() throws {
    let store = try StateStore(path: path, access: .readWrite)
    try store.bind(fleet: "demo")
    let copy = folder.file("copy.db")
    try write(bytes(of: path), to: copy)
    try write(bytes(of: path + "-wal"), to: copy + "-wal")
    // A link beside the database is never followed, nor opened.
    symlink("/nonexistent/shm", copy + "-shm")
    let error = try #require(refusal(.readOnly, path: copy))
    #expect(error.code == .notReadable)
    #expect(
      error.text == "cannot read \(copy)-shm: it is a symbolic link, and what this program writes is never reached through one")
  }

  @Test func aFolderThatCannotBeMade() throws {
    try write([1], to: path)
    let inside = path + "/sub/reconcile.db"
    let error = try #require(refusal(.readWrite, path: inside))
    #expect(error.code == .notWritable)
    #expect(error.text == "cannot write \(inside): folder \(path)/sub: Not a directory")
  }

  @Test func nothingToRead() throws {
    let error = try #require(refusal(.readOnly))
    #expect(error.code == .missing)
    #expect(error.text == "there is no state at \(path)")
    #expect(error.hint == "the first `reconcile` that is not a dry run makes it")
    #expect(ScratchFolder.entries(of: folder.path).isEmpty)
  }
}
