import Execution
import Fleet
import Testing

/// A guest that `onTimeout: suspend` paused must run on wherever its migration leaves it; one that its user paused must not.
struct SuspensionTests {
  static let now = Timestamp(milliseconds: 1_000_000)
  static let resume = Fixture.step(.resume(on: Fixture.source))
  static let timedOut = JobProgress(state: .running, elapsedMilliseconds: 3_200_001, iteration: 4)

  /// A machine with its journal, told one event after the other.
  struct Told {
    var machine: OperationMachine
    var records: [JournalRecord] = []
    var effects: [ExecutionEffect] = []

    mutating func tell(_ event: ExecutionEvent) { take(machine.handle(event, now: SuspensionTests.now)) }

    mutating func take(_ more: [ExecutionEffect]) {
      effects = more
      for case .journal(let written) in more { records += written }
    }

    mutating func see(_ source: Presence, _ destination: Presence, job: JobRef? = nil, _ state: JobProgress.State? = nil) {
      tell(.sighted("w-1", Fixture.sighting(source: source, destination: destination, job: job, jobState: state)))
    }

    var lastStep: StepRecord? {
      records.lazy.reversed().compactMap { if case .step(let step) = $0 { step } else { nil } }.first
    }
    var end: OperationRecord.State? { if case .ended(let state, _) = machine.phase { state } else { nil } }
    var endText: String { if case .ended(_, let text) = machine.phase { text } else { "" } }
    /// The calls of the last answer, in short.
    var calls: [String] {
      effects.compactMap { effect in
        switch effect {
        case .begin(_, _, let step): "begin \(FakeWorld.key(step))"
        case .control(_, _, _, let command): "\(command)"
        case .look: "look"
        default: nil
        }
      }
    }
  }

  static let policy: MigrationPolicy = {
    var policy = MigrationPolicy()
    policy.onTimeout = .suspend
    return policy
  }()

  private func watching(_ shape: Shape = .live) -> Told {
    var told = Told(
      machine: OperationMachine(
        id: "w-1", operation: .move(Fixture.move(shape.mode)), steps: shape.steps, policy: Self.policy, memoryBytes: Fixture.gib,
        author: Fixture.author))
    told.take(told.machine.start(now: Self.now))
    told.tell(.checked("w-1", []))
    told.tell(.began("w-1", .accepted("j")))
    return told
  }

  private func suspended(_ shape: Shape = .live) -> Told {
    var told = watching(shape)
    told.tell(.progressed("w-1", Self.timedOut))
    told.see(.running, .incoming, job: "j")
    return told
  }

  private func recovered(_ told: Told, from records: Int? = nil) -> Told {
    let journal = Array(told.records.prefix(records ?? told.records.count))
    let (machine, effects) = OperationMachine.recovering(
      journal.folded!, policy: Self.policy, memoryBytes: Fixture.gib, author: Fixture.author, now: Self.now)
    var again = Told(machine: machine, records: journal)
    again.take(effects)
    return again
  }

  // MARK: before

