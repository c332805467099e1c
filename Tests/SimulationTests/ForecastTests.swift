import Execution
import Fleet
import Reconciler
import SimulatedHypervisor
import StateStore
import Testing

/// What was predicted of a migration before it began, against what the simulated world, which shares no code with the prediction, made of it.
@Suite struct ForecastTests {
  static let gib = 1 << 30
  static let mib = 1 << 20

  struct Case: Sendable, CustomTestStringConvertible {
    var memoryGiB: Int
    var dirtyMiB: Int
    var workingSetMiB: Int
    var testDescription: String { "\(memoryGiB) GiB, \(dirtyMiB) MiB/s into \(workingSetMiB) MiB" }
  }

  static let cases = [
    Case(memoryGiB: 1, dirtyMiB: 0, workingSetMiB: 1), Case(memoryGiB: 4, dirtyMiB: 20, workingSetMiB: 512),
    Case(memoryGiB: 4, dirtyMiB: 80, workingSetMiB: 2048), Case(memoryGiB: 2, dirtyMiB: 1000, workingSetMiB: 12),
    Case(memoryGiB: 8, dirtyMiB: 300, workingSetMiB: 64), Case(memoryGiB: 2, dirtyMiB: 400, workingSetMiB: 40),
  ]

  /// One guest that has to leave its host over a link of 128 MiB/s.
  private static func fleet(_ story: Case) -> RandomFleet {
    let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
    var fleet = RandomFleet(seed: 1)
    fleet.desired = DesiredFleet(name: "simulation", cells: [], hosts: [], instances: [], location: place)
    fleet.desired.cells = [
      DesiredCell(
        name: "east", connection: .simulated(SimulatedConnection(world: "memory")), networkBytesPerSecond: 128 * mib, location: place)
    ]
    fleet.desired.hosts = ["a", "b"].map { DesiredHost(name: $0, cell: "east", location: place) }
    fleet.desired.hosts[0].maintenance = Maintenance(location: place)
    fleet.desired.instances = [DesiredInstance(name: "web", cell: "east", location: place)]
    let hosts = ["a", "b"].map {
      SimulatedHost(
        name: $0, memoryBytes: 64 * gib, cpus: 16, storages: [StorageObservation(id: "nfs", identity: "nfs", shared: true, freeBytes: gib)])
    }
    var guest = SimulatedInstance(uuid: "web", name: "web", host: "a", memoryMaxBytes: story.memoryGiB * gib)
    guest.disks = [DiskObservation(target: "vda", storage: "nfs", virtualBytes: gib, allocatedBytes: gib)]
    guest.dirtyBytesPerSecond = story.dirtyMiB * mib
    guest.workingSetBytes = story.workingSetMiB * mib
    var cell = SimulatedCell(name: "east", linkBytesPerSecond: 128 * mib, hosts: hosts)
    cell.instances = [guest]
    fleet.world = SimulatedWorld(cells: [cell])
    fleet.foreign = nil
    return fleet
  }

  @Test(arguments: cases) func timeAndPauseComeAsPredicted(story: Case) async throws {
    let simulation = try Simulation(fleet: Self.fleet(story), seed: 1)
    let result = try await simulation.pass()
    let told = await simulation.describe(result)
    #expect(result.succeeded.count == 1, "\(told)")
    let journal = try #require(try await simulation.keeper.call { try $0.operations(limit: 1) }.first)
    let forecast = try #require(journal.record.forecast)
    let end = try #require(journal.steps.first { $0.step.isLiveMigration }?.statistics)
    let total = try #require(forecast.totalMilliseconds)
    // The world adds 50 ms for the switch; limits are set when a look comes, up to 250 ms late, which may cost one more round.
    let round = max(250, forecast.downtimeNeededMilliseconds)
    #expect(abs(end.elapsedMilliseconds - 50 - total) <= 2 * round + total / 100, "\(forecast), took \(end.elapsedMilliseconds) ms")
    let downtime = try #require(forecast.downtimeMilliseconds)
    #expect(abs(try #require(end.downtimeMilliseconds) - 50 - downtime) <= max(10, downtime / 10), "\(forecast), \(end)")
  }

  /// Pre-copy that needs 2 s of pause and may take 500 ms: said before it begins, and seen while it runs.
  @Test func whatCannotConvergeIsForetold() async throws {
    let simulation = try Simulation(fleet: Self.fleet(Case(memoryGiB: 1, dirtyMiB: 100_000, workingSetMiB: 256)), seed: 1)
    let result = try await simulation.pass()
    let machine = try #require(result.moves.first)
    #expect(machine.endState == .failed && machine.endDetail.contains("it no longer gained on its guest"), "\(machine.endDetail)")
    #expect(machine.forecast?.totalMilliseconds == nil && machine.forecast?.downtimeNeededMilliseconds == 2000)
  }
}
