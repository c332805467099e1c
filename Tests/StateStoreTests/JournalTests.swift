import Fleet
import GRDB
import StateStore
import Testing

@Suite struct JournalTests {
  private let folder: ScratchFolder
  private let path: String
  private let store: StateStore

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
    store = try StateStore(path: path, access: .readWrite)
  }

  @Test func foldsRecordsToTheirLast() throws {
    try store.append([Sample.move("w-1", .queued, at: .start)])
    try store.append([Sample.move("w-1", .running, at: .start.seconds(1)), Sample.step("i1", of: "w-1", .intended, at: .start.seconds(1))])
    try store.append([Sample.step("i2", of: "w-1", .intended, at: .start.seconds(2))])
    try store.append([Sample.step("i1", of: "w-1", .failed, at: .start.seconds(3))])
    let journal = try #require(try store.operation("w-1"))
    #expect(journal.queuedAt == .start)
    #expect(journal.record.state == .running)
    #expect(journal.steps.map(\.intent) == ["i1", "i2"])
    #expect(journal.steps.map(\.state) == [.failed, .intended])
    #expect(try store.operation("w-2") == nil)
  }

  /// What is open is settled under the names it was written with.
  @Test func aHostOfAnOpenMoveKeepsItsName() throws {
    let move = Sample.move("w-1", .running, at: .start)
    guard case .operation(let record) = move else { return #expect(Bool(false), "it is a move") }
    let (cell, host) = (record.operation.cell, record.operation.source)
    try store.setDisplaced("u1", from: host)
    try store.append([move])
    #expect(try store.renameHost(host, to: "node1", in: cell) == false)
    #expect(try store.displacedFrom() == ["u1": host])
    try store.append([Sample.move("w-1", .succeeded, at: .start.seconds(1))])
    #expect(try store.renameHost(host, to: "node1", in: cell))
    #expect(try store.displacedFrom() == ["u1": "node1"])
  }

  /// A move is open while it, or any step of it, has not ended.
  @Test(arguments: [
    (OperationRecord.State.queued, nil, true), (.running, nil, true), (.succeeded, nil, false), (.rolledBack, nil, false),
    (.failed, nil, false),
    (.needsHuman, nil, false), (.running, StepRecord.State.done, true), (.succeeded, .done, false), (.failed, .refused, false),
    (.failed, .failed, false), (.failed, .inDoubt, true), (.needsHuman, .inDoubt, true), (.succeeded, .intended, true),
    (.failed, .accepted, true), (.failed, .running, true),
  ])
  func whatIsOpen(move: OperationRecord.State, step: StepRecord.State?, isOpen: Bool) throws {
    try store.append([Sample.move("w-1", .queued)])
    if let step { try store.append([Sample.step("i1", of: "w-1", step)]) }
    try store.append([Sample.move("w-1", move)])
    #expect(try store.openOperations().map(\.record.id) == (isOpen ? ["w-1"] : []))
  }

  @Test func aLateOutcomeClosesAMove() throws {
    try store.append([Sample.move("w-1", .queued), Sample.step("i1", of: "w-1", .inDoubt), Sample.move("w-1", .needsHuman)])
    #expect(try store.openOperations().count == 1)
    try store.append([Sample.step("i1", of: "w-1", .done)])
    #expect(try store.openOperations().isEmpty)
  }

  @Test func historyIsNewestFirst() throws {
    for number in 1...5 { try store.append([Sample.move(OperationID("w-\(number)"), .queued, instance: number % 2 == 0 ? "vm2" : "vm1")]) }
    #expect(try store.operations(limit: 3).map(\.record.id) == ["w-5", "w-4", "w-3"])
    #expect(try store.operations(limit: 9, instance: "vm2").map(\.record.id) == ["w-4", "w-2"])
    #expect(try store.operations(limit: 9, instance: "vm9").isEmpty)
    #expect(try store.openOperations().map(\.record.id) == ["w-1", "w-2", "w-3", "w-4", "w-5"])
  }

  @Test func aStepOfAnUnknownMoveUndoesTheWholeAppend() throws {
    let error = try #require(
      failure { () throws(StateStoreError) in try store.append([Sample.move("w-1", .queued), Sample.step("i1", of: "w-2", .intended)]) })
    #expect(error.code == .inconsistent)
    #expect(error.text == "the journal in \(path) was given a step of move w-2, which it does not know")
    #expect(try store.operations(limit: 9).isEmpty)
  }

  @Test(arguments: [
    "UPDATE journal SET state = 'done'", "DELETE FROM journal", "DELETE FROM journal WHERE move = 'w-1'",
    "INSERT INTO journal_pruning (move) VALUES ('w-2'); DELETE FROM journal WHERE move = 'w-2'",
  ])
  func theJournalIsAppendOnly(sql: String) throws {
    try store.append([Sample.move("w-1", .queued), Sample.move("w-1", .succeeded), Sample.move("w-2", .queued)])
    #expect {
      try tamper(path, sql)
    } throws: { error in
      (error as? DatabaseError)?.message == "the journal is append-only"
    }
    #expect(try store.operations(limit: 9).map(\.record.state) == [.queued, .succeeded])
  }

  @Test func onlyOldClosedMovesArePruned() throws {
    try store.append([Sample.move("closed", .queued), Sample.move("closed", .succeeded)])
    try store.append([Sample.move("open", .queued)])
    try store.append([Sample.move("doubtful", .queued), Sample.step("i1", of: "doubtful", .inDoubt), Sample.move("doubtful", .needsHuman)])
    try store.append([Sample.move("kept", .queued), Sample.move("kept", .succeeded)])
    try store.addRetiredDisk(RetiredDiskTests.disk(move: "kept", deleteAfter: .start.days(90)))
    try store.append([Sample.move("young", .queued, at: .start.days(29)), Sample.move("young", .failed, at: .start.days(29))])
    try store.append([Sample.move("now", .succeeded, at: .start.days(31))])
    #expect(try store.operations(limit: 9).map(\.record.id) == ["now", "young", "kept", "doubtful", "open"])
    #expect(try store.operation("closed") == nil)
  }

  @Test func beyondTheLimitTheOldestClosedMovesArePruned() throws {
    try store.append([Sample.move("open", .queued)])
    try store.append([Sample.move("w-0", .succeeded)])
    // By hand, as 10,000 moves take long: copies of the closed move, each a second younger than the one before.
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(StateLimits.closedMovesMax + 1))"
    let at = "\(Timestamp.start.milliseconds) + 1000 * i"
    try tamper(
      path,
      """
      \(numbers) INSERT INTO move SELECT 'w-' || i, 1000000 + i, 'vm1', 0, \(at) FROM n;
      \(numbers) INSERT INTO journal (move, state, at, json) SELECT 'w-' || i, 'succeeded', \(at), json FROM n, journal WHERE move = 'w-0'
      """)
    try store.append([Sample.move("new", .succeeded, at: .start.days(1))])
    #expect(try count("SELECT count(*) FROM move WHERE open = 0") == StateLimits.closedMovesMax)
    #expect(try count("SELECT count(*) FROM move WHERE id IN ('w-0', 'w-1', 'w-2')") == 0)
    #expect(try count("SELECT count(*) FROM move WHERE id IN ('w-3', 'open', 'new')") == 3)
    #expect(try count("SELECT count(DISTINCT move) FROM journal") == StateLimits.closedMovesMax + 1)
    #expect(try count("SELECT count(*) FROM journal_pruning") == 0)
  }

  private func count(_ sql: String) throws -> Int? { try DatabaseQueue(path: path).read { db in try Int.fetchOne(db, sql: sql) } }

  @Test func moveIDsAreNeverUsedTwice() throws {
    var ids = Set<OperationID>()
    for _ in 0..<3 {
      let store = try StateStore(path: path, access: .readWrite)
      for _ in 0..<StateLimits.operationNumbersReserved + 1 { ids.insert(try store.nextOperationID()) }
    }
    #expect(ids.count == 3 * (StateLimits.operationNumbersReserved + 1))
    #expect(ids.allSatisfy { $0.rawValue.hasPrefix(store.writer.rawValue.prefix(8) + "-") })
  }
}
