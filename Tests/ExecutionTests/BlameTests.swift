import Execution
import Fleet
import Testing

/// Whose fault a failure is decides what closes and what is remembered.
@Suite struct BlameTests {
  private let now = Timestamp(milliseconds: 0)

  private func memories(_ effects: [ExecutionEffect]) -> [ExecutionMemory] {
    effects.compactMap { if case .remember(let memory) = $0 { memory } else { nil } }
  }

  @Test(arguments: [
    (Obstacle.Code.cpu, Blame.pair), (.network, .pair), (.nameTaken, .pair), (.targetExists, .pair), (.storageMissing, .pair),
    (.closed, .destination), (.unreachable, .destination), (.hostDevice, .guest), (.busy, .nobody), (.memory, .nobody),
    (.notWhereExpected, .nobody), (.otherWriter, .nobody),
  ])
  func everyObstacleBlames(_ code: Obstacle.Code, _ blame: Blame) {
    #expect(Obstacle(code, "x", passing: false).blame == blame)
    #expect(Obstacle(code, "x", passing: false, blame: .source).blame == .source)
  }

  @Test(arguments: Blame.allCases) func whatIsRememberedFollowsTheBlame(_ blame: Blame) {
    var machine = Shape.live.machine
    _ = machine.start(now: now)
    let effects = machine.handle(.checked("w-1", [Obstacle(.other, "no", passing: false, blame: blame)]), now: now)
    #expect(machine.blame == blame)
    switch blame {
    case .destination, .pair:
      let pair = FailedPair(
        cell: machine.operation.cell, instance: "web-1", uuid: Fixture.uuid, host: machine.operation.destination, blame: blame,
        text: "not started: no", at: now)
      #expect(memories(effects) == [.avoided(pair)])
    case .guest, .source, .nobody: #expect(memories(effects) == [.failed(Fixture.uuid)])
    }
  }

  // MARK: what is nobody's fault

  private func ended(_ shape: Shape, _ outcome: BeginOutcome) -> (machine: OperationMachine, memories: [ExecutionMemory]) {
    var machine = shape.machine
    var now = now
    var effects = machine.start(now: now)
    effects += machine.handle(.checked("w-1", []), now: now)
    // Where the guest arrives paused it is looked at first.
    if case .settling = machine.phase {
      effects += machine.handle(.sighted("w-1", Fixture.sighting(source: .running, destination: .absent, jobState: .done)), now: now)
    }
    while !machine.isEnded {
      effects += machine.handle(.began("w-1", outcome), now: now)
      now = now.adding(milliseconds: 3_600_000)
      effects += machine.handle(.tick, now: now)
    }
    return (machine, memories(effects))
  }

  @Test(arguments: [(Obstacle.Code.busy, "postponed"), (.notWhereExpected, "notNeeded")])
  func whatOthersDoBeforeItBeginsChargesNobody(_ code: Obstacle.Code, _ state: String) {
    var machine = Shape.live.machine
    _ = machine.start(now: now)
    let effects = machine.handle(.checked("w-1", [Obstacle(code, "no", passing: true)]), now: now)
    #expect(machine.phase == .ended(state == "postponed" ? .postponed : .notNeeded, "not started: no"))
    let move = Fixture.move(.live)
    #expect(memories(effects) == (state == "postponed" ? [.postponed(move.uuid, move.instance)] : []) && machine.wasSetAside)
  }

  /// A driver that does not say that it is nobody's says nothing: the source's disk may be full.
  @Test func contentionIsLeftToTheNextPass() {
    let (machine, memories) = ended(.live, .retryLater("another job has it", .nobody))
    #expect(machine.phase == .ended(.postponed, "migrate: another job has it"))
    #expect(memories == [.postponed(Fixture.move(.live).uuid, Fixture.move(.live).instance)])
    let (charged, remembered) = ended(.live, .retryLater("it is switched off", .destination))
    #expect(charged.blame == .destination && !charged.wasSetAside && !remembered.isEmpty)
    let (unsaid, kept) = ended(.live, .retryLater("the mark cannot be written"))
    #expect(unsaid.phase == .ended(.failed, "migrate: the mark cannot be written") && kept == [.failed(Fixture.move(.live).uuid)])
  }

  @Test func aGuestThatIsElsewhereNeedsNoMove() {
    let (machine, memories) = ended(.live, .overtaken("it does not run on hv1"))
    #expect(machine.phase == .ended(.notNeeded, "migrate: it does not run on hv1") && memories == [])
  }

