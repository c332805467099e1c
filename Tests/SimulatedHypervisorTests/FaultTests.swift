import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// Each fault, what it shows and what it leaves.
@Suite struct FaultTests {
  @Test func aLostReplyIsAnEffectWithoutAnAnswer() throws {
    var bench = Bench(faults: [SimulatedFault(.lostReply)])
    #expect(bench.refusal(migrate(.live)) == .unknownOutcome)
    let job = try #require(bench.world.find("i1", step: step(migrate(.live))))
    bench.pass(60_000)
    #expect(bench.world.progress(of: job).state == .done)
    #expect(bench.presence("h2") == .running)
  }

  @Test(arguments: [
    (SimulatedFault.Kind.refuse, HypervisorError.Kind.refusedNothingHappened), (.destinationOutOfMemory, .refusedNothingHappened),
    (.retryLater, .retryLater),
  ])
  func aRefusalStrikesAsOftenAsItSays(kind: SimulatedFault.Kind, error: HypervisorError.Kind) {
    var bench = Bench(faults: [SimulatedFault(kind, times: 2)])
    #expect(bench.refusal(migrate(.live), intent: "i1") == error)
    #expect(bench.refusal(migrate(.live), intent: "i2") == error)
    #expect(bench.presence("h2") == .absent)
    #expect(bench.copy("h1")?.mark == nil)
    #expect(bench.refusal(migrate(.live), intent: "i3") == nil)
  }

  @Test(arguments: [
    SimulatedFault(.refuse, instance: "db"), SimulatedFault(.refuse, host: "h3"), SimulatedFault(.refuse, step: "shutDown"),
    SimulatedFault(.refuse, from: dawn.adding(milliseconds: 1)), SimulatedFault(.refuse, until: dawn), SimulatedFault(.refuse, times: 0),
  ])
  func aFaultForSomethingElseDoesNotStrike(fault: SimulatedFault) {
    var bench = Bench(faults: [fault])
    #expect(bench.refusal(migrate(.live)) == nil)
  }

  @Test func aStallStopsAndGoesOn() throws {
    let until = dawn.adding(milliseconds: 20_000)
    var bench = Bench(faults: [SimulatedFault(.stall, afterBytes: gib / 2, until: until)])
    let job = try bench.begin(migrate(.live))
    bench.pass(10_000)
    #expect(bench.world.progress(of: job).processedBytes == gib / 2)
    #expect(bench.world.progress(of: job).bytesPerSecond == 0)
    bench.pass(9_999)
    #expect(bench.world.progress(of: job).processedBytes == gib / 2)
    bench.pass(10_000)
    #expect(bench.world.progress(of: job).state == .done)
  }

