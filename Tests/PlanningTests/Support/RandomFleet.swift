import Fleet
import Planning

/// Random fleets of one small cell in which everything that decides a plan occurs: maintenance, placements, rules, storage, power, consent.
enum RandomFleet {
  static func make(seed: UInt64, hostsMax: Int = 4, instancesMax: Int = 6) -> PlanningInput {
    // Half of the fleets are calm, so that plans get long: there, what decides is room, placements and rules.
    var random = SeededGenerator(seed: seed)
    if random.chance(50) { return calm(&random, hostsMax, instancesMax) }
    let tight = random.chance(60)
    var fleet = TinyFleet(hosts: 2 + random.below(hostsMax - 1), memoryGiB: tight ? 8 : 16, cpus: 4)
    // A few full-size fleets, many smaller ones: the oracle visits every placement.
    let count = 1 + random.below(fleet.hosts.count == 4 && !random.chance(20) ? min(4, instancesMax) : instancesMax)
    for index in fleet.hosts.indices { changeHost(&fleet, index, &random) }
    for index in 1...count { addInstance(&fleet, InstanceName("i\(index)"), &random) }
    for index in 0..<random.below(3) { fleet.desired.rules.append(rule(RuleName("rule\(index)"), &random)) }
    if random.chance(20) { fleet.objective = .cost }
    if random.chance(15) { fleet.desired.cells[0].unmanaged = .evacuate }
    fleet.desired.cells[0].limits = MigrationLimits(
      total: 1 + random.below(4), perHost: 1 + random.below(3), perHostIncoming: 1 + random.below(2), perHostOutgoing: 1 + random.below(2))
    fleet.maxMoves = 1000
    refuse(&fleet, &random)
    return fleet.input
  }

  /// Cells too large to be searched whole: 6 to 10 hosts, 20 to 50 instances.
  static func medium(seed: UInt64) -> PlanningInput {
    var random = SeededGenerator(seed: seed &+ 1_000_000)
    let hosts = 6 + random.below(5)
    var fleet = TinyFleet(hosts: hosts, memoryGiB: 16 + random.below(17), cpus: 32)
    for index in fleet.hosts.indices {
      if random.chance(12) { fleet.maintain(fleet.hosts[index].name) }
      fleet.desired.hosts[index].labels["zone"] = random.pick(["a", "b", "c"])
      fleet.desired.hosts[index].capacity.relieve = random.chance(30)
    }
    var free = fleet.hosts.map { $0.memoryBytes / gib }
    for index in 1...(20 + random.below(31)) {
      let size = 1 + random.below(6)
      let roomy = fleet.hosts.indices.filter { free[$0] >= size }
      let host = roomy.isEmpty || random.chance(2) ? random.below(hosts) : random.pick(roomy)
      free[host] -= size
      let name = InstanceName("i\(index)")
      let kind = random.below(100)
      let here = fleet.hosts[host].name
      fleet.add(
        name, on: here, memoryGiB: size, power: random.chance(93) ? .running : .off, storage: random.chance(85) ? "nfs" : "ssd",
        placement: kind < 15
          ? .host(random.pick(fleet.hosts.map(\.name)))
          : (kind < 30 ? .host(here) : (kind < 40 ? placement(fleet.hosts.map(\.name), &random) : .anywhere)),
        labels: ["app": "a\(index / 4)", "tier": random.pick(["x", "y"])])
      fleet.declare(name) { $0.allowedModes.cold = random.chance(20) }
      fleet.change(name) { if random.chance(5) { $0.blockers = [.hostDevice] } }
    }
    for index in 0..<random.below(6) {
      var rule = rule(RuleName("rule\(index)"), &random)
      rule.selector = random.chance(85) ? ["app": "a\(random.below(8))"] : ["tier": "x"]
      fleet.desired.rules.append(rule)
    }
    fleet.desired.cells[0].limits = MigrationLimits(
      total: 1 + random.below(8), perHost: 1 + random.below(4), perHostIncoming: 2, perHostOutgoing: 2)
    fleet.maxMoves = 1000
    refuse(&fleet, &random)
    return fleet.input
  }

