import Execution
import Fleet
import Testing

struct SettlementTests {
  enum Expected: String, Sendable { case done, tidySource, resume, notDone, wait, inDoubt, human, lost }

  static func kind(_ verdict: Verdict) -> Expected? {
    switch verdict {
    case .running: nil
    case .done: .done
    case .doneAfter([Fixture.undefine]): .tidySource
    case .doneAfter([Fixture.resume]): .resume
    case .doneAfter: nil
    case .notDone, .arrivedInVain: .notDone
    case .wait: .wait
    case .inDoubt: .inDoubt
    case .needsHuman(.lost, _): .lost
    case .needsHuman: .human
    }
  }

  private func verdict(_ step: Step, _ source: Presence, _ destination: Presence, _ state: JobProgress.State? = nil) -> Expected? {
    SettlementTests.kind(Settlement.verdict(on: step, Sighting(source: source, destination: destination, jobState: state)))
  }

  private static func off(_ reason: Presence.OffReason) -> Presence { .off(defined: true, disabled: false, reason: reason) }
  private static let undefined = Presence.off(defined: false, disabled: false, reason: .migrated)

  // MARK: migrate

  static let liveRows: [(Presence, Presence, Expected)] = [
    (.running, .absent, .notDone), (.running, .incoming, .wait), (.running, .paused(.migration), .wait),
    (.paused(.migration), .paused(.migration), .wait), (.paused(.migration), .running, .tidySource),
    (.absent, .running, .done), (undefined, .running, .done), (.off, .running, .tidySource), (off(.migrated), .running, .tidySource),
    (.postCopySource, .postCopyTarget(failed: true), .resume), (.postCopySource, .postCopyTarget(failed: false), .wait),
    (.running, .running, .human), (.absent, .absent, .lost), (off(.crashed), .absent, .human), (off(.migrated), .absent, .human),
    (off(.failed), .absent, .human), (off(.unknown), .absent, .human), (.off, .absent, .notDone), (off(.destroyed), .absent, .notDone),
    (off(.crashed), .off, .human), (.off, .off, .notDone), (.absent, .off, .lost), (.paused(.user), .absent, .notDone),
    (.absent, .paused(.user), .done), (.paused(.ioError), .absent, .notDone), (.paused(.ioError), .incoming, .wait),
    (.off, .incoming, .wait), (.absent, .incoming, .wait), (.paused(.migration), .absent, .wait), (.running, .off, .notDone),
  ]

  @Test(arguments: liveRows) func liveMigration(_ source: Presence, _ destination: Presence, _ expected: Expected) {
    #expect(verdict(Fixture.migrate(.live), source, destination) == expected)
  }

  @Test(
    arguments: [
      (.off, .absent, .notDone), (.off, .off, .tidySource), (.absent, .off, .done), (off(.crashed), .absent, .notDone),
      (undefined, .off, .done), (.off, .running, .tidySource), (.running, .absent, .notDone), (.absent, .absent, .lost),
      (.absent, undefined, .lost), (.off, undefined, .notDone), (.running, .running, .human),
    ] as [(Presence, Presence, Expected)])
  func offlineMigration(_ source: Presence, _ destination: Presence, _ expected: Expected) {
    #expect(verdict(Fixture.migrate(.offline), source, destination) == expected)
  }

  /// Whoever reads why a migration failed needs the hypervisor's own words.
  @Test(
    arguments: [
      (.failed("CPU mismatch"), "CPU mismatch; it is still on hv1"), (.unknown("the job is gone"), "the job is gone; it is still on hv1"),
      (.failed(""), "it is still on hv1"), (.done, "it is still on hv1"),
    ] as [(JobProgress.State, String)])
  func whyItIsStillThere(_ state: JobProgress.State, _ text: String) {
    for (mode, seen) in [(MigrationMode.live, Presence.running), (.offline, .off)] {
      let sighting = Sighting(source: seen, destination: .absent, jobState: state)
      #expect(Settlement.verdict(on: Fixture.migrate(mode), sighting) == .notDone(text), "\(mode)")
    }
  }

  @Test func aDefinitionThatMadeAnOfflineMigrationFailIsNotItsResult() {
    #expect(verdict(Fixture.migrate(.offline), .off, .off, .failed("already defined there")) == .notDone)
  }

  @Test(arguments: [MigrationMode.live, .block, .offline], Presence.all)
  func unreachableIsInDoubt(_ mode: MigrationMode, _ other: Presence) {
    for step in [Fixture.migrate(mode), Fixture.resume, Fixture.copy] {
      #expect(verdict(step, .gone, other) == .inDoubt)
      #expect(verdict(step, other, .gone) == .inDoubt)
    }
  }

  @Test(arguments: [Shape.live, .block, .offline])
  func noPairOfPresencesMakesAMigrationUnsafe(_ shape: Shape) {
    for source in Presence.all {
      for destination in Presence.all {
        for state in [nil, .done, .failed("x"), .unknown("x")] as [JobProgress.State?] {
          check(Fixture.migrate(shape.mode), shape.mode, source, destination, state)
          check(Fixture.resume, shape.mode, source, destination, state)
        }
      }
    }
  }

