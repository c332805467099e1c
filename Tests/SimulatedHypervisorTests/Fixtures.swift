import Fleet
import Hypervisor
import SimulatedHypervisor
import Synchronization

let gib = 1 << 30
let dawn = Timestamp(milliseconds: 1_800_000_000_000)

/// A clock that tests turn.
final class TestClock: Sendable {
  private let milliseconds = Mutex(dawn.milliseconds)
  func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
  func pass(_ milliseconds: Int) { self.milliseconds.withLock { $0 += milliseconds } }
}

/// Hosts h1, h2 and h3 of 16 GiB with shared `nfs` and local `ssd`, on a link of 1 GiB/s; nothing on them yet.
func smallWorld(_ instances: [SimulatedInstance] = [], faults: [SimulatedFault] = []) -> SimulatedWorld {
  let hosts = ["h1", "h2", "h3"].map { name in
    SimulatedHost(
      name: HostName(name), memoryBytes: 16 * gib, cpus: 8, cpuModel: "EPYC",
      storages: [
        StorageObservation(id: "nfs", identity: "nfs://filer/vm", shared: true, freeBytes: 100 * gib),
        StorageObservation(id: "ssd", identity: "ssd-\(name)", shared: false, freeBytes: 20 * gib),
      ], networks: ["br0"])
  }
  let cell = SimulatedCell(name: "east", linkBytesPerSecond: gib, hosts: hosts, instances: instances)
  return SimulatedWorld(clock: SimulatedClock(at: dawn), cells: [cell], faults: faults)
}

/// A quiet guest of 1 GiB on h1 with one disk of 2 GiB.
func guest(_ name: String = "web", on host: HostName = "h1", disk: StorageID? = "nfs", memory: Int = gib) -> SimulatedInstance {
  SimulatedInstance(
    uuid: InstanceUUID("uuid-\(name)"), name: InstanceName(name), host: host, autostart: true, memoryMaxBytes: memory, networks: ["br0"],
    disks: disk.map { [DiskObservation(target: "vda", storage: $0, virtualBytes: 4 * gib, allocatedBytes: 2 * gib)] } ?? [])
}

func writer(_ name: String = "w1", takesOver: Bool = false) -> WriterIdentity {
  WriterIdentity(fleet: "prod", writer: WriterID(name), epoch: 1, takesOver: takesOver)
}

func step(_ action: Step.Action, _ name: String = "web", from source: HostName = "h1", to destination: HostName = "h2") -> Step {
  Step(
    action, instance: InstanceName(name), uuid: InstanceUUID("uuid-\(name)"), cell: "east", source: source, destination: destination)
}

func migrate(_ mode: MigrationMode, disks: [DiskMove] = [], policy: MigrationPolicy = MigrationPolicy()) -> Step.Action {
  .migrate(MigrateOptions(mode: mode, disks: disks, policy: policy))
}

let copyOfVda = DiskMove(target: "vda", action: .copy, toPool: "ssd", fromPool: "ssd", bytes: 2 * gib)

extension MigrationPolicy {
  static func with(_ change: (inout MigrationPolicy) -> Void) -> MigrationPolicy {
    var policy = MigrationPolicy()
    change(&policy)
    return policy
  }
}

/// A world, its time and one writer, for tests that begin steps directly.
struct Bench {
  var world: SimulatedWorld
  var caller = SimulatedCaller(writer: writer(), wall: dawn)

  init(_ instances: [SimulatedInstance] = [guest()], faults: [SimulatedFault] = []) {
    world = smallWorld(instances, faults: faults)
  }

  /// Lets time pass on both clocks.
  mutating func pass(_ milliseconds: Int) {
    world.advance(to: world.clock.at.adding(milliseconds: milliseconds))
    caller.wall = world.clock.at
  }

  mutating func begin(_ action: Step.Action, intent: IntentID = "i1", from: HostName = "h1", to: HostName = "h2") throws -> JobRef {
    try world.begin(step(action, from: from, to: to), intent: intent, by: caller)
  }

  /// Begins a step and lets an hour pass.
  mutating func run(_ action: Step.Action, intent: IntentID = "i1", from: HostName = "h1", to: HostName = "h2") throws -> JobProgress {
    let job = try begin(action, intent: intent, from: from, to: to)
    pass(3_600_000)
    return world.progress(of: job)
  }

  /// The kind of the error a step is refused with; nil if it is not.
  mutating func refusal(_ action: Step.Action, intent: IntentID = "i1") -> HypervisorError.Kind? {
    do {
      _ = try begin(action, intent: intent)
      return nil
    } catch {
      return (error as? HypervisorError)?.kind
    }
  }

  func presence(_ host: HostName, of name: String = "web") -> Presence? {
    world.presence(of: InstanceUUID("uuid-\(name)"), on: [host], in: "east")[host]
  }
  func copy(_ host: HostName) -> SimulatedInstance? { world.cells[0].copy(of: "uuid-web", on: host) }
  func volumes(_ host: HostName) -> [SimulatedVolume] { world.cells[0].host(host)?.volumes ?? [] }
  func free(_ pool: StorageID, _ host: HostName) -> Int { world.cells[0].host(host)?.storages.first { $0.id == pool }?.freeBytes ?? -1 }
}