  /// Its user shut it down while it was on its way: the destination has nothing to do with it. A hypervisor that cannot tell a user's
  /// shutdown from a guest that died of its migration does not say so.
  @Test(arguments: [true, nil]) func aGuestThatIsOffByNowIsNoFaultOfItsDestination(_ isProved: Bool?) {
    var machine = Shape.live.machine
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    if case .settling = machine.phase {
      _ = machine.handle(.sighted("w-1", Fixture.sighting(source: .running, destination: .absent, jobState: .done)), now: now)
    }
    _ = machine.handle(.began("w-1", .accepted("j")), now: now)
    var progress = JobProgress(state: .failed("domain is not running"))
    progress.isShutDownByUser = isProved
    _ = machine.handle(.progressed("w-1", progress), now: now)
    let seen = Fixture.sighting(
      source: .off(defined: true, disabled: false, reason: .shutDown), destination: .absent, jobState: progress.state)
    let effects = machine.handle(.sighted("w-1", seen), now: now)
    #expect(machine.blame == (isProved == true ? .nobody : .pair) && machine.wasSetAside == (isProved == true), "\(machine.phase)")
    #expect(memories(effects).isEmpty == (isProved == true))
  }

  @Test func aJobThatOthersHinderedIsTriedAgain() {
    var machine = Shape.live.machine
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    if case .settling = machine.phase {
      _ = machine.handle(.sighted("w-1", Fixture.sighting(source: .running, destination: .absent, jobState: .done)), now: now)
    }
    _ = machine.handle(.began("w-1", .accepted("j")), now: now)
    var progress = JobProgress(state: .failed("another job holds it"))
    (progress.isPassing, progress.blame) = (true, .nobody)
    _ = machine.handle(.progressed("w-1", progress), now: now)
    let seen = Fixture.sighting(source: .running, destination: .absent, jobState: progress.state)
    _ = machine.handle(.sighted("w-1", seen), now: now)
    guard case .retrying = machine.phase else { return #expect(Bool(false), "\(machine.phase)") }
  }

  /// What waited for it is nobody's failure either.
  @Test func whatWaitsForAMoveThatWasSetAsideIsSetAsideToo() {
    var second = Fixture.move(.live)
    (second.id, second.after, second.uuid) = ("m2", [Fixture.move(.live).id], "other")
    let machines = [Fixture.move(.live), second].enumerated().map { index, move in
      OperationMachine(
        id: OperationID("w-\(index)"), operation: .move(move), steps: Shape.live.machine.steps, policy: MigrationPolicy(), memoryBytes: 1,
        author: Fixture.author)
    }
    var execution = ExecutionMachine(operations: machines, limits: [second.cell: MigrationLimits()])
    _ = execution.handle(.tick, now: now)
    _ = execution.handle(.checked("w-0", [Obstacle(.busy, "no", passing: true)]), now: now)
    #expect(execution.dropped.map(\.isSetAside) == [true])
  }

  /// Case b2: two guests whose own disks are gone do not close the host that others go to.
  @Test func guestsThatAreTheirOwnTroubleCloseNothing() {
    var breaker = CircuitBreaker()
    for _ in 0..<9 {
      breaker.failed(Fixture.move(.live, to: "a"), blame: .guest)
      breaker.failed(Fixture.move(.live, to: "a"), blame: .nobody)
    }
    #expect(breaker.objection(to: Fixture.move(.live, to: "a")) == nil)
  }

  @Test func aSourceThatFailsClosesNoDestination() {
    var breaker = CircuitBreaker()
    let move = Fixture.move(.live, to: "a")
    for _ in 0..<CircuitBreaker.failuresPerSourceMax { breaker.failed(move, blame: .source) }
    #expect(breaker.objection(to: move) == "3 migrations failed because of \(move.from): nothing more leaves it in this pass")
    var elsewhere = move
    elsewhere.from = "z"
    #expect(breaker.objection(to: elsewhere) == nil)
  }

  /// What was refused for good is not tried for half a minute; what may pass is.
  @Test(arguments: [true, false]) func aDefiniteRefusalIsNotTriedAgain(_ isDefinite: Bool) {
    var machine = OperationMachine(
      id: "w-1", operation: .move(Fixture.move(.offline)), steps: [Fixture.define], policy: MigrationPolicy(), memoryBytes: 0,
      author: Fixture.author)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .accepted("j")), now: now)
    var progress = JobProgress(state: .failed("it is never overwritten"))
    progress.isDefinite = isDefinite ? true : nil
    progress.blame = .pair
    _ = machine.handle(.progressed("w-1", progress), now: now)
    let seen = Fixture.sighting(
      source: .off(defined: true, disabled: false, reason: .shutDown), destination: .absent, jobState: progress.state)
    _ = machine.handle(.sighted("w-1", seen), now: now)
    #expect(machine.isEnded == isDefinite)
    #expect(machine.blame == .pair)
  }
}
