import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// Memory on two hosts at once: never aborted, and taken up again after a break.
@Suite struct PostCopyTests {
  static let allowed = migrate(.live, policy: .with { $0.postCopy = true })

  private func inPostCopy(_ faults: [SimulatedFault] = []) throws -> (Bench, JobRef) {
    var guest = guest(memory: 4 * gib)
    guest.dirtyBytesPerSecond = 4 * gib
    var bench = Bench([guest], faults: faults)
    let job = try bench.begin(Self.allowed)
    bench.pass(6000)
    try bench.world.control(job, .startPostCopy, by: bench.caller)
    return (bench, job)
  }

  @Test func theGuestRunsAtTheDestinationWhileItsMemoryFollows() throws {
    var (bench, job) = try inPostCopy()
    #expect(bench.presence("h1") == .postCopySource)
    #expect(bench.presence("h2") == .postCopyTarget(failed: false))
    #expect(bench.world.progress(of: job).postCopy)
    #expect(throws: HypervisorError.self) { try bench.world.control(job, .abort, by: bench.caller) }
    bench.pass(60_000)
    #expect(bench.world.progress(of: job).state == .done)
    #expect(bench.presence("h1") == .absent)
    #expect(bench.presence("h2") == .running)
    #expect(bench.world.violations.isEmpty)
  }

  @Test func aBreakSplitsTheGuestUntilItIsTakenUpAgain() throws {
    var (bench, job) = try inPostCopy([SimulatedFault(.connectionCut, step: "migrate", afterMilliseconds: 6500)])
    bench.pass(3_600_000)
    guard case .unknown = bench.world.progress(of: job).state else { return #expect(Bool(false), "nothing was undone") }
    #expect(bench.presence("h1") == .postCopySource)
    #expect(bench.presence("h2") == .postCopyTarget(failed: true))
    #expect(bench.refusal(.undefine(on: "h1"), intent: "i9") == .refusedNothingHappened)
    #expect(try bench.run(.resumePostCopy, intent: "i2").state == .done)
    #expect(bench.presence("h1") == .absent)
    #expect(bench.presence("h2") == .running)
  }

  @Test func itMustHaveBeenAskedForAndMemoryMustBeMoving() throws {
    var bench = Bench([guest(disk: "ssd")])
    let job = try bench.begin(migrate(.block, disks: [copyOfVda], policy: .with { $0.postCopy = true }))
    #expect(throws: HypervisorError.self) { try bench.world.control(job, .startPostCopy, by: bench.caller) }
    var without = Bench()
    let plain = try without.begin(migrate(.live))
    without.pass(100)
    #expect(throws: HypervisorError.self) { try without.world.control(plain, .startPostCopy, by: without.caller) }
    #expect(without.presence("h1") == .running)
  }
}
