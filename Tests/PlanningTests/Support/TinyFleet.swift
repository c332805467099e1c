import Fleet
import Planning

let gib = 1 << 30
let somewhere = SourceLocation(path: "fleet.yaml", line: 1, column: 1)

/// Hand-made fleets for tests: one cell, `hv1`, `hv2`, … and guests on shared storage, changed by the tests as they need.
struct TinyFleet {
  var desired: DesiredFleet
  var hosts: [HostObservation]
  var instances: [InstanceObservation] = []
  var memory = PlanningMemory()
  var objective = Objective.moves
  var maxMoves: Int?
  var now = Timestamp(milliseconds: 1_000_000_000_000)

  static let shared = StorageObservation(id: "nfs", identity: "nfs://filer/vms", shared: true, freeBytes: 1000 * gib)
  static func local(_ freeGiB: Int = 1000) -> StorageObservation { StorageObservation(id: "ssd", shared: false, freeBytes: freeGiB * gib) }

  /// Hosts of `memoryGiB` that may all be given to guests.
  init(hosts count: Int, memoryGiB: Int = 64, cpus: Int = 16) {
    let cell = DesiredCell(name: "east", connection: .simulated(SimulatedConnection(world: "world.json")), location: somewhere)
    desired = DesiredFleet(name: "test", cells: [cell], hosts: [], instances: [], location: somewhere)
    hosts = []
    for index in 1...count { addHost(HostName("hv\(index)"), memoryGiB: memoryGiB, cpus: cpus) }
  }

  mutating func addHost(_ name: HostName, memoryGiB: Int, cpus: Int = 16) {
    desired.hosts.append(
      DesiredHost(
        name: name, cell: "east", capacity: CapacityPolicy(reservedMemoryBytes: 0),
        location: SourceLocation(path: "hosts.yaml", line: desired.hosts.count + 1, column: 1)))
    hosts.append(
      HostObservation(
        name: name, memoryBytes: memoryGiB * gib, cpus: cpus, cpuModel: "v3", storages: [Self.shared, Self.local()], networks: ["lan"]))
  }

  mutating func maintain(_ name: HostName) {
    let index = desired.hosts.firstIndex { $0.name == name } ?? 0
    desired.hosts[index].maintenance = Maintenance(
      reason: "disks", location: SourceLocation(path: "hosts.yaml", line: 100 + index, column: 3))
  }

  mutating func add(
    _ name: InstanceName, on host: HostName?, memoryGiB: Int = 4, power: InstanceObservation.Power = .running, storage: StorageID = "nfs",
    placement: DesiredPlacement = .anywhere, required: Bool = false, labels: [String: String] = [:], declared: Bool = true
  ) {
    let uuid = InstanceUUID("uuid-\(name)")
    instances.append(
      InstanceObservation(
        uuid: uuid, name: name, host: host, power: power, memoryMaxBytes: memoryGiB * gib, vcpus: 1, networks: ["lan"],
        disks: [DiskObservation(target: "vda", storage: storage, virtualBytes: 20 * gib, allocatedBytes: 10 * gib)]))
    guard declared else { return }
    desired.instances.append(
      DesiredInstance(
        name: name, labels: labels, cell: "east", placement: placement, required: required,
        location: SourceLocation(path: "instances.yaml", line: desired.instances.count + 1, column: 1)))
  }

  mutating func change(_ name: InstanceName, _ edit: (inout InstanceObservation) -> Void) {
    for index in instances.indices where instances[index].name == name { edit(&instances[index]) }
  }

  mutating func declare(_ name: InstanceName, _ edit: (inout DesiredInstance) -> Void) {
    for index in desired.instances.indices where desired.instances[index].name == name { edit(&desired.instances[index]) }
  }

  mutating func see(_ name: HostName, _ edit: (inout HostObservation) -> Void) {
    for index in hosts.indices where hosts[index].name == name { edit(&hosts[index]) }
  }

  mutating func declare(host name: HostName, _ edit: (inout DesiredHost) -> Void) {
    for index in desired.hosts.indices where desired.hosts[index].name == name { edit(&desired.hosts[index]) }
  }

  var input: PlanningInput {
    let seen = CellObservation(
      name: "east", hosts: hosts.sorted { $0.name < $1.name },
      instances: instances.sorted { ($0.uuid, $0.host?.rawValue ?? "") < ($1.uuid, $1.host?.rawValue ?? "") })
    return PlanningInput(
      desired: desired, revision: "r1", observation: Observation(at: now, cells: [seen]), memory: memory, objective: objective,
      maxMoves: maxMoves, now: now)
  }

  func planned(budget: SearchBudget = SearchBudget(), seed: UInt64 = 1) -> Plan { plan(input, budget: budget, seed: seed) }
}
