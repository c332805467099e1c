import Fleet
import FoundationEssentials
import Hypervisor
import SimulatedHypervisor
import Testing

/// What users and other tools do at their instants.
@Suite struct DeedTests {
  private static func deed(_ kind: SimulatedFault.Kind, on host: HostName? = nil, at milliseconds: Int = 1000) -> SimulatedFault {
    SimulatedFault(kind, instance: "web", host: host, from: dawn.adding(milliseconds: milliseconds))
  }
  private static func off(_ change: (inout SimulatedInstance) -> Void = { _ in }) -> SimulatedInstance {
    var off = guest()
    off.power = .off
    change(&off)
    return off
  }
  private static let shutDown = Step.Action.shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort)

  @Test func aUserShutsDownStartsPausesAndResumes() {
    let kinds: [SimulatedFault.Kind] = [.userShutsDown, .userStarts, .userPauses, .userResumes]
    var bench = Bench(faults: kinds.enumerated().map { Self.deed($0.element, at: 1000 * ($0.offset + 1)) })
    let shown: [Presence] = [.off(defined: true, disabled: false, reason: .shutDown), .running, .paused(.user), .running]
    for presence in shown {
      bench.pass(1000)
      #expect(bench.presence("h1") == presence)
    }
    #expect(bench.copy("h1")?.bootCount == 2)
    #expect(bench.copy("h1")?.bootsButOthers == 1)
    #expect(bench.world.violations == [])
  }

  @Test func whatCannotBeDoneIsLeftUndone() {
    var bench = Bench(
      faults: [.userStarts, .userResumes, .startsElsewhere].map { Self.deed($0) } + [Self.deed(.userShutsDown, on: "h2")])
    let before = bench.world.cells
    bench.pass(5000)
    #expect(bench.world.cells == before)
  }

  /// t17: what its user did is his; only while our mark says that we asked it to shut down, nobody can tell whom it heeded.
  @Test(arguments: [true, false]) func startingWhatItsUserShutDownIsOurs(whileMarked: Bool) throws {
    var bench = Bench(faults: [Self.deed(.userStarts, at: 10_000), Self.deed(.userShutsDown, at: 20_000)])
    _ = try bench.begin(Self.shutDown)
    bench.pass(15_000)
    if !whileMarked { bench.world.cells[0].instances[0].mark = nil }
    bench.pass(15_000)
    _ = try bench.begin(.start(on: "h1"), intent: "i2")
    #expect(bench.world.violations.map { $0.contains("no step of ours had stopped it") } == (whileMarked ? [] : [true]))
  }

  /// As with libvirt, on which tools rely that end a migration by a pause.
  @Test func aPauseInTheMiddleOfAMigrationEndsWithIt() throws {
    var bench = Bench(faults: [Self.deed(.userPauses, at: 500)])
    #expect(try bench.run(migrate(.live)).state == .done)
    #expect(bench.presence("h2") == .running)
  }

  @Test func aPauseInTheMiddleOfAMigrationThatFailsStays() throws {
    var bench = Bench(faults: [
      Self.deed(.userPauses, at: 500), SimulatedFault(.hostLoss, host: "h2", from: dawn.adding(milliseconds: 600)),
    ])
    if case .failed = try bench.run(migrate(.live)).state {} else { Issue.record("it did not fail") }
    #expect(bench.presence("h1") == .paused(.user))
    #expect(bench.copy("h1")?.suspendedBy == nil)
  }

  @Test func aDefinitionIsRemovedOrItsGuestBecomesTransient() {
    var bench = Bench([Self.off(), guest("web", on: "h2")], faults: [Self.deed(.userUndefines)])
    bench.pass(1000)
    #expect(bench.presence("h1") == .absent)
    #expect(bench.presence("h2") == .running)
    bench = Bench(faults: [Self.deed(.userUndefines)])
    bench.pass(1000)
    #expect(bench.copy("h1")?.persistent == false)
    #expect(bench.presence("h1") == .running)
  }

  @Test(arguments: [(nil, "h2"), ("h3", "h3")] as [(HostName?, HostName)])
  func aDefinitionElsewhereIsOffAndItsOwn(wanted: HostName?, host: HostName) {
    var bench = Bench(faults: [Self.deed(.userDefines, on: wanted)])
    bench.pass(1000)
    #expect(bench.presence(host) == .off(defined: true, disabled: false, reason: .unknown))
    #expect(bench.copy(host)?.autostart == false)
  }

  @Test func nothingIsDefinedWhereItsDisksAreNot() {
    var bench = Bench([guest(disk: "ssd")], faults: [Self.deed(.userDefines)])
    bench.pass(1000)
    #expect(bench.world.cells[0].copies(of: "uuid-web").count == 1)
  }

  /// t01: the guest is off in the middle of a cold move, and somebody restores it on a third host.
  @Test func aThirdHostStartsAGuestThatIsOff() throws {
    var bench = Bench(faults: [SimulatedFault(.startsElsewhere, host: "h3", step: "shutDown", afterMilliseconds: 5000)])
    _ = try bench.begin(Self.shutDown)
    bench.pass(6000)
    #expect(bench.presence("h3") == .running)
    #expect(bench.world.violations == [])
    #expect(bench.refusal(.start(on: "h1"), intent: "i2") == nil, "neither end of the step knows of a third host")
    #expect(bench.world.violations.contains { $0.contains("web runs on h1 and h3") })
  }

  @Test(arguments: [SimulatedFault(.daemonHang, host: "h1", times: 0), SimulatedFault(.hostLoss, host: "h2")])
  func whoLooksDoesNotStartWhileAHostIsSilent(silence: SimulatedFault) {
    var bench = Bench([Self.off()], faults: [silence, Self.deed(.startsElsewhere, on: "h3")])
    bench.pass(2000)
    #expect(bench.presence("h3") == .absent)
  }

  @Test func aGuestDoubledByOthersAloneIsNotHeldAgainstUs() {
    var bench = Bench(faults: [Self.deed(.startsTwice)])
    bench.pass(1000)
    #expect(bench.presence("h1") == .running && bench.presence("h2") == .running)
    #expect(bench.world.violations == [])
  }

  @Test func anErrorOfItsStorageHoldsAGuest() {
    var bench = Bench(faults: [Self.deed(.ioError)])
    bench.pass(1000)
    #expect(bench.presence("h1") == .paused(.ioError))
  }

  @Test func aStepSetsOffSoManyDeeds() throws {
    var bench = Bench(faults: [SimulatedFault(.userPauses, step: "migrate", afterMilliseconds: 100, times: 1)])
    _ = try bench.run(migrate(.live))
    #expect(bench.world.jobs.last?.transfer?.suspendedAt != nil)
    #expect(bench.world.pending == [])
    #expect(bench.world.faults[0].times == 0)
  }

  @Test(arguments: [
    #"{"kind": "userStarts", "instance": "web"}"#, #"{"kind": "userStarts", "from": "2027-01-15T08:00:00Z"}"#,
    #"{"kind": "daemonHang"}"#, #"{"kind": "userDances", "step": "migrate"}"#,
  ]) func anIncompleteOrUnknownFaultIsAMistake(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(SimulatedFault.self, from: Data(text.utf8)) }
  }

  @Test func whatIsPendingIsKeptInTheFile() throws {
    var slow = guest()
    slow.shutdownMilliseconds = 200_000
    var bench = Bench([slow], faults: [SimulatedFault(.userPauses, step: "shutDown", afterMilliseconds: 100_000)])
    _ = try bench.begin(.shutDown(timeoutMilliseconds: 10_000, onTimeout: .abort))
    bench.pass(10_000)
    #expect(bench.world.pending.count == 2)
    let read = try WorldFile.world(from: try WorldFile.data(of: bench.world), path: "world.json")
    #expect(read == bench.world)
  }
}