  private func check(
    _ step: Step, _ mode: MigrationMode, _ source: Presence, _ destination: Presence, _ state: JobProgress.State?
  ) {
    let verdict = Settlement.verdict(on: step, Sighting(source: source, destination: destination, jobState: state))
    let message = Comment(rawValue: "\(step.name) \(source) | \(destination): \(verdict)")
    let runsThere = destination == .running || destination == .paused(.user)
    let heldThere = runsThere || (mode == .offline && step != Fixture.resume && destination.isOff)
    switch verdict {
    case .done:
      #expect(heldThere, message)
      #expect(!source.isAlive, message)
    case .doneAfter([Fixture.undefine]):
      #expect(heldThere, message)
      #expect(source.isOff || source == .paused(.migration), message)
    case .doneAfter([Fixture.resume]): #expect(source == .postCopySource, message)
    case .doneAfter, .running: Issue.record(message)
    case .arrivedInVain: #expect(source == .running && destination == .paused(.user), message)
    case .notDone: #expect(!runsThere || source == .running || source == .postCopySource, message)
    case .wait, .inDoubt, .needsHuman: break
    }
    if source == .running, destination == .running { #expect(SettlementTests.kind(verdict) == .human, message) }
    if source.isUnreachable || destination.isUnreachable { #expect(SettlementTests.kind(verdict) == .inDoubt, message) }
    if source == .postCopySource, SettlementTests.kind(verdict) == .tidySource { Issue.record(message) }
  }

  @Test func aPostCopyThatIsStillBrokenAfterAResumeIsNotResumedWithoutEnd() {
    #expect(verdict(Fixture.resume, .postCopySource, .postCopyTarget(failed: true)) == .notDone)
  }

  @Test func aRunningJobIsWatchedWhateverTheHostsShow() {
    for step in [Fixture.migrate(.live)] + Fixture.cold {
      for source in Presence.all {
        let sighting = Sighting(source: source, destination: .absent, job: "j")
        #expect(Settlement.verdict(on: step, sighting) == .running("j"))
      }
    }
  }

  // MARK: cold steps, each presence

  @Test(arguments: Presence.all) func shutDown(_ seen: Presence) {
    let expected: Expected =
      switch seen {
      case .off: .done
      case .running, .paused: .notDone
      case .absent: .lost
      default: .inDoubt
      }
    #expect(verdict(Fixture.shutDown, seen, .absent) == expected)
  }

  @Test(arguments: Presence.all) func define(_ seen: Presence) {
    let expected: Expected =
      switch seen {
      case .off(defined: true, _, _): .done
      case .off, .absent: .notDone
      case .unreachable: .inDoubt
      default: .human
      }
    #expect(verdict(Fixture.define, .off, seen) == expected)
  }

  @Test(arguments: Presence.all) func disable(_ seen: Presence) {
    let expected: Expected =
      switch seen {
      case .off(_, disabled: true, _), .absent: .done
      case .off: .notDone
      case .unreachable: .inDoubt
      default: .human
      }
    #expect(verdict(Fixture.disable, seen, .off) == expected)
  }

  @Test(arguments: Presence.all) func start(_ seen: Presence) {
    let expected: Expected =
      switch seen {
      case .running, .paused(.user): .done
      case .off: .notDone
      case .absent: .lost
      case .unreachable: .inDoubt
      default: .wait
      }
    #expect(verdict(Fixture.start, .disabled, seen) == expected)
    #expect(verdict(Fixture.startAgain, seen, .absent) == expected)
  }

  /// Its user shut it down right after it was started: that start is over, and nobody starts it again. Unless it was seen done, the same
  /// sight is a start that failed.
  @Test(arguments: [.shutDown, .destroyed, .crashed, .failed, .unknown] as [Presence.OffReason])
  func startedAndShutDownSince(_ reason: Presence.OffReason) {
    let off = Presence.off(defined: true, disabled: false, reason: reason)
    for state in [.done, nil, .failed("no room"), .unknown("no answer")] as [JobProgress.State?] {
      let said = Settlement.verdict(on: Fixture.start, Fixture.sighting(source: .disabled, destination: off, jobState: state))
      let isOver = state == .done && (reason == .shutDown || reason == .destroyed)
      #expect("\(said)".hasPrefix(isOver ? "done" : "notDone"), "\(reason) \(String(describing: state)): \(said)")
    }
  }

  @Test(arguments: Presence.all) func startWhileTheOtherCopyIsAlive(_ seen: Presence) {
    for other in [Presence.running, .paused(.user), .paused(.ioError), .incoming] where !seen.isUnreachable {
      #expect(verdict(Fixture.start, other, seen) == .human)
      #expect(verdict(Fixture.startAgain, seen, other) == .human)
    }
  }

  @Test(arguments: Presence.all) func undefine(_ seen: Presence) {
    let expected: Expected =
      switch seen {
      case .absent, .off(defined: false, _, _): .done
      case .off, .paused(.migration): .notDone
      case .unreachable: .inDoubt
      default: .human
      }
    #expect(verdict(Fixture.undefine, seen, .running) == expected)
    #expect(verdict(Fixture.undefineThere, .off, seen) == expected)
  }

  @Test func disksAreSettledByTheirJobOnly() {
    for step in [Fixture.copy, Fixture.removeCopy] {
      #expect(verdict(step, .off, .absent, .done) == .done)
      #expect(verdict(step, .off, .absent, .failed("x")) == .notDone)
      #expect(verdict(step, .off, .absent, nil) == .notDone)
      #expect(verdict(step, .off, .absent, .unknown("x")) == .wait)
    }
  }
}
