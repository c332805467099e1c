import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// Shutdowns that are given up and heeded after all.
@Suite struct ShutdownTests {
  private static let tenSeconds = Step.Action.shutDown(timeoutMilliseconds: 10_000, onTimeout: .abort)

  private static func slow() -> SimulatedInstance {
    var slow = guest()
    slow.shutdownMilliseconds = 16_000
    return slow
  }

  @Test func aGuestGoesOffAfterItsShutdownWasGivenUp() throws {
    var bench = Bench([Self.slow()])
    let job = try bench.begin(Self.tenSeconds)
    bench.pass(15_999)
    guard case .failed(let text) = bench.world.progress(of: job).state else { return #expect(Bool(false), "must have failed") }
    #expect(text.contains("did not shut down within 10 s"))
    #expect(bench.presence("h1") == .running)
    bench.pass(1)
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .shutDown))
    #expect(bench.copy("h1")?.stoppedBy == "i1", "it was us who asked")
    _ = try bench.run(.start(on: "h1"), intent: "i2")
    #expect(bench.world.violations == [])
  }

  @Test func oneThatIgnoresTheButtonNeverDoes() throws {
    var deaf = Self.slow()
    deaf.ignoresAcpi = true
    var bench = Bench([deaf])
    _ = try bench.run(Self.tenSeconds)
    #expect(bench.presence("h1") == .running)
    #expect(bench.world.pending == [])
  }

  @Test func itGoesOffInTheMiddleOfALaterMigrationWhichFails() throws {
    var large = Self.slow()
    large.memoryMaxBytes = 12 * gib
    var bench = Bench([large])
    _ = try bench.begin(Self.tenSeconds)
    bench.pass(10_000)
    let job = try bench.begin(migrate(.live), intent: "i2")
    bench.pass(10_000)
    guard case .failed(let text) = bench.world.progress(of: job).state else { return #expect(Bool(false), "must have failed") }
    #expect(text.contains("was shut down"))
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .shutDown))
    #expect(bench.presence("h2") == .absent)
  }

  @Test func aNewBootHasForgottenIt() throws {
    let start = SimulatedFault(.userStarts, instance: "web", from: dawn.adding(milliseconds: 13_000))
    let stop = SimulatedFault(.userShutsDown, instance: "web", from: dawn.adding(milliseconds: 12_000))
    var bench = Bench([Self.slow()], faults: [stop, start])
    _ = try bench.run(Self.tenSeconds)
    #expect(bench.presence("h1") == .running)
    #expect(bench.copy("h1")?.stoppedBy == nil)
    #expect(bench.copy("h1")?.bootsButOthers == 1)
  }

  @Test func ofTwoWhoAskedNobodyKnowsWhomItHeeded() throws {
    let stop = SimulatedFault(.userShutsDown, instance: "web", from: dawn.adding(milliseconds: 1000))
    var bench = Bench([Self.slow()], faults: [stop])
    #expect(try bench.run(Self.tenSeconds).state == .done)
    #expect(bench.copy("h1")?.stoppedBy == "i1")
  }
}
