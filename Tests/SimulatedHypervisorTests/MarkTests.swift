import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// One writer at a time: whose mark keeps whom off, and where marks go.
@Suite struct MarkTests {
  private func marked(by other: String = "w2", expiresIn milliseconds: Int) -> Bench {
    var guest = guest()
    guest.mark = WriterMark(
      fleet: "other", writer: WriterID(other), epoch: 7, intent: "theirs", expires: dawn.adding(milliseconds: milliseconds))
    return Bench([guest])
  }

  @Test(
    arguments: [
      (60_000, false, HypervisorError.Kind.otherWriter), (60_000, true, .otherWriter), (-1, false, .otherWriter), (-1, true, nil),
    ] as [(Int, Bool, HypervisorError.Kind?)])
  func anotherWritersMarkIsHeeded(expiresIn: Int, takesOver: Bool, refusal: HypervisorError.Kind?) {
    var bench = marked(expiresIn: expiresIn)
    bench.caller.writer.takesOver = takesOver
    let before = bench.world
    let seen = bench.world.observation(of: "east", declaredHosts: ["h1"], by: bench.caller)
    #expect(seen.instances[0].busy == (refusal != nil))
    #expect(bench.refusal(migrate(.live)) == refusal)
    if refusal != nil { #expect(bench.world == before) }
    #expect(bench.world.violations.isEmpty)
  }

  @Test func theRefusalNamesWriterFleetAndExpiry() {
    var bench = marked(expiresIn: 60_000)
    #expect(
      throws: HypervisorError(.otherWriter, "web is marked by writer w2 of fleet other until \(dawn.adding(milliseconds: 60_000))")
    ) { _ = try bench.begin(migrate(.live)) }
  }

  @Test func ourMarkIsWrittenFollowsTheGuestAndIsTakenOff() throws {
    var bench = Bench()
    _ = try bench.begin(migrate(.live))
    let mark = WriterMark(
      fleet: "prod", writer: "w1", epoch: 1, intent: "i1", expires: dawn.adding(milliseconds: WriterIdentity.markLifetimeMilliseconds))
    #expect(bench.copy("h1")?.mark == mark)
    bench.pass(60_000)
    #expect(bench.copy("h2")?.mark == mark)
    #expect(!bench.world.observation(of: "east", declaredHosts: ["h2"], by: bench.caller).instances[0].busy)
    bench.world.release("uuid-web", on: ["h1", "h2"], home: nil, in: "east", by: bench.caller)
    #expect(bench.copy("h2")?.mark == nil)
  }

  @Test func anotherWritersMarkIsNotTakenOff() {
    var bench = marked(expiresIn: 60_000)
    bench.world.release("uuid-web", on: ["h1"], home: nil, in: "east", by: bench.caller)
    #expect(bench.copy("h1")?.mark?.writer == "w2")
  }

  @Test func anotherWriterCannotControlOurJob() throws {
    var bench = Bench()
    let job = try bench.begin(migrate(.live))
    let other = SimulatedCaller(writer: writer("w2"), wall: dawn)
    let before = bench.world
    #expect(throws: HypervisorError.self) { try bench.world.control(job, .abort, by: other) }
    #expect(bench.world == before)
  }

  @Test func aLongJobsMarkIsRenewedAtHalfItsLife() throws {
    let half = WriterIdentity.markLifetimeMilliseconds / 2
    var bench = Bench(faults: [SimulatedFault(.stall)])
    let job = try bench.begin(migrate(.live))
    bench.pass(half)
    #expect(!bench.world.needsRenewal(job, by: bench.caller))
    bench.pass(1)
    #expect(bench.world.needsRenewal(job, by: bench.caller))
    bench.world.renewMark(of: job, by: bench.caller)
    #expect(bench.copy("h1")?.mark?.expires == bench.caller.wall.adding(milliseconds: 2 * half))
  }

  @Test func aJobMakesItsInstanceBusyOnBothHosts() throws {
    var bench = Bench()
    _ = try bench.begin(migrate(.live))
    let seen = bench.world.observation(of: "east", declaredHosts: ["h1", "h2"], by: bench.caller)
    #expect(seen.instances.map(\.busy) == [true, true])
    #expect(seen.instances.map(\.power) == [.running, .paused])
  }
}