  /// Full hosts, pins and rules over shared storage: swaps, cycles, hops and guests that make room.
  private static func calm(_ random: inout SeededGenerator, _ hostsMax: Int, _ instancesMax: Int) -> PlanningInput {
    let count = 2 + random.below(hostsMax - 1)
    var fleet = TinyFleet(hosts: count, memoryGiB: 6 + random.below(5), cpus: random.chance(80) ? 16 : 1)
    var free = fleet.hosts.map { $0.memoryBytes / gib }
    for index in fleet.hosts.indices {
      if random.chance(18) { fleet.maintain(fleet.hosts[index].name) }
      fleet.desired.hosts[index].labels["zone"] = random.pick(["a", "b"])
      fleet.desired.hosts[index].capacity.relieve = random.chance(30)
    }
    for index in 1...(2 + random.below(count == 4 && !random.chance(25) ? min(4, instancesMax - 1) : instancesMax - 1)) {
      let size = 1 + random.below(5)
      let roomy = fleet.hosts.indices.filter { free[$0] >= size }
      let host = roomy.isEmpty || random.chance(5) ? random.below(count) : random.pick(roomy)
      free[host] -= size
      let name = InstanceName("i\(index)")
      fleet.add(
        name, on: fleet.hosts[host].name, memoryGiB: size, power: random.chance(93) ? .running : .off,
        storage: random.chance(85) ? "nfs" : "ssd",
        placement: random.chance(45) ? .host(random.pick(fleet.hosts.map(\.name))) : placement(fleet.hosts.map(\.name), &random),
        required: random.chance(6), labels: ["app": random.pick(["web", "db"]), "tier": random.pick(["x", "y"])])
      fleet.declare(name) { $0.allowedModes.cold = random.chance(20) }
      fleet.change(name) { if random.chance(10) { $0.blockers = [.hostDevice] } }
    }
    for index in 0..<random.below(3) { fleet.desired.rules.append(rule(RuleName("rule\(index)"), &random)) }
    if random.chance(20) { fleet.objective = .cost }
    fleet.desired.cells[0].limits = MigrationLimits(
      total: 1 + random.below(6), perHost: 1 + random.below(4), perHostIncoming: 2, perHostOutgoing: 2)
    fleet.maxMoves = 1000
    refuse(&fleet, &random)
    return fleet.input
  }

  /// A hypervisor's word on some guests, drawn last so that the fleets before it stay what they are.
  private static func refuse(_ fleet: inout TinyFleet, _ random: inout SeededGenerator) {
    guard random.chance(30) else { return }
    for index in fleet.hosts.indices where random.chance(40) {
      for guest in fleet.instances where guest.host != fleet.hosts[index].name && random.chance(25) {
        let refusal = HostRefusal(
          cell: "east", instance: guest.name, uuid: guest.uuid, host: fleet.hosts[index].name, onlineOnly: random.chance(40), text: "no")
        fleet.hosts[index].refusals = (fleet.hosts[index].refusals ?? [:]).merging([guest.uuid: refusal]) { $1 }
      }
    }
  }

  private static func changeHost(_ fleet: inout TinyFleet, _ index: Int, _ random: inout SeededGenerator) {
    let name = fleet.hosts[index].name
    if random.chance(25) { fleet.maintain(name) }
    if random.chance(60) { fleet.desired.hosts[index].labels["zone"] = random.pick(["a", "b"]) }
    fleet.desired.hosts[index].capacity.relieve = random.chance(30)
    fleet.desired.hosts[index].decommissioned = random.chance(3)
    if random.chance(5) { fleet.hosts[index].admission = .closed }
    if random.chance(20) { fleet.hosts[index].cpuModel = "v4" }
    if random.chance(30) { fleet.hosts[index].offeredCPUModels = random.pick([["v2"], ["v2", "v3"], ["v3"], []]) }
    if random.chance(5) { fleet.hosts[index].networks = [] }
    if random.chance(30) { fleet.hosts[index].memoryBytes += random.below(5) * gib }
    fleet.hosts[index].storages = storages(&random)
    if random.chance(5) {
      fleet.hosts[index] = HostObservation(name: name, reachable: false, unreachableReason: "timed out")
    }
  }

  private static func storages(_ random: inout SeededGenerator) -> [StorageObservation] {
    var storages: [StorageObservation] = []
    if !random.chance(10) { storages.append(StorageObservation(id: "nfs", identity: "nfs", shared: true, freeBytes: 100 * gib)) }
    if random.chance(50) {
      let shared: Bool? = random.chance(80) ? false : nil
      let source: String? = random.chance(50) ? "u dir /ssd" : nil
      storages.append(StorageObservation(id: "ssd", shared: shared, source: source, freeBytes: random.below(40) * gib))
    }
    if random.chance(30) {
      storages.append(
        StorageObservation(
          id: "dir", shared: random.chance(50) ? nil : false, needsNaming: random.chance(30) ? true : nil, freeBytes: 50 * gib))
    }
    if random.chance(50) {
      storages.append(StorageObservation(id: "ceph", identity: random.chance(80) ? "ceph" : nil, shared: true, freeBytes: 0))
    }
    return storages.sorted { $0.id < $1.id }
  }