  @Test func theJournalKnowsBeforeTheGuestIsPaused() {
    var told = watching()
    told.tell(.progressed("w-1", Self.timedOut))
    #expect(told.calls == ["\(JobControl.setDowntime(milliseconds: 500))", "look"], "first it must be seen running")
    told.see(.running, .incoming, job: "j")
    guard case .journal(let records) = told.effects.first else { return #expect(Bool(false), "the journal comes first") }
    #expect(records.count == 1 && told.lastStep?.suspendedAt == Self.now && told.lastStep?.state == .running)
    #expect(told.calls == ["suspend"])
    told.tell(.progressed("w-1", JobProgress(state: .running, elapsedMilliseconds: 9_000_000, iteration: 9)))
    #expect(told.calls == [], "after a suspend nothing more")
  }

  @Test(arguments: [Presence.paused(.user), .paused(.ioError), .paused(.migration), .postCopySource])
  func aGuestThatStandsStillAlreadyIsNotPaused(_ presence: Presence) {
    var told = watching()
    told.tell(.progressed("w-1", Self.timedOut))
    told.see(presence, .incoming, job: "j")
    #expect(told.effects == [])
    told.tell(.progressed("w-1", JobProgress(state: .running, elapsedMilliseconds: 3_300_000, iteration: 5)))
    #expect(told.calls == [])
    told.tell(.progressed("w-1", JobProgress(state: .failed("x"))))
    told.see(.paused(.user), .absent, .failed("x"))
    #expect(told.end == .failed && !told.records.contains { "\($0)".contains("resume(") }, "its user's pause is kept")
  }

  @Test func aHostThatDoesNotAnswerIsAskedAgain() {
    var told = watching()
    told.tell(.progressed("w-1", Self.timedOut))
    told.see(.gone, .incoming)
    #expect(told.effects == [])
    told.tell(.progressed("w-1", JobProgress(state: .running, elapsedMilliseconds: 3_200_251, iteration: 4)))
    #expect(told.calls == ["look"])
    told.see(.running, .incoming, job: "j")
    #expect(told.calls == ["suspend"])
  }

  // MARK: after

  @Test(arguments: [Shape.live, .block]) func whereItFailsTheGuestRunsOnBeforeAnythingElseIsUndone(_ shape: Shape) {
    var told = suspended(shape)
    told.tell(.progressed("w-1", JobProgress(state: .failed("cut"))))
    told.see(.paused(.user), .absent, .failed("cut"))
    #expect(told.calls == ["begin resume@hv1"])
    #expect(told.machine.steps.dropFirst().map(\.name) == ["resume"] + (shape == .block ? ["removeDisk"] : []))
    told.tell(.began("w-1", .accepted("j2")))
    told.tell(.progressed("w-1", JobProgress(state: .done)))
    told.see(.running, .absent, .done)
    if shape == .live { #expect(told.end == .rolledBack) } else { #expect(told.calls == ["begin removeDisk@hv2"]) }
  }

  @Test func aGuestThatItsHypervisorResumedIsLeftAlone() {
    var told = suspended()
    told.tell(.progressed("w-1", JobProgress(state: .failed("cut"))))
    told.see(.running, .absent, .failed("cut"))
    #expect(told.calls == [] && told.end == .rolledBack)
  }

  @Test func whereItSucceedsNothingIsToDo() {
    var told = suspended()
    told.tell(.progressed("w-1", JobProgress(state: .done)))
    told.see(.absent, .running, .done)
    #expect(told.calls == [] && told.end == .succeeded)
  }

  @Test func aGuestThatArrivesPausedRunsOnThere() {
    var told = suspended()
    told.tell(.progressed("w-1", JobProgress(state: .done)))
    told.see(.absent, .paused(.user), .done)
    #expect(told.calls == ["begin resume@hv2"])
    told.tell(.began("w-1", .accepted("j2")))
    told.tell(.progressed("w-1", JobProgress(state: .done)))
    told.see(.absent, .running, .done)
    #expect(told.end == .succeeded)
  }

  /// Its migration is gone without a trace; a guest we did not pause is left to its hypervisor.
  @Test(arguments: [true, false]) func aGuestLeftStandingByItsMigrationRunsOnAfterAWhile(_ byUs: Bool) {
    var told = byUs ? suspended() : watching()
    told.tell(.progressed("w-1", JobProgress(state: .unknown("no such job"))))
    var looks = 0
    while told.machine.currentStep?.name == "migrate", looks < 1000 {
      told.see(.paused(.migration), .absent, nil)
      looks += 1
    }
    #expect(told.calls == (byUs ? ["begin resume@hv1"] : []))
    #expect(looks == (byUs ? 41 : 241))
  }

  @Test func aGuestShutDownMeanwhileIsNotStarted() {
    var told = suspended()
    told.tell(.progressed("w-1", JobProgress(state: .failed("cut"))))
    told.see(.off, .absent, .failed("cut"))
    #expect(told.calls == [] && told.end == .rolledBack)
  }

  @Test func aPersonIsToldThatItWasUs() throws {
    var told = suspended()
    told.tell(.progressed("w-1", JobProgress(state: .failed("cut"))))
    told.see(.paused(.ioError), .absent, .failed("cut"))
    #expect(told.end == .needsHuman)
    let item = told.effects.compactMap { if case .remember(.needsHuman(_, let item)) = $0 { item } else { nil } }.first
    #expect(try #require(item).text.contains("reconcile paused it on hv1 at"))
  }

  // MARK: after our death

  @Test func whoTakesItUpResumesIt() {
    var first = suspended()
    first.tell(.progressed("w-1", JobProgress(state: .failed("cut"))))
    first.see(.paused(.user), .absent, .failed("cut"))
    let suspendedFrom = first.records.firstIndex { if case .step(let step) = $0 { step.suspendedAt != nil } else { false } }!
    for count in suspendedFrom + 1...first.records.count {
      var told = recovered(first, from: count)
      #expect(told.calls == ["look"], "\(count) records")
      // A resume that was begun may or may not have happened: here it did not, and is tried again.
      var (begun, seconds) = (false, 0)
      while !begun, seconds < 10 {
        told.see(.paused(.user), .absent)
        begun = told.calls == ["begin resume@hv1"]
        seconds += 1
        if !begun {
          told.take(told.machine.handle(.tick, now: Self.now.adding(milliseconds: 5000 * seconds)))
          begun = told.calls == ["begin resume@hv1"]
        }
      }
      #expect(begun, "\(count) records: \(told.machine.phase)")
    }
  }

  @Test func whoTakesUpARunningJobPausesTheGuestIfNobodyDid() {
    var told = recovered(suspended())
    told.see(.running, .incoming, job: "j")
    told.tell(.progressed("w-1", Self.timedOut))
    #expect(told.calls.last == "look")
    told.see(.running, .incoming, job: "j")
    #expect(told.calls == ["suspend"])
  }

  @Test func whoTakesUpARunningJobKnowsThatTheGuestIsPaused() {
    var told = recovered(suspended())
    told.see(.paused(.user), .incoming, job: "j")
    #expect(told.lastStep?.suspendedAt == Self.now)
    told.tell(.progressed("w-1", Self.timedOut))
    told.see(.paused(.user), .incoming, job: "j")
    #expect(told.calls == [])
    told.tell(.progressed("w-1", JobProgress(state: .failed("cut"))))
    told.see(.paused(.user), .absent, .failed("cut"))
    #expect(told.calls == ["begin resume@hv1"])
  }

  // MARK: the step itself

  @Test(
    arguments: [
      // Let run, and paused again by its user.
      (.running, .absent, "done"), (.paused(.user), .absent, "done"), (.paused(.user), .off, "done"),
      (.paused(.migration), .absent, "notDone"), (.paused(.ioError), .absent, "notDone"), (.off, .absent, "done"),
      (.absent, .absent, "needsHuman"), (.running, .running, "needsHuman"),
      (.paused(.user), .incoming, "needsHuman"), (.gone, .absent, "inDoubt"), (.postCopySource, .absent, "inDoubt"),
      (.off(defined: true, disabled: false, reason: .crashed), .absent, "needsHuman"),
    ] as [(Presence, Presence, String)])
  func settled(_ source: Presence, _ destination: Presence, _ verdict: String) {
    let said = Settlement.verdict(on: Self.resume, Fixture.sighting(source: source, destination: destination, jobState: .done))
    #expect("\(said)".hasPrefix(verdict), "\(said)")
  }

  @Test(arguments: [nil, .failed("refused"), .unknown("no answer")] as [JobProgress.State?])
  func aResumeThatNobodySawDoneIsTriedAgain(_ state: JobProgress.State?) {
    let said = Settlement.verdict(on: Self.resume, Fixture.sighting(source: .paused(.user), destination: .absent, jobState: state))
    #expect("\(said)".hasPrefix("notDone"), "\(said)")
  }

  // MARK: what else the journal says

  @Test func progressIsJournalledNowAndThen() {
    var told = watching()
    let before = told.records.count
    for second in 0...600 {
      told.tell(.progressed("w-1", JobProgress(state: .running, elapsedMilliseconds: second * 1000, processedBytes: second, iteration: 1)))
    }
    #expect((10...20).contains(told.records.count - before), "\(told.records.count - before)")
    #expect(told.lastStep?.state == .running && told.lastStep?.statistics?.processedBytes ?? 0 > 500)
  }

  @Test func aStallIsJournalledAndNamedWhereTheMigrationFails() {
    var told = watching()
    for second in stride(from: 0, through: 60, by: 10) {
      let progress = JobProgress(
        state: .running, elapsedMilliseconds: second * 1000, processedBytes: second * 90_000_000, remainingBytes: 900_000_000,
        iteration: 1 + second / 10)
      told.tell(.progressed("w-1", progress))
      if told.calls.contains("look") { told.see(.paused(.user), .incoming, job: "j") }
    }
    let words = "it no longer gained on its guest: a pause of 10000 ms would have ended it, 500 ms are allowed"
    #expect(told.records.contains { if case .step(let step) = $0 { step.detail == words && step.state == .running } else { false } })
    told.tell(.progressed("w-1", JobProgress(state: .failed("aborted"))))
    told.see(.running, .absent, .failed("aborted"))
    #expect(told.endText == "migrate: aborted; it is still on hv1; \(words)")
  }
}
