import Execution
import Fleet
import Testing

/// What other people, third hosts and hangs do in the middle of a move: docs/safety.md, "Others".
@Suite struct OthersTests {
  private static let third: HostName = "hv3"

  /// A cold move, run until the journal has this many records, and then taken up by another process.
  private func killed(_ shape: Shape, after count: Int) -> (records: [JournalRecord], world: FakeWorld) {
    final class Log { var points: [(count: Int, world: FakeWorld)] = [] }
    let log = Log()
    var run = FakeRun(machine: shape.machine, world: FakeWorld(runs: shape.runsBefore))
    run.onChange = { log.points.append(($0, $1)) }
    run.run()
    let world = log.points.last { $0.count == count }?.world ?? run.world
    return (Array(run.records.prefix(count)), world)
  }

  private func takenUp(
    _ killed: (records: [JournalRecord], world: FakeWorld), unwanted: String? = nil, hostsGone: Set<HostName> = [],
    at milliseconds: Int = 2_000_000, _ meddle: (inout FakeWorld) -> Void = { _ in }
  ) throws -> FakeRun {
    let journal = try #require(killed.records.folded)
    let now = Timestamp(milliseconds: milliseconds)
    let (machine, effects) = OperationMachine.recovering(
      journal, policy: MigrationPolicy(), memoryBytes: Fixture.gib, author: Fixture.author, unwanted: unwanted, hostsGone: hostsGone,
      now: now)
    var world = killed.world
    meddle(&world)
    var run = FakeRun(machine: machine, world: world, earlier: killed.records)
    run.now = now
    run.run(first: effects)
    return run
  }

  // MARK: third hosts

  @Test func aGuestThatRunsOnAThirdHostIsNeverStartedByUs() throws {
    let whole = killed(.cold, after: .max)
    for count in 3..<whole.records.count {
      let run = try takenUp(killed(.cold, after: count)) { world in
        if !world.source.isAlive, !world.destination.isAlive { world.elsewhere = [Self.third: .running] }
      }
      guard !run.world.elsewhere.isEmpty else { continue }
      #expect(!run.begun.contains { $0.hasPrefix("start") }, "\(count) records: \(run.begun)")
      #expect(run.outcome == "needsHuman", "\(count) records: \(run.outcome)")
    }
  }

  @Test func undoingAsksEveryHostToo() throws {
    let run = try takenUp(killed(.cold, after: 5), unwanted: "cold is not allowed any more") { $0.elsewhere = [Self.third: .running] }
    #expect(!run.begun.contains { $0.hasPrefix("start") }, "\(run.begun)")
    #expect(run.outcome == "needsHuman")
  }

  @Test func aSilentThirdHostIsWaitedFor() throws {
    let run = try takenUp(killed(.cold, after: 5)) { $0.elsewhere = [Self.third: .unreachable(reason: "no route")] }
    #expect(!run.begun.contains { $0.hasPrefix("start") }, "\(run.begun)")
    #expect(run.outcome == "leftOpen")
    #expect(run.released == false, "its mark stays")
  }

  @Test func aGuestThatSomebodyMovedOnIsNotLost() throws {
    let run = try takenUp(killed(.live, after: 3)) { world in
      world.endJobs(remembered: false)
      (world.source, world.destination) = (.absent, .absent)
      world.elsewhere = [Self.third: .running]
    }
    #expect(run.outcome == "failed", "it had begun, and nobody knows what came of it")
    #expect(!run.memories.contains { if case .needsHuman = $0 { true } else { false } })
  }

  @Test func aSourceWhoseDefinitionIsGoneCallsAPerson() throws {
    let run = try takenUp(killed(.cold, after: 5)) { $0.source = .absent }
    #expect(run.outcome == "needsHuman")
    #expect(!run.begun.contains { $0.hasPrefix("start") })
  }

  // MARK: users

