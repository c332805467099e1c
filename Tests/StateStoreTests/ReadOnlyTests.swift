import Fleet
import StateStore
import Testing

/// Read-only access leaves no trace and yet sees what others write.
@Suite struct ReadOnlyTests {
  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
  }

  @Test func leavesNoTrace() throws {
    try StateStore(path: path, access: .readWrite).append([Sample.move("w-1", .queued)])
    let before = bytes(of: path)
    let reader = try StateStore(path: path, access: .readOnly)
    #expect(try reader.openMoves().count == 1)
    #expect(ScratchFolder.entries(of: folder.path) == ["reconcile.db"])
    #expect(bytes(of: path) == before)
  }

  @Test func seesWhatAWriterThatCameLaterDoes() throws {
    try StateStore(path: path, access: .readWrite).append([Sample.move("w-1", .queued)])
    let reader = try StateStore(path: path, access: .readOnly)
    #expect(try reader.openMoves().count == 1)
    do {
      let writer = try StateStore(path: path, access: .readWrite)
      try writer.append([Sample.move("w-2", .queued)])
      #expect(try reader.openMoves().count == 2, "while the writer is there")
      try writer.append([Sample.move("w-3", .queued)])
    }
    #expect(try reader.openMoves().count == 3, "after the writer has gone")
    try StateStore(path: path, access: .readWrite).append([Sample.move("w-4", .queued)])
    #expect(try reader.openMoves().count == 4, "after another writer came and went unseen")
  }

  @Test func refusesToWrite() throws {
    _ = try StateStore(path: path, access: .readWrite)
    let reader = try StateStore(path: path, access: .readOnly)
    let refused = [
      failure { () throws(StateStoreError) in try reader.append([Sample.move("w-1", .queued)]) },
      failure { () throws(StateStoreError) in _ = try reader.lock(holder: "test") },
      failure { () throws(StateStoreError) in _ = try reader.nextMoveID() },
    ]
    #expect(refused.map { $0?.code } == [.readOnly, .readOnly, .readOnly])
  }

  @Test func comparesTheFleetButDoesNotBind() throws {
    let writer = try StateStore(path: path, access: .readWrite)
    let reader = try StateStore(path: path, access: .readOnly)
    try reader.bind(fleet: "any")
    try writer.bind(fleet: "demo")
    #expect(failure { () throws(StateStoreError) in try reader.bind(fleet: "prod") }?.code == .otherFleet)
  }
}
