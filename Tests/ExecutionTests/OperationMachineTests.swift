import Execution
import Fleet
import Testing

struct OperationMachineTests {
  private func run(_ shape: Shape, _ faults: [String: [FakeWorld.Fault]] = [:], prepare: (inout FakeWorld) -> Void = { _ in }) -> FakeRun {
    var world = FakeWorld(runs: shape.runsBefore)
    world.faults = faults
    prepare(&world)
    var run = FakeRun(machine: shape.machine, world: world)
    run.run()
    #expect(run.broken == [])
    return run
  }

  /// On from a move left open, pass after pass, to its end.
  private func onToTheEnd(_ run: FakeRun) -> FakeRun? {
    let end = RecoveryTests.recovered(run.records, run.world)
    #expect(end?.broken == [])
    return end
  }

  private func states(_ run: FakeRun) -> [String] {
    run.records.map {
      switch $0 {
      case .operation(let record): record.state.rawValue
      case .step(let record): "\(record.intent.rawValue.dropFirst(4)) \(record.state.rawValue)"
      }
    }
  }

  // MARK: without faults

  @Test func happyLive() {
    let run = run(.live)
    #expect(states(run) == ["queued", "running", "0/1 intended", "0/1 accepted", "0/1 done", "succeeded"])
    #expect(run.memories == [.succeeded(Fixture.uuid)])
    #expect(run.released)
    #expect(run.world.source == .absent && run.world.destination == .running)
  }

  @Test(arguments: Shape.allCases) func everyShapeSucceeds(_ shape: Shape) {
    let run = run(shape)
    #expect(run.outcome == "succeeded")
    #expect(run.begun == shape.steps.map(FakeWorld.key))
    #expect(run.world.source == .absent)
    #expect(run.world.destination == (shape.runsBefore ? .running : .off))
    #expect(run.world.startsAtSource == 0)
    #expect(run.world.startsAtDestination == (shape.mode == .cold ? 1 : 0))
  }

  @Test func aCopiedDiskIsRetiredAndAMaintenanceMoveDisplaces() {
    let machine = OperationMachine(
      id: "w-1", operation: .move(Fixture.move(.block, reason: .maintenance)), steps: Shape.block.steps, policy: MigrationPolicy(),
      memoryBytes: Fixture.gib, author: Fixture.author)
    var run = FakeRun(machine: machine, world: FakeWorld(runs: true))
    run.run()
    let retired = run.memories.compactMap { memory -> [RetiredDisk]? in if case .retired(let disks) = memory { disks } else { nil } }
    #expect(retired.flatMap { $0 }.map(\.target) == ["vda"])
    #expect(retired.flatMap { $0 }.map(\.host) == [Fixture.source])
    #expect(run.memories.contains(.displaced(Fixture.uuid, from: Fixture.source)))
  }

  /// The source of a disc belongs to somebody; the copy is the move's.
  @Test func aCopiedDiscIsRememberedWhereItWasCopiedTo() {
    var move = Fixture.move(.offline)
    let disc = DiskMove(target: "hdc", action: .copy, toPool: "fast", fromPool: "iso", volume: "cd.iso", media: true, bytes: 1)
    move.disks = [disc]
    let machine = OperationMachine(
      id: "w-1", operation: .move(move), steps: [Fixture.step(.copyDisk(disc))], policy: MigrationPolicy(), memoryBytes: Fixture.gib,
      author: Fixture.author)
    var run = FakeRun(machine: machine, world: FakeWorld(runs: false))
    run.run()
    let kept = run.memories.flatMap { memory -> [RetiredDisk] in if case .retired(let disks) = memory { disks } else { [] } }
    #expect(kept.map(\.host) == [move.to] && kept.map(\.pool) == ["fast"] && kept.map(\.media) == [true], "\(kept)")
    let guest = InstanceObservation(
      uuid: move.uuid, name: move.instance, host: move.to, power: .off, memoryMaxBytes: 1, vcpus: 1, networks: [], disks: [])
    #expect(kept[0].isInserted([guest]))
    var elsewhere = guest
    elsewhere.host = move.from
    #expect(!kept[0].isInserted([elsewhere]))
  }

