import Fleet
import FoundationEssentials
import Hypervisor
import SimulatedHypervisor
import Synchronization

/// The suite's hosts as a simulated world in memory, one tick of its clock a quarter of a second.
final class SimulatedFixture: HypervisorFixture {
  let cell: CellName = "east"
  let source: HostName = "h1"
  let destination: HostName = "h2"
  let guest: InstanceName = "web"
  let uuid: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000001"
  let localGuest: InstanceName = "db"
  let localUUID: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000002"
  let localPool: StorageID = "ssd"
  let localDiskBytes = 1 << 30

  private let clock: Box
  private let store: MemoryWorldStore

  init() {
    let start = Timestamp(milliseconds: 1_800_000_000_000)
    let time = Box(start.milliseconds)
    clock = time
    var world = SimulatedWorld(clock: SimulatedClock(at: start), cells: [SimulatedCell(name: cell, hosts: [], instances: [])])
    for name in [source, destination] {
      world.cells[0].hosts.append(
        SimulatedHost(
          name: name, memoryBytes: 16 << 30,
          storages: [
            StorageObservation(id: "nfs", identity: "nfs://filer/vm", shared: true, freeBytes: 100 << 30),
            StorageObservation(id: localPool, identity: "ssd-\(name)", shared: false, freeBytes: 100 << 30),
          ]))
    }
    for (uuid, name, pool) in [(uuid, guest, StorageID("nfs")), (localUUID, localGuest, localPool)] {
      world.cells[0].instances.append(
        SimulatedInstance(
          uuid: uuid, name: name, host: source, memoryMaxBytes: 1 << 30,
          disks: [DiskObservation(target: "vda", storage: pool, virtualBytes: localDiskBytes, allocatedBytes: localDiskBytes)],
          dirtyBytesPerSecond: 10 << 20, workingSetBytes: 64 << 20))
    }
    store = MemoryWorldStore(world, clock: { Timestamp(milliseconds: time.value) })
  }

  func driver(_ writer: WriterIdentity) -> any Hypervisor {
    let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
    return SimulatedHypervisor(
      cell: DesiredCell(name: cell, connection: .simulated(SimulatedConnection(world: "memory")), location: place),
      hosts: [source, destination].map {
        DesiredHost(name: $0, cell: cell, capacity: CapacityPolicy(reservedMemoryBytes: 1 << 30), location: place)
      }, writer: writer, store: store)
  }

  func wait() async { clock.add(250) }

  func wasRebooted(_ uuid: InstanceUUID) async -> Bool {
    store.peek().cells[0].copies(of: uuid).contains { $0.bootCount != 1 }
  }

  func fingerprint() async throws -> String { String(decoding: try WorldFile.data(of: store.peek()), as: UTF8.self) }
}

/// A number that several closures share.
final class Box: Sendable {
  private let content: Mutex<Int>
  init(_ value: Int) { content = Mutex(value) }
  var value: Int { content.withLock { $0 } }
  func add(_ other: Int) { content.withLock { $0 += other } }
}