  @Test func anEndlessStallCanBeAborted() throws {
    var bench = Bench(faults: [SimulatedFault(.stall, afterMilliseconds: 100)])
    let job = try bench.begin(migrate(.live))
    bench.pass(86_400_000)
    #expect(bench.world.progress(of: job).state == .running)
    try bench.world.control(job, .abort, by: bench.caller)
    guard case .failed(let text) = bench.world.progress(of: job).state else { return #expect(Bool(false), "must have failed") }
    #expect(text.contains("aborted"))
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
  }

  @Test(arguments: [0, 500, 1010])
  func aCutBeforeTheSwitchLeavesTheGuestAtItsSource(milliseconds: Int) throws {
    var bench = Bench(faults: [SimulatedFault(.connectionCut, afterMilliseconds: milliseconds)])
    guard case .failed = try bench.run(migrate(.live)).state else { return #expect(Bool(false), "must have failed") }
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
  }

  @Test func aCrashAtTheSourceEndsTheGuestAndTheArrivingHalf() throws {
    var bench = Bench(faults: [SimulatedFault(.crash, afterMilliseconds: 500)])
    guard case .failed = try bench.run(migrate(.live)).state else { return #expect(Bool(false), "must have failed") }
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .crashed))
    #expect(bench.presence("h2") == .absent)
  }

  @Test(arguments: ["h1", "h2"] as [HostName])
  func aHostCutOffBreaksItsMigrationsWhileItsGuestsRunOn(host: HostName) throws {
    let from = dawn.adding(milliseconds: 500)
    let until = dawn.adding(milliseconds: 60_000)
    var bench = Bench(faults: [SimulatedFault(.hostLoss, host: host, from: from, until: until)])
    let job = try bench.begin(migrate(.live))
    bench.pass(1000)
    #expect(bench.presence(host) == .unreachable(reason: "no route to host"))
    if host == "h1", case .unknown = bench.world.progress(of: job).state {} else { #expect(host == "h2") }
    bench.pass(60_000)
    guard case .failed = bench.world.progress(of: job).state else { return #expect(Bool(false), "must have failed") }
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
  }

  @Test func aHostThatGoesDownTakesItsGuestsAndComesUpWithThoseThatStartAlone() throws {
    var lonely = guest("db")
    lonely.autostart = false
    var disabled = guest("old")
    disabled.power = .off
    disabled.disabled = true
    let eager = guest("app")
    let fault = SimulatedFault(.hostCrash, host: "h1", from: dawn.adding(milliseconds: 500), until: dawn.adding(milliseconds: 60_000))
    var bench = Bench([guest(), lonely, disabled, eager], faults: [fault])
    let job = try bench.begin(migrate(.live))
    bench.pass(1000)
    #expect(bench.presence("h1") == .unreachable(reason: "the host is down"))
    #expect(bench.presence("h2") == .absent, "the arriving half ends with its source")
    bench.pass(60_000)
    guard case .unknown = bench.world.progress(of: job).state else { return #expect(Bool(false), "nobody knows how it ended") }
    #expect(bench.presence("h1", of: "app") == .running)
    #expect(bench.world.cells[0].copy(of: "uuid-app", on: "h1")?.bootCount == 2)
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .crashed), "its mark had taken its autostart off")
    #expect(bench.presence("h1", of: "db") == .off(defined: true, disabled: false, reason: .crashed))
    #expect(bench.presence("h1", of: "old") == .off(defined: true, disabled: true, reason: .shutDown))
    #expect(bench.world.violations.isEmpty)
  }

  @Test func aDestinationThatGoesDownLeavesTheGuestAtItsSource() throws {
    var bench = Bench(faults: [SimulatedFault(.hostCrash, host: "h2", from: dawn.adding(milliseconds: 500))])
    guard case .failed = try bench.run(migrate(.live)).state else { return #expect(Bool(false), "must have failed") }
    #expect(bench.presence("h1") == .running)
  }

  @Test func aCopyThatBreaksTakesItsHalfVolumeAway() throws {
    var off = guest(disk: "ssd")
    off.power = .off
    var bench = Bench([off], faults: [SimulatedFault(.connectionCut, step: "copyDisk", afterBytes: gib)])
    guard case .failed = try bench.run(.copyDisk(copyOfVda)).state else { return #expect(Bool(false), "must have failed") }
    #expect(bench.volumes("h2").isEmpty)
    #expect(bench.free("ssd", "h2") == 20 * gib)
    #expect(try bench.run(.copyDisk(copyOfVda), intent: "i2").state == .done)
  }

  @Test(arguments: [(2000, nil), (8000, "no answer within 5 s"), (nil, "no answer within 5 s")] as [(Int?, String?)])
  func aSlowHostIsSilentOnceTheDeadlineIsOver(delay: Int?, reason: String?) {
    let bench = Bench(faults: [SimulatedFault(.slowObserve, host: "h1", delayMilliseconds: delay)])
    let seen = bench.world.observation(of: "east", declaredHosts: ["h1", "h2"], by: bench.caller, deadlineMilliseconds: 5000)
    #expect(seen.hosts.map(\.reachable) == [reason == nil, true])
    #expect(seen.hosts[0].unreachableReason == reason)
    #expect(seen.instances.isEmpty == (reason != nil))
  }
}
