import Execution
import Fleet
import Testing

struct ExecutionMachineTests {
  private static let now = Timestamp(milliseconds: 0)

  private static func machine(_ move: Move) -> OperationMachine {
    OperationMachine(
      id: OperationID("w-\(move.id)"), operation: .move(move), steps: [Fixture.migrate(.live)], policy: MigrationPolicy(), memoryBytes: 1,
      author: Fixture.author)
  }

  private func plan(_ moves: [Move], limits: MigrationLimits = MigrationLimits(), exact: Bool = false) -> ExecutionMachine {
    ExecutionMachine(operations: moves.map(ExecutionMachineTests.machine), limits: [Fixture.cell: limits], exact: exact)
  }

  @Test func copiesHaveAHostLimitOfTheirHypervisorsOwn() {
    let moves = (1...5).map { Fixture.move(.block, id: "b\($0)", to: HostName("t\($0)")) } + [Fixture.move(.live, id: "l", to: "t9")]
    let wide = MigrationLimits(total: 20, perHost: 20, perHostIncoming: 20, perHostOutgoing: 20)
    var machine = ExecutionMachine(
      operations: moves.map(ExecutionMachineTests.machine), limits: [Fixture.cell: wide], copiesPerHostMax: [Fixture.cell: 3])
    #expect(checks(machine.handle(.tick, now: Self.now)) == ["b1", "b2", "b3", "l"])
    #expect(end("l", in: &machine) == [])
    #expect(end("b2", in: &machine) == ["b4"])
    var many = plan(moves, limits: wide)
    #expect(checks(many.handle(.tick, now: Self.now)).count == 6, "without one the manifest's limits alone count")
  }

  private func checks(_ effects: [ExecutionEffect]) -> [String] {
    effects.compactMap { if case .check(let id, _) = $0 { String(id.rawValue.dropFirst(2)) } else { nil } }
  }

  @discardableResult private func end(_ id: String, in machine: inout ExecutionMachine, well: Bool = true) -> [String] {
    let id = OperationID("w-\(id)")
    var effects = machine.handle(.checked(id, []), now: Self.now)
    effects += machine.handle(.began(id, well ? .accepted("j") : .refused("no")), now: Self.now)
    if well {
      effects += machine.handle(.progressed(id, JobProgress(state: .done)), now: Self.now)
      effects += machine.handle(.sighted(id, Sighting(source: .absent, destination: .running, jobState: .done)), now: Self.now)
    }
    return checks(effects)
  }

  // MARK: order

  @Test func aMoveStartsOnceAllOfItsAfterSucceeded() {
    var machine = plan([
      Fixture.move(.live, id: "a", to: "x"), Fixture.move(.live, id: "b", to: "y"),
      Fixture.move(.live, id: "c", after: ["a", "b"], from: "p", to: "q"),
    ])
    #expect(checks(machine.handle(.tick, now: Self.now)) == ["a", "b"])
    #expect(end("a", in: &machine) == [])
    #expect(end("b", in: &machine) == ["c"])
    end("c", in: &machine)
    #expect(machine.isFinished && machine.dropped.isEmpty)
  }

  @Test func whatWaitsForAFailedMoveIsDroppedWithItsReasonThroughTheWholeChain() {
    var machine = plan([
      // The chain stands in the plan before what it waits for.
      Fixture.move(.live, id: "c", after: ["b"]), Fixture.move(.live, id: "b", after: ["a"]), Fixture.move(.live, id: "a"),
    ])
    _ = machine.handle(.tick, now: Self.now)
    end("a", in: &machine, well: false)
    #expect(machine.dropped.compactMap(\.operation.move?.id) == ["b", "c"])
    #expect(machine.dropped.map(\.why) == ["a (web-1) did not succeed", "b (web-1) was not started"])
    #expect(machine.isFinished)
  }

  @Test func whatCanNeverStartIsDroppedInsteadOfWaitedForWithoutEnd() {
    var unknown = plan([Fixture.move(.live, id: "a", after: ["z"])])
    _ = unknown.handle(.tick, now: Self.now)
    #expect(unknown.isFinished && unknown.dropped.count == 1)
    var circle = plan([Fixture.move(.live, id: "a", after: ["b"]), Fixture.move(.live, id: "b", after: ["a"])])
    _ = circle.handle(.tick, now: Self.now)
    #expect(circle.isFinished && circle.dropped.count == 2)
    var noSlots = plan([Fixture.move(.live, id: "a")], limits: MigrationLimits(total: 0))
    _ = noSlots.handle(.tick, now: Self.now)
    #expect(noSlots.isFinished && noSlots.dropped.count == 1)
  }

  // MARK: stopping

  @Test func stopDropsTheQueueAndLetsWhatRunsEnd() {
    var machine = plan([Fixture.move(.live, id: "a"), Fixture.move(.live, id: "b")], limits: MigrationLimits(total: 1))
    _ = machine.handle(.tick, now: Self.now)
    let effects = machine.handle(.stop(.interrupted), now: Self.now)
    #expect(effects == [])
    #expect(machine.dropped.map(\.why) == ["nothing more starts: interrupted"])
    #expect(!machine.isFinished)
    #expect(end("a", in: &machine) == [])
    #expect(machine.isFinished)
    #expect(machine.operations[0].phase == .ended(.succeeded, ""))
    #expect(machine.operations[1].phase == .waiting)
  }

  @Test func theFirstReasonToStopIsKept() {
    var machine = plan([Fixture.move(.live, id: "a")])
    _ = machine.handle(.stop(.manifestsInvalid), now: Self.now)
    _ = machine.handle(.stop(.interrupted), now: Self.now)
    #expect(machine.stopped == .manifestsInvalid)
  }

