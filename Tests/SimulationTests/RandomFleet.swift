import Fleet
import SimulatedHypervisor

/// A small random fleet: what is declared, and the world it is declared over. The same seed gives the same fleet.
struct RandomFleet {
  static let hostMemoryGiB = 24

  var desired: DesiredFleet
  var world: SimulatedWorld
  /// An instance that another writer's mark is on, which no pass may touch.
  var foreign: InstanceUUID?

  private var random: SeededRandom
  private var line = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
    desired = DesiredFleet(name: "simulation", cells: [], hosts: [], instances: [], location: place)
    world = SimulatedWorld(cells: [])
    addCell("east", hosts: 3 + random.below(3), instances: 3 + random.below(7))
    if random.chance(20) { addCell("west", hosts: 2 + random.below(2), instances: 2 + random.below(3)) }
    if random.chance(30) { addRule() }
    if random.chance(10) { markOneByAnother() }
    if seed % 3 == 0 { hideWhatStoragesAre() }
  }

  /// Nothing says by itself which storages are one: a run must have it proved.
  private mutating func hideWhatStoragesAre() {
    for cell in world.cells.indices {
      for host in world.cells[cell].hosts.indices {
        let storages = world.cells[cell].hosts[host].storages
        world.cells[cell].hosts[host].realIdentities = Dictionary(
          uniqueKeysWithValues: storages.map { ($0.id.rawValue, $0.identity ?? "") })
        world.cells[cell].hosts[host].storages = storages.map {
          StorageObservation(id: $0.id, shared: nil, source: "u-\($0.id) dir /\($0.id)", freeBytes: $0.freeBytes)
        }
      }
    }
  }

  private mutating func location() -> SourceLocation {
    line += 1
    return SourceLocation(path: "fleet.yaml", line: line, column: 1)
  }

  private mutating func addCell(_ name: CellName, hosts: Int, instances: Int) {
    desired.cells.append(
      DesiredCell(
        name: name, connection: .simulated(SimulatedConnection(world: "memory")),
        limits: MigrationLimits(
          total: 1 + random.below(4), perHost: 1 + random.below(2), perHostIncoming: 1, perHostOutgoing: 1 + random.below(2)),
        unmanaged: random.chance(50) ? .evacuate : .block, location: location()))
    var cell = SimulatedCell(name: name, linkBytesPerSecond: 1 << 30, hosts: [])
    let names = (1...hosts).map { HostName("\(name)\($0)") }
    for (position, host) in names.enumerated() {
      var declared = DesiredHost(
        name: host, labels: ["zone": position % 2 == 0 ? "a" : "b"], cell: name,
        capacity: CapacityPolicy(reservedMemoryBytes: 0, relieve: random.chance(20)), location: location())
      if position == 0 || random.chance(10) { declared.maintenance = Maintenance(location: location()) }
      desired.hosts.append(declared)
      cell.hosts.append(
        SimulatedHost(
          name: host, memoryBytes: Self.hostMemoryGiB << 30, cpus: 16,
          storages: [
            StorageObservation(id: "local", identity: "local-\(host)", shared: false, freeBytes: 200 << 30),
            StorageObservation(id: "nfs", identity: "nfs-\(name)", shared: true, freeBytes: 2000 << 30),
          ], networks: ["br0"]))
    }
    for number in 1...instances { addInstance(InstanceName("\(name)-vm\(number)"), number, names, &cell) }
    world.cells.append(cell)
  }

  private mutating func addInstance(_ name: InstanceName, _ number: Int, _ hosts: [HostName], _ cell: inout SimulatedCell) {
    let uuid = InstanceUUID("\(cell.name)-0000-\(number)")
    let memoryGiB = [1, 2, 4, 6][random.below(4)]
    let fitting = hosts.filter { host in
      cell.instances.filter { $0.host == host }.reduce(memoryGiB) { $0 + $1.memoryMaxBytes >> 30 } <= Self.hostMemoryGiB
    }
    guard let host = random.element(of: fitting) else { return }
    var guest = SimulatedInstance(
      uuid: uuid, name: name, host: host, power: random.chance(15) ? .off : (random.chance(5) ? .paused : .running),
      autostart: random.chance(50), memoryMaxBytes: memoryGiB << 30, vcpus: 1 + random.below(4), networks: ["br0"],
      dirtyBytesPerSecond: random.below(4) << 26, workingSetBytes: 256 << 20)
    for disk in 0...random.below(2) {
      guest.disks.append(
        DiskObservation(
          target: "vd\(["a", "b"][disk])", storage: random.chance(60) ? "nfs" : "local", virtualBytes: (1 + random.below(8)) << 30,
          allocatedBytes: 1 << 30))
    }
    if random.chance(12) { guest.blockers = [.hostDevice] }
    if random.chance(5) { guest.ignoresAcpi = true }
    cell.instances.append(guest)
    for disk in guest.disks {
      guard let position = cell.hosts.firstIndex(where: { $0.name == host }), let pool = disk.storage, pool == "local" else { continue }
      cell.hosts[position].volumes.append(SimulatedVolume(pool: pool, uuid: uuid, target: disk.target, bytes: disk.virtualBytes))
    }
    if random.chance(8) { return }  // a guest no manifest names
    var declared = DesiredInstance(
      name: name, labels: ["app": "app\(random.below(2))"], cell: cell.name, uuid: random.chance(50) ? uuid : nil, location: location())
    switch random.below(6) {
    case 0: declared.placement = .host(hosts[random.below(hosts.count)])
    case 1: declared.placement = .anyOf([hosts[random.below(hosts.count)], hosts[random.below(hosts.count)]].unique)
    case 2: declared.placement = .hosts(labels: ["zone": "a"])
    default: declared.placement = .anywhere
    }
    if declared.placement != .anywhere, random.chance(15) { declared.required = true }
    if random.chance(40) { declared.allowedModes.cold = true }
    desired.instances.append(declared)
  }

  private mutating func addRule() {
    let kinds: [PlacementRule.Kind] = [.separate(maximum: 1 + random.below(2)), .together, .spread(maxSkew: 1 + random.below(2))]
    desired.rules = [
      PlacementRule(
        name: "rule", kind: kinds[random.chance(70) ? 0 : 1 + random.below(2)], selector: ["app": "app0"],
        hold: random.chance(60) ? .always : .atEnd, location: location())
    ]
  }

  private mutating func markOneByAnother() {
    guard let position = world.cells[0].instances.indices.randomElement(using: &random) else { return }
    world.cells[0].instances[position].mark = WriterMark(
      fleet: "simulation", writer: "another", epoch: 1, intent: "theirs",
      expires: world.clock.at.adding(milliseconds: FactBounds.markMillisecondsMax))
    foreign = world.cells[0].instances[position].uuid
  }
}

extension [HostName] {
  fileprivate var unique: [HostName] { Set(self).sorted() }
}
