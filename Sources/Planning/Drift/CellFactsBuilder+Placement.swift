import Fleet

/// One way of dividing a cell's hosts.
struct Units {
  var unitOf: [Int] = []
  var names: [String] = []
  var usable: [Int] = []
}

extension CellFactsBuilder {
  /// Id of the instance's placement, made on first use.
  mutating func placement(of instance: DesiredInstance) -> Int {
    let key: PlacementKey
    switch instance.placement {
    case .anywhere: return 0
    case .host(let host): key = .hosts([host], required: instance.required)
    case .anyOf(let hosts): key = .hosts(hosts, required: instance.required)
    case .hosts(let labels): key = .labels(labels, required: instance.required)
    }
    if let id = placementIDs[key] { return id }
    let id = facts.placements.count
    placementIDs[key] = id
    facts.placements.append(placementFacts(key))
    return id
  }

  private func placementFacts(_ key: PlacementKey) -> PlacementFacts {
    let home: [Int]
    let required: Bool
    switch key {
    case .hosts(let names, let isRequired):
      home = Array(Set(names.compactMap { hostIDs[$0] })).sorted()
      required = isRequired
    case .labels(let labels, let isRequired):
      home = facts.hosts.indices.filter { id in facts.hosts[id].declared.map { labels.selects(input.desired.hosts[$0].labels) } ?? false }
      required = isRequired
    }
    var placement = PlacementFacts(home: .some(home), required: required)
    let standing = home.filter { !facts.hosts[$0].maintenance }
    if !standing.isEmpty || home.isEmpty || required {
      placement.allowed = .some(standing)
    } else {
      placement.displaced = true
    }
    if required { placement.hops = .some(standing) }
    return placement
  }

  mutating func addRules(_ parts: FleetParts) {
    guard !parts.rulesOfInstance.isEmpty else { return }
    var local: [Int: Int] = [:]
    for declared in facts.declared {
      guard let guest = declared.guest else { continue }
      for rule in parts.rulesOfInstance[declared.index] ?? [] {
        if local[rule] == nil {
          local[rule] = facts.rules.count
          facts.rules.append(ruleFacts(rule))
        }
        guard let id = local[rule] else { continue }
        facts.rules[id].members.append(guest)
        facts.rulesOfGuest[guest, default: []].append(id)
      }
    }
  }

  private mutating func ruleFacts(_ index: Int) -> RuleFacts {
    let rule = input.desired.rules[index]
    let units = units(rule.across)
    return RuleFacts(
      index: index, kind: rule.kind, required: rule.enforcement == .required, always: rule.hold == .always && rule.enforcement == .required,
      unitOf: units.unitOf, unitNames: units.names, usableUnits: units.usable)
  }

  /// The units of a rule, made once for each way of dividing the hosts and shared by all rules that divide them so.
  private mutating func units(_ across: PlacementRule.Across) -> Units {
    let label: String? = if case .label(let key) = across { key } else { nil }
    if let known = unitsByLabel[label] { return known }
    var units = Units()
    if let label {
      let values = facts.hosts.map { host in host.declared.flatMap { input.desired.hosts[$0].labels[label] } }
      units.names = Set(values.compactMap { $0 }).sorted()
      let ids = Dictionary(uniqueKeysWithValues: units.names.enumerated().map { ($1, $0) })
      units.unitOf = values.map { $0.flatMap { ids[$0] } ?? -1 }
    } else {
      units.names = facts.hosts.map(\.name.rawValue)
      units.unitOf = Array(facts.hosts.indices)
    }
    var usable: Set<Int> = []
    for (id, host) in facts.hosts.enumerated() where host.usable && units.unitOf[id] >= 0 { usable.insert(units.unitOf[id]) }
    units.usable = usable.sorted()
    unitsByLabel[label] = units
    return units
  }
}
