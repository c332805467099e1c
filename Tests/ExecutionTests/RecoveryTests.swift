import Execution
import Fleet
import Testing

/// Takes a move up from every point at which a process can die.
struct RecoveryTests {
  /// A point of a run: how many records were durable, and a world as it was then.
  struct Crash { var records: [JournalRecord]; var world: FakeWorld }

  private static func crashes(_ shape: Shape, faults: [String: [FakeWorld.Fault]] = [:]) -> [Crash] {
    var world = FakeWorld(runs: shape.runsBefore)
    world.faults = faults
    var run = FakeRun(machine: shape.machine, world: world)
    let log = Log()
    run.onChange = { log.points.append(($0, $1)) }
    run.run()
    let records = run.records
    return log.points.reduce(into: []) { crashes, point in
      if let last = crashes.last, last.records.count == point.0, last.world == point.1 { return }
      crashes.append(Crash(records: Array(records.prefix(point.0)), world: point.1))
    }
  }

  private final class Log { var points: [(Int, FakeWorld)] = [] }

  /// Passes that a move left open is taken up again in, until it ends.
  static let passesMax = 40

  static func recovered(_ records: [JournalRecord], _ world: FakeWorld, passes: Int = passesMax) -> FakeRun? {
    var records = records
    var world = world
    var last: FakeRun?
    for _ in 0..<passes {
      guard let journal = records.folded, !journal.record.state.isFinal else { return last }
      let (machine, effects) = OperationMachine.recovering(
        journal, policy: MigrationPolicy(), memoryBytes: Fixture.gib, author: Fixture.author, now: Timestamp(milliseconds: 2_000_000))
      var run = FakeRun(machine: machine, world: world, earlier: records)
      run.run(first: effects)
      if !run.broken.isEmpty { return run }
      records += run.records
      world = run.world
      last = run
    }
    return last
  }

  /// Faults that make a first process fail in ways that leave work: none, a failed copy, a start that will not do.
  static let stories: [[String: [FakeWorld.Fault]]] = [
    [:], ["copyDisk": [.jobFails]], ["migrate": [.jobFails]], ["define": [.refused]], ["disable@hv1": [.refused]],
    ["start@hv2": Array(repeating: .jobFails, count: 9)], ["start@hv2": [.replyLostDone]], ["migrate": [.replyLostDone]],
    ["migrate": [.sourceLeft]],
    ["start@hv2": [.jobGoneNothing] + Array(repeating: .jobFails, count: 9)], ["start@hv2": [.jobGoneNothing, .refused]],
    ["undefine@hv1": [.retryLater, .jobFails]],
    ["copyDisk": [.refused], "start@hv1": [.retryLater, .replyLostNothing]],
  ]

