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
