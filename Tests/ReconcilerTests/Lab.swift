import Fleet
import Hypervisor
import Reconciler
import SimulatedHypervisor
import StateStore

/// Two hosts, one to be emptied, over a simulated world in memory.
struct Lab {
  static let now = Timestamp(milliseconds: 1_800_000_000_000)
  let clock = StoppedClock()
  let worlds: MemoryWorldStore
  let keeper: StateKeeper
  private let lock: StateLock
  var desired: DesiredFleet

  init() throws {
    func place(_ line: Int) -> SourceLocation { SourceLocation(path: "fleet.yaml", line: line, column: 1) }
    func host(_ name: HostName) -> SimulatedHost {
      SimulatedHost(
        name: name, memoryBytes: 16 << 30, storages: [StorageObservation(id: "nfs", identity: "nfs", shared: true, freeBytes: 100 << 30)])
    }
    func guest(_ name: InstanceName, _ uuid: InstanceUUID, _ host: HostName) -> SimulatedInstance {
      SimulatedInstance(
        uuid: uuid, name: name, host: host, memoryMaxBytes: 1 << 30,
        disks: [DiskObservation(target: "vda", storage: "nfs", virtualBytes: 1 << 30, allocatedBytes: 1 << 30)])
    }
    desired = DesiredFleet(
      name: "lab",
      cells: [DesiredCell(name: "east", connection: .simulated(SimulatedConnection(world: "memory")), location: place(1))],
      hosts: [
        DesiredHost(
          name: "hv1", cell: "east", maintenance: Maintenance(reason: "fan", until: Timestamp(milliseconds: 0), location: place(3)),
          location: place(2)),
        DesiredHost(name: "hv2", cell: "east", location: place(4)),
      ],
      instances: [
        DesiredInstance(name: "stuck", cell: "east", location: place(5)), DesiredInstance(name: "web", cell: "east", location: place(6)),
      ], location: place(1))
    var stuck = guest("stuck", "00000000-0000-0000-0000-000000000001", "hv1")
    stuck.blockers = [.hostDevice]
    let world = SimulatedWorld(
      cells: [
        SimulatedCell(
          name: "east", hosts: [host("hv1"), host("hv2")], instances: [stuck, guest("web", "00000000-0000-0000-0000-000000000002", "hv1")])
      ])
    let clock = clock
    worlds = MemoryWorldStore(world, clock: { clock.now() })
    let store = try StateStore(path: "lab", access: .inMemory)
    lock = try store.lock(holder: "test")
    keeper = StateKeeper(store)
  }

  var manifests: CheckedManifests { CheckedManifests(fleet: desired, revision: "r1", contentHash: "h1") }

  var pass: Pass {
    let worlds = worlds
    var pass = Pass(
      manifests: manifests, options: PassOptions(manifests: "", database: ""), clock: clock,
      drivers: Drivers { cell, hosts, writer in SimulatedHypervisor(cell: cell, hosts: hosts, writer: writer, store: worlds) })
    pass.turns = OneByOne()
    return pass
  }

  func converge() async throws -> PassResult {
    let now = clock.now()
    let epoch = try await keeper.call { try $0.takeLease(now: now, lifetimeMilliseconds: 60_000) }
    return try await pass.converge(keeper, epoch: epoch)
  }
}

extension StateStore {
  /// As the run that holds the lease, which is taken if nobody does; the lab holds the lock.
  func append(_ records: [JournalRecord]) throws(StateStoreError) {
    if try lease() == nil { _ = try takeLease(now: Timestamp(milliseconds: 0), lifetimeMilliseconds: 60_000) }
    try append(records, epoch: try lease()?.epoch ?? 0)
  }
}

/// Calls in the order they began, time only where nothing else is under way.
struct OneByOne: CallTurns {
  func next(calls: Int, hasTimer: Bool) -> Int { 0 }
  func outlivesTheProcess() -> Bool { true }
}
