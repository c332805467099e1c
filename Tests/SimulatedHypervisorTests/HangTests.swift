import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// Daemons that hang and wake while their guests run on.
@Suite struct HangTests {
  private static func hang(_ host: HostName, from: Int = 0, until: Int = 60_000, calls: Int = 0) -> SimulatedFault {
    SimulatedFault(
      .daemonHang, host: host, from: dawn.adding(milliseconds: from), until: dawn.adding(milliseconds: until), times: calls)
  }
  private static let pausedOnArrival = Step.Action.migrate(
    MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy(), arrivesPaused: true))

  @Test func aHungHostAnswersNothingAndItsGuestsRunOn() {
    var bench = Bench(faults: [Self.hang("h1")])
    #expect(bench.presence("h1") == .unreachable(reason: "its daemon does not answer"))
    #expect(bench.world.check(step(migrate(.live)), by: bench.caller).map(\.code) == [.unreachable])
    #expect(bench.refusal(migrate(.live)) == .retryLater)
    bench.pass(60_000)
    #expect(bench.presence("h1") == .running)
    #expect(bench.copy("h1")?.bootCount == 1)
  }

  @Test func aCallBegunMeanwhileTakesEffectWhenItWakes() throws {
    var bench = Bench(faults: [Self.hang("h1", calls: 1)])
    let shutDown = Step.Action.shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort)
    #expect(bench.refusal(shutDown, intent: "i1") == .unknownOutcome)
    #expect(bench.refusal(shutDown, intent: "i2") == .retryLater, "only one call does")
    bench.pass(59_999)
    #expect(bench.copy("h1")?.mark == nil)
    #expect(bench.world.find("i1", step: step(shutDown)) == nil)
    bench.pass(1)
    #expect(bench.copy("h1")?.mark?.intent == "i1")
    #expect(bench.world.find("i1", step: step(shutDown)) != nil)
    bench.pass(3000)
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .shutDown))
  }

  @Test func aCallThatDoesNotFitAnyMoreWhenItWakesIsRefusedUnheard() throws {
    let gone = SimulatedFault(.userShutsDown, instance: "web", host: "h1", from: dawn.adding(milliseconds: 60_001))
    var bench = Bench(faults: [Self.hang("h2", calls: 1), gone])
    #expect(bench.refusal(migrate(.live)) == .unknownOutcome)
    bench.world.cells[0].instances[0].power = .off
    bench.pass(120_000)
    #expect(bench.presence("h2") == .absent)
    #expect(bench.world.jobs == [])
  }

  @Test(arguments: ["h1", "h2"] as [HostName]) func beforeTheHandOverAMigrationStandsStillUntilTheDaemonWakes(host: HostName) throws {
    var bench = Bench(faults: [Self.hang(host, from: 500)])
    let job = try bench.begin(migrate(.live))
    bench.pass(59_000)
    #expect(bench.world.jobs[0].isRunning)
    if host == "h2" { #expect(bench.world.progress(of: job).bytesPerSecond == 0) }
    bench.pass(10_000)
    #expect(bench.world.progress(of: job).state == .done)
    #expect(bench.presence("h2") == .running)
  }

  @Test func orUntilItIsAborted() throws {
    var bench = Bench(faults: [Self.hang("h2", from: 500)])
    let job = try bench.begin(migrate(.live))
    bench.pass(6000)
    try bench.world.control(job, .abort, by: bench.caller)
    bench.pass(60_000)
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
    #expect(bench.world.violations == [])
  }

  @Test func aSilenceShorterThanTheKeepaliveOnlyDelaysTheHandOver() throws {
    var bench = Bench(faults: [SimulatedFault(.handOverHang, delayMilliseconds: 14_000)])
    let job = try bench.begin(migrate(.live))
    bench.pass(10_000)
    #expect(bench.presence("h1") == .paused(.migration))
    #expect(bench.presence("h2") == .unreachable(reason: "its daemon does not answer"))
    bench.pass(10_000)
    #expect(bench.world.progress(of: job).state == .done)
    #expect(bench.presence("h2") == .running)
    #expect(bench.presence("h1") == .absent)
  }

  /// libvirt's hole: nobody did anything wrong, and the guest runs twice.
  @Test func aLongerOneDoublesAGuestThatArrivesRunning() throws {
    var bench = Bench(faults: [SimulatedFault(.handOverHang, delayMilliseconds: 40_000)])
    let job = try bench.begin(migrate(.live))
    bench.pass(20_000)
    guard case .failed(let text) = bench.world.progress(of: job).state else { return #expect(Bool(false), "must have failed") }
    #expect(text.contains("keepalive"))
    #expect(bench.presence("h1") == .running)
    #expect(bench.world.violations == [])
    bench.pass(40_000)
    #expect(bench.presence("h2") == .running)
    #expect(bench.world.violations.map { $0.contains("web runs on h1 and h2") } == [true])
  }

  @Test func butNotOneThatArrivesPaused() throws {
    var bench = Bench(faults: [SimulatedFault(.handOverHang, delayMilliseconds: 40_000)])
    _ = try bench.begin(Self.pausedOnArrival)
    bench.pass(60_000)
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .paused(.user))
    #expect(bench.refusal(.resume(on: "h2"), intent: "i2") == .refusedNothingHappened, "its source is alive")
    #expect(bench.world.violations == [])
  }

  @Test func aSourceThatHangsAtTheHandOverGoesOnWhenItWakes() throws {
    // A quiet GiB takes a second; the switch another 50 ms.
    var bench = Bench(faults: [Self.hang("h1", from: 1010)])
    let job = try bench.begin(migrate(.live))
    bench.pass(70_000)
    guard case .failed = bench.world.progress(of: job).state else { return #expect(Bool(false), "must have failed") }
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
    #expect(bench.world.violations == [])
  }

  @Test func aGuestThatArrivesPausedStandsUntilOurResume() throws {
    var bench = Bench()
    #expect(try bench.run(Self.pausedOnArrival).state == .done)
    #expect(bench.presence("h1") == .absent)
    #expect(bench.presence("h2") == .paused(.user))
    #expect(try bench.run(.resume(on: "h2"), intent: "i2").state == .done)
    #expect(bench.presence("h2") == .running)
    #expect(bench.copy("h2")?.bootCount == 1)
    #expect(bench.world.violations == [])
  }

  @Test func oneThatItsUserHadPausedIsNotOurs() throws {
    var paused = guest()
    paused.power = .paused
    var bench = Bench([paused])
    _ = try bench.run(Self.pausedOnArrival)
    _ = try bench.run(.resume(on: "h2"), intent: "i2")
    #expect(bench.world.violations.map { $0.contains("its user paused it") } == [true])
  }
}
