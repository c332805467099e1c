import Fleet
import StateStore
import Testing

@Suite struct BackOffTests {
  @Test(arguments: [(1, 20), (2, 40), (3, 80), (4, 160), (7, 1280), (8, 2560), (9, 3600), (10, 3600), (1_000_000, 3600)])
  func doublesFromTwentySecondsToAnHour(failures: Int, seconds: Int) {
    #expect(BackOff.delayMilliseconds(failures: failures) == seconds * 1000)
  }

  @Test func isKeptByInstanceAndResetByAnotherRevision() throws {
    let store = try StateStore(path: ":memory:", access: .inMemory)
    #expect(try store.recordFailure("u1", revision: "r1", now: .start).until == .start.seconds(20))
    #expect(try store.recordFailure("u1", revision: "r1", now: .start.seconds(30)).until == .start.seconds(70))
    try store.recordFailure("u2", revision: "r1", now: .start)
    #expect(try store.backOffs(now: .start.seconds(19)).keys.sorted() == ["u1", "u2"])
    #expect(try store.backOffs(now: .start.seconds(20)).keys.sorted() == ["u1"])
    #expect(try store.backOffs(now: .start.seconds(20), revision: "r2").isEmpty)
    #expect(try store.backOffs(now: .start.seconds(20), revision: "r1").count == 1)
    let reset = try store.recordFailure("u1", revision: "r2", now: .start.seconds(40))
    #expect(reset == BackOff(revision: "r2", failures: 1, until: .start.seconds(60)))
    try store.clearBackOff("u1")
    #expect(try store.backOffs(now: .start).keys.sorted() == ["u2"])
  }
}

@Suite struct RetiredDiskTests {
  static func disk(move: OperationID = "w-1", target: String = "vda", deleteAfter: Timestamp) -> RetiredDisk {
    RetiredDisk(
      move: move, instance: "vm1", uuid: "u1", cell: "east", host: "hv1", pool: "local", target: target, bytes: 1 << 30, retiredAt: .start,
      deleteAfter: deleteAfter)
  }

  @Test func areKeptUntilRemoved() throws {
    let store = try StateStore(path: ":memory:", access: .inMemory)
    let late = Self.disk(target: "vdb", deleteAfter: .start.days(2))
    let early = Self.disk(deleteAfter: .start.days(1))
    for disk in [late, early, early] { try store.addRetiredDisk(disk) }
    #expect(try store.retiredDisks() == [early, late])
    #expect(try store.retiredDisks(due: .start.days(1).adding(milliseconds: -1)).isEmpty)
    #expect(try store.retiredDisks(due: .start.days(1)) == [early])
    try store.removeRetiredDisk(early)
    #expect(try store.retiredDisks() == [late])
  }
}

@Suite struct InstanceMemoryTests {
  private let store: StateStore

  init() throws { store = try StateStore(path: ":memory:", access: .inMemory) }

  @Test func whatNeedsAHuman() throws {
    let lost = BlockedItem(instance: "vm1", reason: .lost, text: "vm1 is gone", hint: "look for it")
    try store.setNeedsHuman("u1", BlockedItem(instance: "vm1", reason: .unreachable, text: "", hint: ""))
    try store.setNeedsHuman("u1", lost)
    #expect(try store.needsHuman() == ["u1": lost])
    try store.clearNeedsHuman("u1")
    #expect(try store.needsHuman().isEmpty)
  }

  @Test func aDisplacedInstanceKeepsItsFirstHome() throws {
    try store.setDisplaced("u1", from: "hv1")
    try store.setDisplaced("u1", from: "hv2")
    try store.setDisplaced("u2", from: "hv1")
    #expect(try store.displacedFrom() == ["u1": "hv1", "u2": "hv1"])
    try store.clearDisplaced("u1")
    try store.setDisplaced("u1", from: "hv3")
    #expect(try store.displacedFrom() == ["u1": "hv3", "u2": "hv1"])
  }
}
