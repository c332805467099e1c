import Fleet

/// Joins what is declared of a cell with what was seen of it.
struct CellFactsBuilder {
  let input: PlanningInput
  var facts: CellFacts
  var hostIDs: [HostName: Int] = [:]
  var placementIDs: [PlacementKey: Int] = [:]
  /// Observed instances by uuid; the next one of the same uuid in `nextOfUUID`.
  var firstOfUUID: [InstanceUUID: Int] = [:]
  var nextOfUUID: [Int] = []
  /// Observed instances by name; the next one of the same name in `nextOfName`.
  var firstOfName: [InstanceName: Int] = [:]
  var nextOfName: [Int] = []
  /// Observed instances that some declared one has taken.
  var claimed: [Bool] = []
  var lastSeen: RememberedInstances
  var inDoubt: [InstanceUUID: InDoubt] = [:]
  /// By label; nil: each host is a unit.
  var unitsByLabel: [String?: Units] = [:]

  enum PlacementKey: Hashable {
    case hosts([HostName], required: Bool)
    case labels([String: String], required: Bool)
  }

  init(_ input: PlanningInput, cell: DesiredCell, observation: CellObservation?, parts: FleetParts) {
    self.input = input
    facts = CellFacts(cell: cell, observation: observation ?? CellObservation(name: cell.name, hosts: [], instances: []))
    lastSeen = parts.lastSeen[cell.name] ?? RememberedInstances()
    for doubt in input.memory.inDoubt where doubt.cell == cell.name { inDoubt[doubt.uuid] = doubt }
    addHosts(parts.hosts[cell.name] ?? [])
    facts.placements = [PlacementFacts()]
    indexObserved()
    matchDeclared(parts.instances[cell.name] ?? [])
    hintAtNearNames()
    warnOfCrashed()
    addStrangers()
    addRemembered()
    chargeHosts()
    addRules(parts)
    measurePools()
    for host in facts.hosts {
      guard let at = host.emptySince else { continue }
      facts.warnings.append(
        "host \(host.name) does not answer; it is in maintenance and was EMPTY when it last did, at \(at): nothing waits for it")
    }
    facts.warnings += PoolSetup.warnings(facts, input)
    if let warning = UnprovedStorages.warning(facts.observation) { facts.warnings.append(warning) }
  }

  // MARK: - Hosts

  private mutating func addHosts(_ declared: [Int]) {
    var byName: [HostName: (declared: Int?, observed: Int?)] = [:]
    for index in declared { byName[input.desired.hosts[index].name] = (index, nil) }
    for (index, host) in facts.observation.hosts.enumerated() { byName[host.name, default: (nil, nil)].observed = index }
    // A guest may stand on a host that neither list has; it is charged there and nothing else is known.
    for instance in facts.observation.instances { if let host = instance.host, byName[host] == nil { byName[host] = (nil, nil) } }
    for name in byName.keys.sorted() {
      hostIDs[name] = facts.hosts.count
      facts.hosts.append(host(name, byName[name]?.declared ?? nil, byName[name]?.observed ?? nil))
    }
  }

  private func host(_ name: HostName, _ declared: Int?, _ observed: Int?) -> HostFacts {
    var host = HostFacts(name: name, declared: declared, observed: observed)
    let seen = observed.map { facts.observation.hosts[$0] }
    host.reachable = seen?.reachable ?? false
    guard let declared else { return host }
    let desired = input.desired.hosts[declared]
    host.maintenance = desired.maintenance != nil
    host.decommissioned = desired.decommissioned
    if !host.reachable {
      host.emptySince = input.memory.quietHosts.first { $0.cell == facts.cell.name && $0.host == name }?.at
    }
    host.relieve = desired.capacity.relieve
    host.memoryCapacity = desired.capacity.memoryBytes(of: seen?.memoryBytes ?? 0)
    host.vcpuCapacity = desired.capacity.vcpus(of: seen?.cpus ?? 0)
    host.unmeasured = seen?.unmeasured
    host.usable =
      host.reachable && !host.maintenance && !desired.decommissioned && seen?.admission != .closed && host.unmeasured == nil
    return host
  }

  // MARK: - Charges

  /// Adds a guest; returns its id.
  mutating func addGuest(
    _ instance: InstanceObservation, source: Int, remembered: Bool = false, host: Int, alsoOn: [Int] = [], declared: Int? = nil,
    movable: Bool
  ) -> Int {
    var guest = GuestFacts(source: source, remembered: remembered, declared: declared, host: host, alsoOn: alsoOn, movable: movable)
    if instance.power.isActive {
      guest.memory = instance.chargedMemoryBytes
      guest.vcpus = instance.vcpus
    }
    if let declared { guest.placement = placement(of: input.desired.instances[declared]) }
    facts.guests.append(guest)
    return facts.guests.count - 1
  }

  private mutating func chargeHosts() {
    for guest in facts.guests {
      for host in [guest.host] + guest.alsoOn {
        facts.hosts[host].memory += guest.memory
        facts.hosts[host].vcpus += guest.vcpus
      }
    }
    for host in facts.hosts where host.declared != nil {
      if let unmeasured = host.unmeasured {
        facts.warnings.append("host \(host.name): \(unmeasured): it receives nothing, and its load is not judged")
      }
    }
    for host in facts.hosts where host.isMeasured && host.isOver && !host.maintenance {
      let memory = "\(gibibytes(host.memory)) of \(gibibytes(host.memoryCapacity)) GiB"
      facts.warnings.append(
        "host \(host.name) is over its capacity (\(memory), \(host.vcpus) of \(host.vcpuCapacity) vCPUs): it receives nothing"
          + (host.relieve ? "" : "; set spec.capacity.relieve to have it relieved"))
    }
  }

  /// Only pools that somebody might copy to matter, but they are few: all of hosts that may receive.
  private mutating func measurePools() {
    for (id, host) in facts.hosts.enumerated() where host.usable {
      guard let observed = host.observed else { continue }
      for storage in facts.observation.hosts[observed].storages {
        facts.poolRoom[CellFacts.PoolKey(host: id, pool: storage.id)] = storage.freeBytes
      }
    }
    for disk in input.memory.retiredDisks where disk.cell == facts.cell.name {
      guard let host = hostIDs[disk.host] else { continue }
      facts.poolRoom[CellFacts.PoolKey(host: host, pool: disk.pool)]? -= disk.bytes
    }
  }
}

/// An amount of bytes for people, in the unit that shows it: never nothing where it is something.
func size(_ bytes: Int) -> String {
  if bytes >= 1 << 30 || bytes == 0 { return "\(gibibytes(bytes)) GiB" }
  let (unit, name) = bytes >= 1 << 20 ? (1 << 20, "MiB") : (bytes >= 1 << 10 ? (1 << 10, "KiB") : (1, "bytes"))
  return "\((bytes + unit - 1) / unit) \(name)"
}

/// What is needed and what there is less of, in words that show the difference.
func sizes(need: Int, room: Int) -> (need: String, room: String) {
  let (first, second) = (size(need), size(room))
  return first == second ? ("\(need) bytes", "\(room) bytes") : (first, second)
}

/// `bytes` in GiB with one decimal where it is not whole, for people.
func gibibytes(_ bytes: Int) -> String {
  let tenths = (abs(bytes) * 10 + (1 << 29)) >> 30
  let text = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  return bytes < 0 ? "-\(text)" : text
}
