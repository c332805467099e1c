import Fleet
import Reconciler
import SimulatedHypervisor
import StateStore
import Testing

/// Fleets whose policy pauses guests that do not converge, over links that break, with the process stopped at any write of the journal: no
/// guest is left paused by us, and none that its user paused is ever resumed (the world itself notes that).
@Suite struct SuspensionTests {
  /// Busy guests that write faster than their link carries, a policy that pauses them after 4 s or more, and transfers that break about then.
  private static func fleet(seed: UInt64) -> RandomFleet {
    var fleet = RandomFleet(seed: seed)
    var policy = MigrationPolicy()
    policy.onTimeout = .suspend
    policy.completionTimeoutMillisecondsPerGiB = 2000
    let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
    fleet.desired.policies = [DesiredPolicy(name: "pausing", policy: policy, location: place)]
    for cell in fleet.desired.cells.indices { fleet.desired.cells[cell].migrationPolicy = "pausing" }
    for cell in fleet.world.cells.indices {
      fleet.world.cells[cell].linkBytesPerSecond = 256 << 20
      for guest in fleet.world.cells[cell].instances.indices {
        fleet.world.cells[cell].instances[guest].dirtyBytesPerSecond = 8 << 30
        fleet.world.cells[cell].instances[guest].workingSetBytes = 512 << 20
      }
    }
    return fleet
  }

  private static func breakLinks(_ simulation: Simulation, _ random: inout SeededRandom) {
    simulation.worlds.meddle { world in
      world.faults = (0..<3).map { _ in
        SimulatedFault(.connectionCut, step: "migrate", afterMilliseconds: 3000 + random.below(20_000), times: 1 + random.below(3))
      }
    }
  }

  /// Guests that stand paused, by whom.
  private static func paused(_ world: SimulatedWorld) -> (byUs: [String], byUsers: [String]) {
    let paused = world.cells.flatMap(\.instances).filter { $0.power == .paused }
    return (
      paused.filter { $0.suspendedBy != nil }.map(\.name.rawValue), paused.filter { $0.suspendedBy == nil }.map(\.name.rawValue).sorted()
    )
  }

  @Test(arguments: Seeds.forSuspensions) func whereverItStopsNoGuestIsLeftPaused(seed: UInt64) async throws {
    for moment in [JournalMoment.before, .after] {
      var stopAt = 0
      while try await isStopped(seed: seed, at: stopAt, moment) {
        stopAt += 1
        try #require(stopAt < StopSweepTests.writesMax, "seed \(seed): the sweep must end")
      }
    }
  }

  private func isStopped(seed: UInt64, at stopAt: Int, _ moment: JournalMoment) async throws -> Bool {
    let simulation = try Simulation(fleet: Self.fleet(seed: seed), seed: seed)
    var random = SeededRandom(seed: seed ^ 0x5a5)
    let byUsers = Self.paused(simulation.worlds.peek()).byUsers
    Self.breakLinks(simulation, &random)
    var stopped = false
    do {
      _ = try await simulation.pass(stopAt: stopAt, moment)
    } catch is SimulatedCrash {
      stopped = true
    } catch Refusal.anotherWriter where simulation.foreign != nil {}
    let label: Comment = "seed \(seed), stopped \(moment) write \(stopAt)"
    if !stopped { #expect(Self.paused(simulation.worlds.peek()).byUs == [], label) }
    simulation.endFaults()
    #expect(try await simulation.settle() != nil, label)
    #expect(simulation.broken == [], label)
    let end = Self.paused(simulation.worlds.peek())
    #expect(end.byUs == [], label)
    #expect(end.byUsers == byUsers, label)
    return stopped
  }

  /// The fleets above must really do what they are there for.
  @Test func guestsArePausedResumedAndArriveRunning() async throws {
    var (suspended, resumed, arrived) = (0, 0, 0)
    for seed in UInt64(0)..<40 {
      let simulation = try Simulation(fleet: Self.fleet(seed: seed), seed: seed)
      var random = SeededRandom(seed: seed ^ 0x5a5)
      Self.breakLinks(simulation, &random)
      do { _ = try await simulation.pass() } catch Refusal.anotherWriter where simulation.foreign != nil {}
      for journal in try await simulation.keeper.call({ try $0.operations(limit: 100) }) {
        guard journal.steps.contains(where: { $0.suspendedAt != nil }) else { continue }
        suspended += 1
        if journal.record.state == .succeeded { arrived += 1 }
        if journal.steps.contains(where: { $0.step.name == "resume" && $0.state == .done }) { resumed += 1 }
      }
    }
    #expect(suspended > 20 && resumed > 5 && arrived > 5, "\(suspended) paused, \(resumed) resumed, \(arrived) arrived")
  }
}
