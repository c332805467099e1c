import Fleet
import FoundationEssentials
import Hypervisor
import SimulatedHypervisor
import Testing

/// The worlds that are shipped: sound, and such that the moves their manifests ask for succeed.
@Suite struct ExampleWorldTests {
  static let manifests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "manifests")
  static let worlds = ["world/east.json", "world/west.json", "examples/minimal/world/minimal.json"]

  private func world(_ path: String) throws -> SimulatedWorld {
    let file = Self.manifests.appending(path: path)
    return try WorldFile.world(from: try Data(contentsOf: file), path: path)
  }

  @Test(arguments: worlds)
  func aShippedWorldIsSound(path: String) throws {
    let world = try world(path)
    for cell in world.cells {
      #expect(Set(cell.instances.map(\.uuid)).count == cell.instances.count)
      #expect(Set(cell.instances.map(\.name)).count == cell.instances.count)
      for host in cell.hosts {
        #expect(cell.chargedMemoryBytes(on: host.name) <= CapacityPolicy().memoryBytes(of: host.memoryBytes), "\(host.name)")
      }
      for guest in cell.instances {
        let host = try #require(cell.host(guest.host), "\(guest.name)")
        let pools = Set(host.storages.map(\.id))
        #expect(guest.disks.allSatisfy { $0.storage.map { pools.contains($0) } ?? true }, "\(guest.name)")
      }
    }
  }

  struct Wanted: Sendable, CustomTestStringConvertible {
    var guest: InstanceName
    var mode: MigrationMode
    /// Targets of copied disks.
    var copies: [String] = []
    var testDescription: String { "\(guest) \(mode)" }
  }
  static let wanted = [
    Wanted(guest: "web-3", mode: .live), Wanted(guest: "api-2", mode: .live), Wanted(guest: "db-2", mode: .block, copies: ["vda"]),
    Wanted(guest: "build-1", mode: .block, copies: ["vdb"]), Wanted(guest: "installer-1", mode: .block, copies: ["vda"]),
    Wanted(guest: "gpu-1", mode: .cold, copies: ["vdb"]), Wanted(guest: "archive-1", mode: .offline),
    Wanted(guest: "template-1", mode: .offline, copies: ["vda"]),
  ]

  @Test(arguments: wanted)
  func theHostInMaintenanceCanBeEmptied(_ wanted: Wanted) throws {
    var world = try world("world/east.json")
    let guest = try #require(world.cells[0].instances.first { $0.name == wanted.guest })
    #expect(guest.host == "hv3")
    let disks = wanted.copies.map { DiskMove(target: $0, action: .copy, toPool: "ssd", fromPool: "ssd", bytes: 0) }
    let move = Move(
      id: "m1", instance: guest.name, uuid: guest.uuid, cell: "east", from: "hv3", to: "hv5", mode: wanted.mode, storage: .mixed,
      disks: disks,
      reason: MoveReason(kind: .maintenance, text: ""), bytes: 0, cost: 0)
    let driver = SimulatedHypervisor(
      cell: DesiredCell(name: "east", connection: .simulated(SimulatedConnection(world: "")), location: nowhere), hosts: [],
      writer: writer(), store: MemoryWorldStore(world, clock: { dawn }))
    let caller = SimulatedCaller(writer: writer(), wall: dawn)
    for (index, step) in try driver.steps(for: move, policy: .with { $0.autoConverge = true }).enumerated() {
      let job = try world.begin(step, intent: IntentID("i\(index)"), by: caller)
      world.advance(to: world.clock.at.adding(milliseconds: 900_000))
      #expect(world.progress(of: job).state == .done, "\(step.name)")
    }
    #expect(world.cells[0].copies(of: guest.uuid).map(\.host) == ["hv5"])
    #expect(world.violations.isEmpty)
  }

  @Test func theBlockedGuestIsBlocked() throws {
    let world = try world("world/east.json")
    let guest = try #require(world.cells[0].instances.first { $0.name == "license-1" })
    let live = Step(
      .migrate(MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy())), instance: guest.name, uuid: guest.uuid, cell: "east",
      source: "hv3", destination: "hv5")
    #expect(world.check(live, by: SimulatedCaller(writer: writer(), wall: dawn)).map(\.code) == [.hostDevice])
  }
}
