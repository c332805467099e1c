import Fleet

/// What a checker knows of one cell, by name.
struct CheckedCell {
  let desired: DesiredCell
  let seen: CellObservation?
  var hosts: [HostName: DesiredHost] = [:]
  var instances: [DesiredInstance] = []
  var moves: [Move] = []
  /// Observed hosts by name.
  var facts: [HostName: HostObservation] = [:]
  /// Where each uuid is shown.
  var shown: [InstanceUUID: [InstanceObservation]] = [:]
  /// The manifest of each observed uuid.
  var manifests: [InstanceUUID: DesiredInstance] = [:]
  /// Names that two uuids carry.
  var ambiguous: Set<InstanceUUID> = []
  /// Guests remembered on hosts that do not answer, and what is in doubt.
  var remembered: [InstanceObservation] = []
  var doubts: [InstanceUUID: [HostName]] = [:]
  /// Hosts by the labels that placements ask for.
  private var labelled: [[String: String]: Set<HostName>] = [:]

  init(_ desired: DesiredCell, _ seen: CellObservation?) {
    self.desired = desired
    self.seen = seen
  }

  /// Joins manifests and guests: by uuid, else by name.
  mutating func join(_ input: PlanningInput) {
    for host in seen?.hosts ?? [] { facts[host.name] = host }
    for instance in instances {
      guard case .hosts(let labels) = instance.placement, labelled[labels] == nil else { continue }
      labelled[labels] = Set(hosts.values.filter { host in labels.allSatisfy { host.labels[$0.key] == $0.value } }.map(\.name))
    }
    var byName: [InstanceName: [InstanceUUID]] = [:]
    for instance in seen?.instances ?? [] {
      shown[instance.uuid, default: []].append(instance)
      if byName[instance.name]?.contains(instance.uuid) != true { byName[instance.name, default: []].append(instance.uuid) }
    }
    for instance in instances { if let uuid = instance.uuid { manifests[uuid] = instance } }
    for instance in instances where instance.uuid == nil {
      let free = (byName[instance.name] ?? []).filter { manifests[$0] == nil || manifests[$0]?.name == instance.name }
      if free.count > 1 { ambiguous.formUnion(free) }
      for uuid in free { manifests[uuid] = instance }
    }
    for doubt in input.memory.inDoubt where doubt.cell == desired.name { doubts[doubt.uuid] = doubt.hosts }
    for last in input.memory.lastSeen where last.cell == desired.name {
      guard let host = last.instance.host, facts[host]?.reachable != true, shown[last.instance.uuid] == nil else { continue }
      remembered.append(last.instance)
      for instance in instances where instance.uuid == last.instance.uuid || (instance.uuid == nil && instance.name == last.instance.name) {
        if byName[instance.name] == nil { manifests[last.instance.uuid] = instance }
      }
    }
  }

  /// The copy that counts: the active one, else the only one.
  func body(_ uuid: InstanceUUID) -> InstanceObservation? {
    let copies = shown[uuid] ?? []
    let active = copies.filter { $0.power == .running || $0.power == .paused }
    if active.count == 1 { return active[0] }
    return copies.count == 1 ? copies[0] : nil
  }

  func mayReceive(_ host: HostName) -> Bool {
    guard let wanted = hosts[host], let fact = facts[host] else { return false }
    return fact.reachable && fact.admission != .closed && wanted.maintenance == nil && !wanted.decommissioned
  }

  /// Hosts a manifest names; nil: all.
  func named(_ instance: DesiredInstance?) -> Set<HostName>? {
    switch instance?.placement {
    case nil, .anywhere: return nil
    case .host(let host): return hosts[host] == nil ? [] : [host]
    case .anyOf(let names): return Set(names.filter { hosts[$0] != nil })
    case .hosts(let labels): return labelled[labels] ?? []
    }
  }

  /// True if a move may leave it there.
  func mayEnd(_ instance: DesiredInstance?, on host: HostName) -> Bool {
    guard let named = named(instance) else { return true }
    if named.contains(host) && hosts[host]?.maintenance == nil { return true }
    return instance?.required == false && !named.isEmpty && named.allSatisfy { hosts[$0]?.maintenance != nil }
  }
}