  @Test func anObstacleEndsTheMoveBeforeAnyIntent() {
    var machine = Shape.cold.machine
    _ = machine.start(now: Timestamp(milliseconds: 0))
    let effects = machine.handle(.checked("w-1", [Obstacle(.memory, "no room", passing: true)]), now: Timestamp(milliseconds: 1))
    #expect(machine.phase == .ended(.failed, "not started: no room"))
    #expect(!effects.contains { if case .begin = $0 { true } else { false } })
    #expect(!effects.contains { if case .release = $0 { true } else { false } })
  }

  // MARK: one failing step of a cold move

  static let undone: [(String, [String])] = [
    ("shutDown", []), ("copyDisk", ["start@hv1"]), ("define", ["start@hv1", "removeDisk@hv2"]),
    ("disable@hv1", ["undefine@hv2", "start@hv1", "removeDisk@hv2"]), ("start@hv2", ["undefine@hv2", "start@hv1", "removeDisk@hv2"]),
  ]

  @Test(arguments: undone) func aRefusedColdStepIsUndoneInOrder(_ step: String, _ undo: [String]) {
    let run = run(.cold, [step: [.refused]])
    let forward = Fixture.cold.map(FakeWorld.key).prefix { $0 != step } + [step]
    #expect(run.begun == forward + undo)
    #expect(run.outcome == (undo.isEmpty ? "failed" : "rolledBack"))
    #expect(run.world.source == .running && run.world.destination == .absent && run.world.volumesThere.isEmpty)
    #expect(run.world.startsAtSource == (step == "shutDown" ? 0 : 1))
    let avoided = run.memories.filter { if case .avoided = $0 { true } else { false } }
    #expect(
      avoided.count == (["copyDisk", "define", "start@hv2"].contains(step) ? 1 : 0), "what the source alone refuses is not hv2's fault")
    #expect(
      run.memories.filter { !avoided.contains($0) } == [.removedRetired(Fixture.uuid, "hv2", "fast", target: "vda", volume: nil)].filter {
        _ in
        undo.contains("removeDisk@hv2")
      }
        + [.failed(Fixture.uuid)])
  }

  @Test func aFailedCopyIsRemoved() {
    let run = run(.cold, ["copyDisk": [.jobFails]])
    #expect(run.begun == ["shutDown", "copyDisk", "start@hv1", "removeDisk@hv2"])
    #expect(run.outcome == "rolledBack")
  }

  @Test func theSourcesDefinitionThatWillNotGoCallsAPersonButNeverStopsTheGuest() {
    let run = run(.cold, ["undefine@hv1": Array(repeating: .jobFails, count: 999)])
    #expect(run.outcome == "leftOpen")
    #expect(run.begun.count { $0 == "undefine@hv1" } == OperationMachine.stepAttemptsMax)
    #expect(!run.released)
    let end = onToTheEnd(run)
    #expect(end?.outcome == "needsHuman")
    #expect(end?.world.destination == .running)
    #expect(
      end?.machine.phase
        == .ended(.needsHuman, "undefine failed \(OperationMachine.stepAttemptsTotalMax) times: its definition is still on hv1")
    )
    #expect((end?.memories ?? []).contains { if case .needsHuman = $0 { true } else { false } })
  }

  @Test(arguments: [Shape.live, .block, .offline]) func aDefinitionLeftOnTheSourceIsRemovedAsAStepOfItsOwn(_ shape: Shape) {
    let run = run(shape, ["migrate": [.sourceLeft]])
    #expect(run.outcome == "succeeded")
    #expect(run.begun == ["migrate", "undefine@hv1"])
    #expect(run.world.source == .absent)
  }

  @Test func aRefusalOfWhatIsSoAlreadyIsTakenForDoneAfterALook() {
    var machine = Shape.live.machine
    let now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .accepted("j")), now: now)
    _ = machine.handle(.progressed("w-1", JobProgress(state: .done)), now: now)
    _ = machine.handle(.sighted("w-1", Fixture.sighting(source: .off, destination: .running, jobState: .done)), now: now)
    #expect(machine.currentStep == Fixture.undefine)
    let refused = JobProgress.State.failed("no such domain")
    let effects = machine.handle(.began("w-1", .refused("no such domain")), now: now)
    #expect(effects.last == .look("w-1", "w-1/1/1", Fixture.undefine, jobState: refused, []))
    _ = machine.handle(.sighted("w-1", Fixture.sighting(source: .absent, destination: .running, jobState: refused)), now: now)
    #expect(machine.phase == .ended(.succeeded, ""))
  }

  @Test func aFailedBlockMigrationRemovesItsVolumes() {
    let run = run(.block, ["migrate": [.jobFails]])
    #expect(run.begun == ["migrate", "removeDisk@hv2"])
    #expect(run.outcome == "rolledBack")
    #expect(run.world.source == .running)
  }

  @Test(arguments: [FakeWorld.Fault.replyLostDone, .replyLostRunning, .jobGoneDone, .retryLater], Shape.allCases)
  func oneHiccupInEveryStepStillSucceeds(_ fault: FakeWorld.Fault, _ shape: Shape) {
    for step in shape.steps {
      if case .copyDisk = step.action, fault == .replyLostDone || fault == .jobGoneDone { continue }
      let run = run(shape, [FakeWorld.key(step): [fault]])
      #expect(run.outcome == "succeeded", "\(step.name): \(run.begun)")
    }
  }

  @Test func aLostReplyFindsTheRunningJobAndWatchesIt() {
    let run = run(.live, ["migrate": [.replyLostRunning]])
    #expect(
      states(run) == ["queued", "running", "0/1 intended", "0/1 inDoubt", "0/1 running", "0/1 done", "succeeded"])
  }

  @Test func retryLaterBacksOffAndGivesUp() {
    var machine = Shape.live.machine
    var now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    for attempt in 1...4 {
      _ = machine.handle(.began("w-1", .retryLater("busy")), now: now)
      let wait = 2000 << (attempt - 1)
      #expect(machine.handle(.tick, now: now.adding(milliseconds: wait - 1)) == [])
      now = now.adding(milliseconds: wait)
      let begins = machine.handle(.tick, now: now).compactMap { effect -> IntentID? in
        if case .begin(_, let intent, _) = effect { intent } else { nil }
      }
      #expect(begins == [IntentID("w-1/0/\(attempt + 1)")])
    }
    _ = machine.handle(.began("w-1", .retryLater("busy")), now: now)
    #expect(machine.phase == .ended(.postponed, "migrate: busy"))
  }

  // MARK: the guest's safety

  @Test func aStartThatMayHaveRunIsNeverFollowedByAStartAtTheSource() {
    for fault in [FakeWorld.Fault.replyLostNothing, .jobGoneNothing] {
      let run = run(.cold, ["start@hv2": Array(repeating: fault, count: 999)])
      #expect(run.outcome == "leftOpen", "\(fault)")
      #expect(onToTheEnd(run)?.outcome == "needsHuman", "\(fault)")
      #expect(onToTheEnd(run)?.world.startsAtSource == 0, "\(fault)")
      let mixed = self.run(.cold, ["start@hv2": [fault] + Array(repeating: .refused, count: 999)])
      #expect(mixed.world.startsAtSource == 0, "\(fault)")
    }
  }

  @Test func aStartThatProvablyFailedIsUndone() {
    let run = run(.cold, ["start@hv2": Array(repeating: .jobFails, count: 999)])
    #expect(run.outcome == "rolledBack")
    #expect(run.begun.count { $0 == "start@hv2" } == OperationMachine.stepAttemptsMax)
    #expect(run.world.startsAtSource == 1)
  }

  @Test func withTheSourceUndefinedFirstAFailedStartIsNotUndone() {
    let run = run(.coldUndefineFirst, ["start@hv2": Array(repeating: .jobFails, count: 999)])
    #expect(run.outcome == "leftOpen")
    let end = onToTheEnd(run)
    #expect(end?.outcome == "needsHuman")
    #expect(end?.world.startsAtSource == 0)
  }

  @Test func aGuestSomebodyStartedAgainIsNotStartedTwiceByUndoing() {
    var machine = Shape.cold.machine
    let now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .accepted("a")), now: now)
    _ = machine.handle(.progressed("w-1", JobProgress(state: .done)), now: now)
    _ = machine.handle(.sighted("w-1", Fixture.sighting(source: .off, destination: .absent, jobState: .done)), now: now)
    _ = machine.handle(.began("w-1", .accepted("b")), now: now)
    _ = machine.handle(.progressed("w-1", JobProgress(state: .done)), now: now)
    let running = ExecutionEvent.sighted("w-1", Fixture.sighting(source: .running, destination: .absent, jobState: .done))
    let effects = machine.handle(running, now: now)
    let begun = effects.compactMap { effect -> String? in if case .begin(_, _, let step) = effect { FakeWorld.key(step) } else { nil } }
    #expect(begun == ["removeDisk@hv2"])
  }

  @Test func splitBrainIsSeenTwiceThenCallsAPerson() {
    var machine = Shape.live.machine
    let now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .unknown("lost")), now: now)
    let both = ExecutionEvent.sighted("w-1", Fixture.sighting(source: .running, destination: .running))
    // Two hosts are never looked at in the same instant: one such sight may be the hand-over itself.
    #expect(machine.handle(both, now: now) == [])
    #expect(!machine.isEnded)
    let effects = machine.handle(both, now: now)
    guard case .ended(.needsHuman, let text) = machine.phase else {
      Issue.record("\(machine.phase)")
      return
    }
    #expect(text.contains("split brain"))
    #expect(!effects.contains { if case .begin = $0 { true } else { false } })
  }

  @Test func whatStaysUndecidedIsLeftOpenAndItsMarkStays() {
    var machine = Shape.live.machine
    let now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .unknown("lost")), now: now)
    let deciding = ExecutionEvent.sighted("w-1", Fixture.sighting(source: .running, destination: .incoming))
    for _ in 0..<OperationMachine.settleLooksMax { #expect(machine.handle(deciding, now: now) == []) }
    let effects = machine.handle(deciding, now: now)
    #expect(machine.phase == .leftOpen("still undecided: the migration is still being decided"))
    #expect(effects.last == .remember(.failed(Fixture.uuid)))
    #expect(!effects.contains { if case .release = $0 { true } else { false } })
  }

  @Test func aJobThatCannotBeWatchedIsAdoptedABoundedNumberOfTimes() {
    var machine = Shape.live.machine
    let now = Timestamp(milliseconds: 0)
    _ = machine.start(now: now)
    _ = machine.handle(.checked("w-1", []), now: now)
    _ = machine.handle(.began("w-1", .accepted("j")), now: now)
    var adoptions = 0
    while !machine.isEnded, adoptions < 99 {
      adoptions += 1
      _ = machine.handle(.progressed("w-1", JobProgress(state: .unknown("cut off"))), now: now)
      // First without, then with the job, which is looked for again once its end was not seen.
      _ = machine.handle(
        .sighted("w-1", Fixture.sighting(source: .running, destination: .incoming, jobState: .unknown("cut off"))), now: now)
      let look = machine.handle(.tick, now: now)
      #expect(look == [.look("w-1", "w-1/0/1", Fixture.migrate(.live), jobState: nil)])
      _ = machine.handle(.sighted("w-1", Fixture.sighting(source: .running, destination: .incoming, job: "j")), now: now)
    }
    #expect(adoptions == OperationMachine.adoptionsMax + 1)
    #expect(machine.phase == .leftOpen("its job j cannot be watched"))
  }

  @Test func aPostCopyThatStaysBrokenIsResumedABoundedNumberOfTimes() {
    var machine = Shape.live.machine
    var now = Timestamp(milliseconds: 0)
    var pending = machine.start(now: now)
    var resumes = 0
    for _ in 0..<FakeRun.eventsMax where !machine.isEnded {
      var events: [ExecutionEvent] = []
      for effect in pending {
        switch effect {
        case .check(let id, _): events.append(.checked(id, []))
        case .begin(let id, _, let step):
          if step == Fixture.resume { resumes += 1 }
          events.append(.began(id, .accepted("j")))
        case .poll(let id, _, _): events.append(.progressed(id, JobProgress(state: .failed("network"), postCopy: true)))
        case .look(let id, _, _, let state, _):
          events.append(
            .sighted(id, Fixture.sighting(source: .postCopySource, destination: .postCopyTarget(failed: true), jobState: state)))
        default: break
        }
      }
      now = now.adding(milliseconds: 5000)
      pending = (events.isEmpty ? [.tick] : events).flatMap { machine.handle($0, now: now) }
    }
    #expect(machine.isEnded)
    #expect(resumes == OperationMachine.stepAttemptsMax)
    #expect(machine.steps.count == 2)
  }

  @Test func statisticsOfAnEarlierJobAreNotThoseOfALaterStep() {
    let run = run(.cold, ["define": [.refused]])
    let refused = run.records.compactMap { record -> StepRecord? in
      if case .step(let step) = record, step.state == .refused { step } else { nil }
    }
    #expect(refused.map(\.step.name) == ["define"])
    #expect(refused.allSatisfy { $0.statistics == nil })
  }
}