  @Test(arguments: Shape.allCases, Array(stories.indices))
  func fromEveryPointToAnEndWithOneSoundCopy(_ shape: Shape, _ story: Int) {
    for (number, crash) in RecoveryTests.crashes(shape, faults: RecoveryTests.stories[story]).enumerated() {
      for variant in 0..<3 {
        var world = crash.world
        if variant > 0 { world.endJobs(remembered: variant == 1) }
        guard let run = RecoveryTests.recovered(crash.records, world) else { continue }
        let name = Comment(rawValue: "point \(number) variant \(variant): \(run.outcome) after \(run.begun)")
        #expect(run.broken == [], name)
        #expect(["succeeded", "rolledBack", "failed", "needsHuman"].contains(run.outcome), name)
        if run.outcome == "needsHuman" { continue }
        #expect(run.world.runningCopies == (shape.runsBefore ? 1 : 0), name)
        #expect(run.world.startsAtDestination <= 1 && run.world.startsAtSource <= 1, name)
        if run.outcome == "succeeded" { #expect(run.world.source == .absent, name) }
        #expect(run.machine.steps.count <= 1 || run.machine.steps.count { $0 == Fixture.undefine } <= 1, name)
      }
    }
  }

  /// Which points need no person although a process died there: all, when nothing but the crash went wrong.
  @Test(arguments: Shape.allCases) func aCrashAloneNeedsNobody(_ shape: Shape) {
    for crash in RecoveryTests.crashes(shape) {
      guard let run = RecoveryTests.recovered(crash.records, crash.world) else { continue }
      #expect(run.outcome != "needsHuman", "\(crash.records.count) records: \(run.begun)")
      #expect(run.world.isTidy || run.world.destination == .off, "\(crash.records.count) records: \(run.world)")
    }
  }

  @Test(arguments: Shape.allCases, Array(stories.indices)) func aSecondCrashInTheRecovery(_ shape: Shape, _ story: Int) {
    for crash in RecoveryTests.crashes(shape, faults: RecoveryTests.stories[story]) {
      guard let journal = crash.records.folded, !journal.record.state.isFinal else { continue }
      let (machine, effects) = OperationMachine.recovering(
        journal, policy: MigrationPolicy(), memoryBytes: Fixture.gib, author: Fixture.author, now: Timestamp(milliseconds: 2_000_000))
      var first = FakeRun(machine: machine, world: crash.world, earlier: crash.records)
      let log = Log()
      first.onChange = { log.points.append(($0, $1)) }
      first.run(first: effects)
      for (number, (count, world)) in log.points.enumerated() {
        if number > 0, log.points[number - 1] == (count, world) { continue }
        let records = crash.records + first.records.prefix(count)
        guard let run = RecoveryTests.recovered(records, world) else { continue }
        #expect(run.broken == [], "\(crash.records.count) + \(count): \(run.begun)")
        #expect(run.outcome != "did not end" && run.outcome != "leftOpen", "\(crash.records.count) + \(count)")
      }
    }
  }

  @Test(arguments: Shape.allCases) func neverBeginsWhatTheFirstSightContradicts(_ shape: Shape) {
    var standings: Set<String> = []
    for story in RecoveryTests.stories {
      for crash in RecoveryTests.crashes(shape, faults: story) where standings.insert(standing(crash.records)).inserted {
        for source in Presence.all {
          for destination in Presence.all { firstSteps(crash.records, source, destination) }
        }
      }
    }
  }

  /// What recovery can tell of a journal, so that each such standing is tried once.
  private func standing(_ records: [JournalRecord]) -> String {
    guard let journal = records.folded, let last = journal.steps.last else { return "" }
    let attempt = last.intent.rawValue.hasSuffix("/5") ? "last" : "not last"
    return "\(FakeWorld.key(last.step)) \(last.state) \(attempt) \(journal.record.rollbackStart ?? -1) \(last.statistics != nil)"
  }

  /// Both hosts show the same whenever they are looked at; jobs are gone, calls are refused.
  private func firstSteps(_ records: [JournalRecord], _ source: Presence, _ destination: Presence) {
    guard let journal = records.folded, !journal.record.state.isFinal else { return }
    var now = Timestamp(milliseconds: 2_000_000)
    var (machine, pending) = OperationMachine.recovering(
      journal, policy: MigrationPolicy(), memoryBytes: Fixture.gib, author: Fixture.author, now: now)
    let earlier = Set(journal.steps.map(\.intent))
    var begun = 0
    var rounds = 0
    while !machine.isEnded, rounds < 600 {
      rounds += 1
      // That waiting ends is a test of its own.
      if case .settling(_, _, let looks) = machine.phase, looks > 3 { return }
      var events: [ExecutionEvent] = []
      for effect in pending {
        switch effect {
        case .begin(let id, let intent, let step):
          begun += 1
          if earlier.contains(intent) { Issue.record("\(intent) used again") }
          let objection = FakeWorld.objection(step, source: source, destination: destination)
          if begun == 1, let objection {
            Issue.record("\(records.count) records, \(source) | \(destination): \(FakeWorld.key(step)): \(objection)")
          }
          events.append(.began(id, .refused("no")))
        case .look(let id, _, _, let state, let scope):
          events.append(
            .sighted(
              id,
              Sighting(
                source: source, destination: destination, jobState: state, elsewhere: scope.contains(.everyHost) ? [:] : nil,
                hasTrace: scope.contains(.trace) ? true : nil)))
        default: break
        }
      }
      now = now.adding(milliseconds: 5000)
      pending = (events.isEmpty ? [.tick] : events).flatMap { machine.handle($0, now: now) }
    }
    if !machine.isEnded { Issue.record("\(records.count) records, \(source) | \(destination): \(machine.phase)") }
  }

  @Test func aMoveWithoutAnIntentIsClosedAndTouchesNothing() {
    let run = RecoveryTests.recovered(Array(RecoveryTests.crashes(.cold)[2].records.prefix(1)), FakeWorld(runs: true))
    #expect(run?.outcome == "rolledBack")
    #expect(run?.begun == [])
  }

  @Test func aGuestThatSomebodyStoppedBeforeOurRefusedShutDownIsNotStartedByUs() {
    let crashes = RecoveryTests.crashes(.cold, faults: ["shutDown": [.retryLater]])
    let refused = crashes.first { $0.records.folded?.steps.last?.state == .refused }!
    let run = RecoveryTests.recovered(refused.records, FakeWorld(runs: false))
    #expect(run?.outcome == "failed")
    #expect(run?.begun == [])
  }

  @Test func anUnreachableHostLeavesTheMoveOpenForALaterPass() {
    for crash in RecoveryTests.crashes(.cold) {
      // Once the last step is in the journal as done, only the move's own record is missing.
      guard let last = crash.records.folded?.steps.last, last.step != Fixture.undefine || !last.state.isFinal else { continue }
      var world = crash.world
      world.endJobs(remembered: false)
      world.source = .gone
      guard let run = RecoveryTests.recovered(crash.records, world, passes: 1) else { continue }
      #expect(run.outcome == "leftOpen", "\(crash.records.count) records: \(run.begun)")
      #expect(run.released == false)
      #expect(run.begun == [])
    }
  }

  @Test func eachStepHasItsOwnAttemptsInARecovery() {
    // The start took five attempts before the process died; what comes after it must not inherit them.
    let faults: [String: [FakeWorld.Fault]] = [
      "start@hv2": Array(repeating: .jobFails, count: 4), "undefine@hv1": Array(repeating: .jobFails, count: 99),
    ]
    let crashes = RecoveryTests.crashes(.cold, faults: faults)
    let crash = crashes.first { $0.records.folded?.steps.last.map { $0.step == Fixture.start && $0.state == .done } ?? false }!
    #expect(crash.records.folded?.steps.last?.intent == "w-1/4/5")
    let run = RecoveryTests.recovered(crash.records, crash.world, passes: 1)
    #expect(run?.begun.count { $0 == "undefine@hv1" } == OperationMachine.stepAttemptsMax)
  }
}
