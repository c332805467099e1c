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
    let files = ScratchFolder.entries(of: folder.path)
    let reader = try StateStore(path: path, access: .readOnly)
    #expect(try reader.openOperations().count == 1)
    #expect(ScratchFolder.entries(of: folder.path) == files)
    #expect(bytes(of: path) == before)
  }

  @Test func seesWhatAWriterThatCameLaterDoes() throws {
    try StateStore(path: path, access: .readWrite).append([Sample.move("w-1", .queued)])
    let reader = try StateStore(path: path, access: .readOnly)
    #expect(try reader.openOperations().count == 1)
    do {
      let writer = try StateStore(path: path, access: .readWrite)
      try writer.append([Sample.move("w-2", .queued)])
      #expect(try reader.openOperations().count == 2, "while the writer is there")
      try writer.append([Sample.move("w-3", .queued)])
    }
    #expect(try reader.openOperations().count == 3, "after the writer has gone")
    try StateStore(path: path, access: .readWrite).append([Sample.move("w-4", .queued)])
    #expect(try reader.openOperations().count == 4, "after another writer came and went unseen")
  }

  /// Writers that come and go while a reader reads: it never sees half an append, an error, or fewer moves than before.
  @Test func readsAreWholeWhileWritersComeAndGo() async throws {
    let appends = 25
    try StateStore(path: path, access: .readWrite).append([Sample.move("w-0", .queued), Sample.step("i", of: "w-0", .intended)])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [path] in
        for number in 1...appends {
          let id = OperationID("w-\(number)")
          let changes = [Sample.move("w-0", .running), Sample.step("i", of: "w-0", .running)]
          try StateStore(path: path, access: .readWrite).append([Sample.move(id, .queued), Sample.step("i", of: id, .intended)] + changes)
        }
      }
      group.addTask { [path] in
        let reader = try StateStore(path: path, access: .readOnly)
        var seen = 0
        while seen <= appends {
          let open: [OperationJournal]
          do throws(StateStoreError) {
            open = try reader.openOperations()
          } catch {
            guard error.code == .busy else { throw error }
            continue
          }
          #expect(open.count >= seen)
          #expect(open.map(\.record.id) == (0..<open.count).map { OperationID("w-\($0)") })
          #expect(open.allSatisfy { $0.steps.count == 1 })
          seen = open.count
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func refusesToWrite() throws {
    _ = try StateStore(path: path, access: .readWrite)
    let reader = try StateStore(path: path, access: .readOnly)
    let refused = [
      failure { () throws(StateStoreError) in try reader.append([Sample.move("w-1", .queued)]) },
      failure { () throws(StateStoreError) in _ = try reader.lock(holder: "test") },
      failure { () throws(StateStoreError) in _ = try reader.nextOperationID() },
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

@Suite struct StampedReadTests {
  private struct Torn: Error {}

  /// `stamps`: what the file's stamp is when opened and after the read, in turn.
  private func read(_ stamps: [Int?], failing: Set<Int> = []) throws -> (value: Int?, reads: Int) {
    var (left, reads) = (stamps[...], 0)
    let value = try StampedRead.value(attempts: 3) {
      left.removeFirst()
    } now: {
      left.removeFirst()
    } read: {
      reads += 1
      if failing.contains(reads) { throw Torn() }
      return reads
    }
    return (value, reads)
  }

  @Test func aReadNobodyWroteIntoCounts() throws { #expect(try read([1, 1]) == (1, 1)) }
  @Test func aReadSomebodyWroteIntoIsDoneAgain() throws { #expect(try read([1, 2, 2, 2]) == (2, 2)) }
  @Test func aLogThatAppearedMakesItDoneAgain() throws { #expect(try read([1, nil, nil]) == (2, 2)) }
  @Test func anErrorOfSuchAReadIsNotBelieved() throws { #expect(try read([1, 2, 2, 2], failing: [1]) == (2, 2)) }
  @Test func anErrorOfAnUndisturbedReadIsThrown() { #expect(throws: Torn.self) { try read([1, 1], failing: [1]) } }
  @Test func itEndsAfterSoManyAttempts() throws { #expect(try read([1, 2, 2, 3, 3, 4]) == (nil, 3)) }
}
