import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// The world finds out when it was made to do what should never happen.
@Suite struct AuditTests {
  @Test func twoRunningCopies() throws {
    var bench = Bench([guest(), guest("db", on: "h2")])
    bench.world.cells[0].instances.append(guest("web", on: "h3"))
    _ = try bench.run(migrate(.live))
    #expect(bench.world.violations.contains { $0.contains("web runs on") })
  }

  @Test func moreMemoryThanDeclared() throws {
    var bench = Bench([guest(), guest("db", on: "h2", memory: 8 * gib)])
    bench.caller.capacities["h2"] = CapacityPolicy(reservedMemoryBytes: 8 * gib)
    #expect(bench.world.check(step(migrate(.live)), by: bench.caller).map(\.code) == [.memory])
    _ = try bench.run(migrate(.live))
    #expect(bench.world.violations.map { $0.contains("charges h2 9216 MiB of 8192 MiB") } == [true])
  }

  @Test func moreProcessorsThanDeclared() throws {
    var bench = Bench()
    bench.caller.capacities["h2"] = CapacityPolicy(reservedMemoryBytes: 0, reservedVcpus: 8)
    _ = try bench.run(migrate(.live))
    #expect(bench.world.violations.map { $0.contains("1 of 0 virtual processors") } == [true])
  }

  @Test func theSourceIsNotChargedAgainForAGuestThatComesBack() throws {
    var bench = Bench([guest(memory: 12 * gib)])
    bench.caller.capacities["h1"] = CapacityPolicy(reservedMemoryBytes: 8 * gib)
    _ = try bench.run(.shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort), intent: "i1")
    _ = try bench.run(.start(on: "h1"), intent: "i2")
    #expect(bench.world.violations.isEmpty, "it is no worse than before")
  }

  @Test func startingAGuestThatNobodyOfUsStopped() throws {
    var off = guest()
    off.power = .off
    var bench = Bench([off])
    _ = try bench.run(.start(on: "h1"))
    #expect(bench.world.violations.map { $0.contains("no step of ours had stopped it") } == [true])
  }

  @Test func aChangeUnderAnotherWritersLiveMark() {
    var guest = guest()
    guest.mark = WriterMark(fleet: "f", writer: "w2", epoch: 1, intent: "x", expires: dawn.adding(milliseconds: 1))
    var bench = Bench([guest])
    let before = bench.world.cells[0].copies(of: "uuid-web")
    bench.world.auditMarks(step(.define()), 0, before: before, by: bench.caller)
    #expect(bench.world.violations.isEmpty)
    bench.world.cells[0].instances[0].disabled = true
    bench.world.auditMarks(step(.define()), 0, before: before, by: bench.caller)
    #expect(bench.world.violations.map { $0.contains("which writer w2 had marked") } == [true])
  }

  @Test func itStopsCountingAtItsLimit() throws {
    var off = guest()
    off.power = .off
    var bench = Bench([off])
    for number in 0..<(SimulatedWorld.violationsMax + 5) {
      _ = try bench.run(.start(on: "h1"), intent: IntentID("i\(number)"))
      bench.world.cells[0].instances[0].power = .off
    }
    #expect(bench.world.violations.count == SimulatedWorld.violationsMax)
  }
}
