import Fleet

/// The declared objects and memories of each cell, by index.
struct FleetParts {
  var hosts: [CellName: [Int]] = [:]
  var instances: [CellName: [Int]] = [:]
  var lastSeen: [CellName: RememberedInstances] = [:]
  /// Rules by the instances they select: index in `DesiredFleet.instances` → indices in `DesiredFleet.rules`.
  var rulesOfInstance: [Int: [Int]] = [:]

  init(_ input: PlanningInput) {
    for (index, host) in input.desired.hosts.enumerated() { hosts[host.cell, default: []].append(index) }
    for (index, instance) in input.desired.instances.enumerated() { instances[instance.cell, default: []].append(index) }
    for (index, seen) in input.memory.lastSeen.enumerated() {
      lastSeen[seen.cell, default: RememberedInstances()].add(seen.instance, at: index)
    }
    rulesOfInstance = RuleSelection(input.desired).rulesOfInstance
  }
}

/// Instances as they were last seen, by uuid and by name.
struct RememberedInstances {
  var byUUID: [InstanceUUID: Int] = [:]
  var byName: [InstanceName: Int] = [:]

  mutating func add(_ instance: InstanceObservation, at index: Int) {
    byUUID[instance.uuid] = index
    byName[instance.name] = index
  }
}

/// Which instances each rule selects, found through the rarest label each rule asks for, so that cost grows with the matches.
private struct RuleSelection {
  var rulesOfInstance: [Int: [Int]] = [:]

  struct Label: Hashable {
    var key: String
    var value: String
  }

  init(_ desired: DesiredFleet) {
    guard !desired.rules.isEmpty else { return }
    let wanted = Set(desired.rules.flatMap { $0.selector.map { Label(key: $0.key, value: $0.value) } })
    var holders: [Label: Int] = [:]
    for instance in desired.instances {
      for (key, value) in instance.labels where wanted.contains(Label(key: key, value: value)) {
        holders[Label(key: key, value: value), default: 0] += 1
      }
    }
    var byLabel: [Label: [Int]] = [:]
    var selectingAll: [Int] = []
    for (index, rule) in desired.rules.enumerated() {
      let labels = rule.selector.map { Label(key: $0.key, value: $0.value) }
      let rarest = labels.min { (holders[$0, default: 0], $0.key) < (holders[$1, default: 0], $1.key) }
      if let rarest { byLabel[rarest, default: []].append(index) } else { selectingAll.append(index) }
    }
    for (index, instance) in desired.instances.enumerated() {
      var rules = selectingAll
      for (key, value) in instance.labels {
        for rule in byLabel[Label(key: key, value: value)] ?? [] where desired.rules[rule].selector.selects(instance.labels) {
          rules.append(rule)
        }
      }
      if !rules.isEmpty { rulesOfInstance[index] = rules.sorted() }
    }
  }
}