  private static func addInstance(_ fleet: inout TinyFleet, _ name: InstanceName, _ random: inout SeededGenerator) {
    let hosts = fleet.hosts.map(\.name)
    let power: InstanceObservation.Power = random.chance(80) ? .running : random.pick([.off, .paused, .crashed])
    let host = random.pick(fleet.hosts.filter(\.reachable).map(\.name) + (fleet.hosts.contains(where: \.reachable) ? [] : hosts))
    let declared = !random.chance(8)
    fleet.add(
      name, on: host, memoryGiB: 1 + random.below(6), power: power, placement: placement(hosts, &random), required: random.chance(15),
      labels: ["app": random.pick(["web", "db"]), "tier": random.pick(["x", "y"])], declared: declared)
    fleet.declare(name) {
      $0.allowedModes = AllowedModes(live: !random.chance(8), block: !random.chance(15), cold: random.chance(30))
      if random.chance(20) { $0.targetStorage = ["vda": random.pick(["ssd", "dir"])] }
    }
    fleet.change(name) {
      $0.vcpus = 1 + random.below(3)
      $0.disks = disks(&random)
      if random.chance(25) { $0.cpuModel = random.pick(["v2", "v3"]) }
      if random.chance(8) { $0.blockers = [random.pick(BlockerCode.allCases)] }
      if random.chance(4) { $0.busy = true }
      if random.chance(4) { $0.persistent = false }
      if random.chance(15) { $0.networks = [] }
    }
    if random.chance(4) {
      fleet.memory.backOff[InstanceUUID("uuid-\(name)")] = Timestamp(milliseconds: fleet.now.milliseconds + random.below(3) - 1)
    }
    if random.chance(4) {
      fleet.memory.inDoubt.append(
        InDoubt(uuid: InstanceUUID("uuid-\(name)"), cell: "east", hosts: [random.pick(hosts)], text: "a reply was lost"))
    }
  }

  private static func disks(_ random: inout SeededGenerator) -> [DiskObservation] {
    var disks: [DiskObservation] = []
    let place = random.below(100)
    let storage: StorageID = place < 55 ? "nfs" : (place < 80 ? "ssd" : (place < 90 ? "dir" : "ceph"))
    let kind: DiskObservation.Kind = storage == "ceph" ? .volume : .disk
    disks.append(
      DiskObservation(target: "vda", kind: kind, storage: storage, virtualBytes: 16 * gib, allocatedBytes: (1 + random.below(12)) * gib))
    if random.chance(15) {
      disks.append(
        DiskObservation(target: "vdb", storage: random.pick(["nfs", "ssd", "dir"]), virtualBytes: 4 * gib, allocatedBytes: 2 * gib))
    }
    if random.chance(10) {
      let media: StorageID? = random.chance(70) ? random.pick(["nfs", "ssd"]) : nil
      disks.append(
        DiskObservation(
          target: "vdz", kind: random.pick([.cdrom, .configDrive]), readOnly: true, storage: media, virtualBytes: gib, allocatedBytes: gib))
    }
    return disks
  }

  private static func placement(_ hosts: [HostName], _ random: inout SeededGenerator) -> DesiredPlacement {
    let kind = random.below(100)
    if kind < 45 { return .anywhere }
    if kind < 75 { return .host(random.pick(hosts)) }
    if kind < 90 { return .anyOf(Array(Set([random.pick(hosts), random.pick(hosts)])).sorted()) }
    return .hosts(labels: ["zone": random.pick(["a", "b", "c"])])
  }

  private static func rule(_ name: RuleName, _ random: inout SeededGenerator) -> PlacementRule {
    let kind: PlacementRule.Kind =
      switch random.below(5) {
      case 0, 1: .separate(maximum: 1 + random.below(2))
      case 2: .together
      default: .spread(maxSkew: 1 + random.below(2))
      }
    let selector = random.chance(70) ? ["app": random.pick(["web", "db"])] : ["tier": "x"]
    return PlacementRule(
      name: name, kind: kind, selector: selector, across: random.chance(60) ? .host : .label("zone"),
      enforcement: random.chance(80) ? .required : .preferred, hold: random.chance(35) ? .always : .atEnd, location: somewhere)
  }
}