  @Test func anotherWritersMarkStopsThePass() {
    var machine = plan([Fixture.move(.live, id: "a"), Fixture.move(.live, id: "b")], limits: MigrationLimits(total: 1))
    _ = machine.handle(.tick, now: Self.now)
    _ = machine.handle(.checked("w-a", []), now: Self.now)
    _ = machine.handle(.began("w-a", .otherWriter("marked by w2")), now: Self.now)
    #expect(machine.stopped == .otherWriter("marked by w2"))
    #expect(machine.isFinished)
  }

  @Test func soDoesOneThatTheFirstCheckMeets() {
    var machine = plan([Fixture.move(.live, id: "a"), Fixture.move(.live, id: "b")], limits: MigrationLimits(total: 1))
    _ = machine.handle(.tick, now: Self.now)
    let effects = machine.handle(.checked("w-a", [Obstacle(.otherWriter, "marked by w2", passing: true)]), now: Self.now)
    #expect(machine.stopped == .otherWriter("marked by w2"))
    #expect(checks(effects) == [] && machine.isFinished)
  }

  @Test(arguments: [true, false]) func aSavedPlanStopsAfterAFailedReCheck(_ exact: Bool) {
    var machine = plan([Fixture.move(.live, id: "a"), Fixture.move(.live, id: "b")], limits: MigrationLimits(total: 1), exact: exact)
    _ = machine.handle(.tick, now: Self.now)
    let effects = machine.handle(.checked("w-a", [Obstacle(.notWhereExpected, "it is on hv7", passing: false)]), now: Self.now)
    #expect(checks(effects) == (exact ? [] : ["b"]))
    #expect(machine.stopped == (exact ? .savedPlanNoLongerHolds("web-1: not started: it is on hv7") : nil))
  }

  @Test func theBreakerDropsWhatGoesToAClosedDestination() {
    var machine = plan(
      ["a", "b", "c"].map { Fixture.move(.live, id: $0) } + [Fixture.move(.live, id: "d", to: "hv3")], limits: MigrationLimits(total: 1))
    _ = machine.handle(.tick, now: Self.now)
    end("a", in: &machine, well: false)
    #expect(end("b", in: &machine, well: false) == ["d"])
    #expect(machine.dropped.compactMap(\.operation.move?.id) == ["c"])
    #expect(machine.dropped[0].why.contains("to hv2 failed"))
  }

  @Test func recoveredMovesHoldTheirSlots() {
    var running = ExecutionMachineTests.machine(Fixture.move(.live, id: "r"))
    _ = running.start(now: Self.now)
    var machine = ExecutionMachine(
      operations: [running, ExecutionMachineTests.machine(Fixture.move(.live, id: "a"))], limits: [Fixture.cell: MigrationLimits(total: 1)])
    #expect(checks(machine.handle(.tick, now: Self.now)) == [])
    #expect(end("r", in: &machine) == ["a"])
  }

  // MARK: limits

  @Test func limitsHoldAtEveryInstantOfRandomPlans() {
    for seed in 0..<300 {
      var random = SeededGenerator(seed: seed)
      let hosts = (0..<Int.random(in: 2...5, using: &random)).map { HostName("h\($0)") }
      let limits = MigrationLimits(
        total: Int.random(in: 1...6, using: &random), perHost: Int.random(in: 1...3, using: &random),
        perHostIncoming: Int.random(in: 1...3, using: &random), perHostOutgoing: Int.random(in: 1...3, using: &random))
      var moves: [Move] = []
      for number in 0..<Int.random(in: 1...25, using: &random) {
        let pair = hosts.shuffled(using: &random).prefix(2)
        let after = moves.filter { _ in Int.random(in: 0..<8, using: &random) == 0 }.map(\.id)
        moves.append(Fixture.move(.live, id: "m\(number)", after: after, from: pair[0], to: pair[1]))
      }
      carryOut(moves, limits, failures: seed % 3 == 0, &random, seed)
    }
  }

  private func carryOut(_ moves: [Move], _ limits: MigrationLimits, failures: Bool, _ random: inout SeededGenerator, _ seed: Int) {
    var machine = plan(moves, limits: limits)
    _ = machine.handle(.tick, now: Self.now)
    var ended: Set<String> = []
    var rounds = 0
    while !machine.isFinished, rounds < 100 {
      rounds += 1
      let running = machine.running.compactMap(\.operation.move)
      #expect(running.count <= limits.total, "seed \(seed)")
      #expect(!running.isEmpty, "seed \(seed): nothing runs and it is not finished")
      for host in Set(running.flatMap { [$0.from, $0.to] }) {
        let outgoing = running.count { $0.from == host }
        let incoming = running.count { $0.to == host }
        #expect(outgoing <= limits.perHostOutgoing && incoming <= limits.perHostIncoming, "seed \(seed)")
        #expect(outgoing + incoming <= limits.perHost, "seed \(seed)")
      }
      #expect(running.allSatisfy { ended.isSuperset(of: $0.after) }, "seed \(seed): started too early")
      let next = running.randomElement(using: &random)!.id
      let well = !failures || Bool.random(using: &random)
      end(next, in: &machine, well: well)
      if well { ended.insert(next) }
    }
    #expect(machine.isFinished, "seed \(seed)")
    #expect(machine.operations.count { $0.isEnded } + machine.dropped.count == moves.count, "seed \(seed)")
    if !failures { #expect(machine.dropped.isEmpty, "seed \(seed)") }
  }
}
