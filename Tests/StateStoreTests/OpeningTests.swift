import Fleet
import Glibc
import StateStore
import Testing

@Suite struct OpeningTests {
  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
  }

  @Test func makesItsFolderAndKeepsOthersOut() throws {
    let path = folder.file("a/b/reconcile.db")
    let old = umask(0)
    defer { umask(old) }
    let store = try StateStore(path: path, access: .readWrite)
    try store.bind(fleet: "demo")
    for suffix in ["", "-wal", "-shm"] { #expect(mode(of: path + suffix) == 0o600, "of \(suffix)") }
    #expect(mode(of: folder.file("a")) == 0o700)
  }

  @Test func tightensTheModeOfARestoredFile() throws {
    _ = try StateStore(path: path, access: .readWrite)
    chmod(path, 0o644)
    _ = try StateStore(path: path, access: .readWrite)
    #expect(mode(of: path) == 0o600)
  }

  @Test func commitsReachTheDisk() throws {
    let durability = try StateStore(path: path, access: .readWrite).durability()
    #expect(durability.journalMode == "wal")
    #expect(durability.synchronous == 2)
    #expect(durability.foreignKeys)
    #expect(durability.busyMilliseconds == 5000)
    #expect(durability.applicationID == 0x5243_4E4C)
  }

  @Test func theWriterIsMadeOnceForADatabase() throws {
    let first = try StateStore(path: path, access: .readWrite).writer
    let again = try StateStore(path: path, access: .readWrite).writer
    let other = try StateStore(path: folder.file("other.db"), access: .readWrite).writer
    #expect(first == again)
    #expect(first != other)
    #expect(first.rawValue.count == 32)
  }

  @Test func anEmptyFileBecomesADatabase() throws {
    try write([], to: path)
    #expect(try StateStore(path: path, access: .readWrite).openOperations().isEmpty)
  }

  @Test(arguments: ["file:odd?name#1%41.db", "with space.db", "ünïcödé.db"])
  func anyFileNameWillDo(name: String) throws {
    let path = folder.file(name)
    try StateStore(path: path, access: .readWrite).bind(fleet: "demo")
    try StateStore(path: path, access: .readOnly).bind(fleet: "demo")
    #expect(ScratchFolder.entries(of: folder.path) == [name])
  }

  @Test func aDatabaseBelongsToOneFleet() throws {
    let store = try StateStore(path: path, access: .readWrite)
    try store.bind(fleet: "demo")
    try store.bind(fleet: "demo")
    let error = try #require(failure { () throws(StateStoreError) in try store.bind(fleet: "prod") })
    #expect(error.code == .otherFleet)
    #expect(error.text == "\(path) is the state of fleet \"demo\", but the manifests declare fleet \"prod\"")
    #expect(error.hint == "name another file with --state, or the right folder with --manifests; a fleet keeps its name for life")
  }

  @Test func twoStoresWriteInTurn() throws {
    let first = try StateStore(path: path, access: .readWrite)
    let second = try StateStore(path: path, access: .readWrite)
    let ids = [try first.nextOperationID(), try second.nextOperationID(), try first.nextOperationID()]
    #expect(Set(ids).count == 3)
  }

  @Test func inMemoryNothingIsLeft() throws {
    let store = try StateStore(path: ":memory:", access: .inMemory)
    try store.bind(fleet: "demo")
    try store.append([Sample.move("w-1", .queued)])
    #expect(try store.openOperations().count == 1)
    #expect(try StateStore(path: ":memory:", access: .inMemory).openOperations().isEmpty)
  }
}