  @Test func whatItsUserStartedAtItsSourceIsLeftThereAndOurDefinitionGoes() throws {
    let whole = killed(.offlineByHand, after: .max)
    let disabled = try #require(
      whole.records.firstIndex { record in
        if case .step(let step) = record { step.step.name == "disable" && step.state == .done } else { false }
      })
    let run = try takenUp(killed(.offlineByHand, after: disabled + 1)) { $0.source = .running }
    #expect(run.outcome == "rolledBack", "\(run.begun)")
    #expect(run.begun.first == "undefine@hv2")
    #expect(run.world.source == .running && run.world.destination == .absent)
  }

  @Test func whatRanAtItsDestinationIsNeverUndone() throws {
    let whole = killed(.cold, after: .max)
    let started = try #require(
      whole.records.firstIndex { record in
        if case .step(let step) = record { step.step.name == "start" && step.state == .done } else { false }
      })
    let run = try takenUp(killed(.cold, after: started + 1)) { ($0.source, $0.destination) = (.running, .off) }
    #expect(run.outcome == "needsHuman", "\(run.outcome)")
    #expect(run.begun.isEmpty, "the copies there are the newer ones: \(run.begun)")
  }

  @Test func anIntentWithoutATraceNeverBegan() throws {
    var stopped = killed(.cold, after: 3)
    stopped.world = FakeWorld(runs: true)
    let withdrawn = try takenUp(stopped)
    #expect(withdrawn.outcome == "rolledBack" && withdrawn.begun.isEmpty, "nothing was asked of the guest: \(withdrawn.begun)")
    let shutDown = try takenUp(stopped) { $0.source = .off }
    #expect(shutDown.outcome == "rolledBack" && shutDown.begun.isEmpty, "its user shut it down: \(shutDown.begun)")
  }

  @Test func whatTheManifestsNoLongerWantIsUndone() throws {
    let run = try takenUp(killed(.cold, after: 5), unwanted: "it belongs on hv1, where it is")
    #expect(run.outcome == "rolledBack")
    #expect(run.world.source == .running && run.world.destination == .absent)
    #expect(run.world.startsAtDestination == 0)
  }

  // MARK: late shutdowns

  @Test func aShutdownThatTimedOutKeepsItsMoveOpen() throws {
    var first = FakeRun(machine: Shape.cold.machine, world: FakeWorld(runs: true))
    first.world.faults = ["shutDown": [.jobFails]]
    first.run()
    #expect(first.outcome == "leftOpen")
    #expect(first.released == false)
    // Six seconds later it went off: the next run goes on.
    let run = try takenUp((first.records, first.world)) { $0.source = .off }
    #expect(run.outcome == "succeeded", "\(run.begun)")
    // Or it is wanted where it was: it is started again.
    let back = try takenUp((first.records, first.world), unwanted: "cold is not allowed any more") { $0.source = .off }
    #expect(back.outcome == "rolledBack" && back.world.source == .running)
  }

  /// It did not go off within the hour either, and nobody wants it to any more.
  @Test(arguments: [2_000_000, 20_000_000]) func aShutdownThatIsNotWantedAnyMoreIsNotAskedForAgain(at milliseconds: Int) throws {
    var first = FakeRun(machine: Shape.cold.machine, world: FakeWorld(runs: true))
    first.world.faults = ["shutDown": [.jobFails]]
    first.run()
    let run = try takenUp((first.records, first.world), unwanted: "cold is not allowed any more", at: milliseconds)
    #expect(!run.begun.contains("shutDown"), "\(run.begun)")
    #expect(run.outcome == (milliseconds > 4_000_000 ? "failed" : "leftOpen"), "\(run.outcome)")
  }

  /// Asked a second time by the process after, and refused: the first time still counts.
  @Test func aSecondShutdownThatIsRefusedKeepsTheMoveOpen() throws {
    var first = FakeRun(machine: Shape.cold.machine, world: FakeWorld(runs: true))
    first.world.faults = ["shutDown": [.jobFails]]
    first.run()
    let run = try takenUp((first.records, first.world)) { $0.faults = ["shutDown": [.refused]] }
    #expect(run.begun == ["shutDown"] && run.outcome == "leftOpen" && run.released == false, "\(run.begun) \(run.outcome)")
    let later = try takenUp((first.records + run.records, run.world), at: 3_000_000) { $0.source = .off }
    #expect(later.outcome == "succeeded", "\(later.begun)")
  }

  // MARK: hangs

  private var arriving: OperationMachine {
    OperationMachine(
      id: "w-1", operation: .move(Fixture.move(.live)), steps: Shape.live.steps, policy: MigrationPolicy(), memoryBytes: Fixture.gib,
      author: Fixture.author, pausedArrival: true)
  }

  @Test func aGuestThatRunsArrivesPausedAndIsLetRunByAStep() {
    var run = FakeRun(machine: arriving, world: FakeWorld(runs: true))
    run.run()
    #expect(run.outcome == "succeeded" && run.broken == [], "\(run.broken)")
    #expect(run.begun == ["migrate", "resume@hv2"])
    #expect(run.world.destination == .running)
  }

  @Test func aGuestThatItsUserPausedIsNotLetRun() {
    var run = FakeRun(machine: arriving, world: FakeWorld(runs: true))
    run.world.source = .paused(.user)
    run.run()
    #expect(!run.begun.contains("resume@hv2"), "\(run.begun)")
  }

  @Test func aHalfThatArrivedInVainIsEnded() throws {
    var stopped = FakeRun(machine: arriving, world: FakeWorld(runs: true))
    stopped.run()
    let accepted = try #require(
      stopped.records.firstIndex { record in
        if case .step(let step) = record { step.state == .accepted } else { false }
      })
    var world = stopped.world
    (world.source, world.destination) = (.running, .paused(.user))
    let run = try takenUp((Array(stopped.records.prefix(accepted + 1)), world))
    #expect(Set(run.begun) == ["discardArrival"], "\(run.begun)")
    #expect(run.outcome == "rolledBack" && run.world.source == .running && run.world.destination == .absent)
  }

  @Test(arguments: [(4999, false), (5000, true)]) func aSilentDestinationIsGivenUp(silent: Int, aborts: Bool) {
    var machine = Shape.live.machine
    let now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .accepted("j")), now: now)
    let progress = JobProgress(state: .running, elapsedMilliseconds: 100, iteration: 1, destinationSilentMilliseconds: silent)
    let effects = machine.handle(.progressed("w-1", progress), now: now)
    #expect(effects.contains { if case .control(_, _, _, .abort) = $0 { true } else { false } } == aborts)
    var postCopy = progress
    postCopy.postCopy = true
    #expect(
      !machine.handle(.progressed("w-1", postCopy), now: now).contains { if case .control(_, _, _, .abort) = $0 { true } else { false } })
  }

  // MARK: kept disks

  private func deletion(_ source: Presence, elsewhere: [HostName: Presence] = [:]) -> FakeRun {
    let step = Step(
      .removeDisk(target: "vda", pool: "fast", volume: "web.qcow2", on: Fixture.destination), instance: "web", uuid: Fixture.uuid,
      cell: Fixture.cell, source: Fixture.source, destination: Fixture.destination)
    let machine = OperationMachine(
      id: "w-1",
      .diskRemoval(
        DiskRemoval(cell: Fixture.cell, instance: "web", uuid: Fixture.uuid, host: Fixture.destination, home: Fixture.source)),
      steps: [step], author: Fixture.author)
    var run = FakeRun(machine: machine, world: FakeWorld(runs: true))
    run.world.source = source
    run.world.elsewhere = elsewhere
    run.run()
    return run
  }

  @Test func aKeptDiskGoesOnlyWhileItsGuestIsSeenSoundOnOneHost() {
    #expect(deletion(.running).outcome == "succeeded")
    for standing in [Presence.paused(.ioError), .paused(.user), .absent, .postCopySource, .unreachable(reason: "")] {
      let run = deletion(standing)
      #expect(run.begun.isEmpty, "\(standing): \(run.begun)")
    }
    #expect(deletion(.running, elsewhere: [Self.third: .running]).begun.isEmpty)
    #expect(deletion(.running, elsewhere: [Self.third: .unreachable(reason: "")]).begun.isEmpty)
  }

  @Test func aDeletionThatFailsIsNoFailureOfTheGuest() {
    let run = deletion(.paused(.ioError))
    #expect(!run.memories.contains(.failed(Fixture.uuid)))
    #expect(
      run.memories.contains { if case .keptDiskStays(Fixture.uuid, Fixture.destination, "fast", "vda", _, _) = $0 { true } else { false } })
  }
}
