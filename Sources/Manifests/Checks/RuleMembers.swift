import Fleet

/// An instance that is pinned to one declared host.
struct PinnedMember {
  let instance: InstanceName
  let cell: CellName
  /// The host's place among the declared hosts.
  let host: Int
}

/// Which instances each selector selects, found through the labels that rules ask for instead of rule by instance.
struct RuleMembers {
  private var postings: [String: [String: [Int]]] = [:]
  private var known: [[String: String]: [Int]] = [:]
  private var knownPins: [[String: String]: [PinnedMember]] = [:]
  private let index: FleetIndex
  private var comparisonsLeft = ManifestLimits.ruleComparisonsMax

  init(_ index: FleetIndex) {
    self.index = index
    for declared in index.declarations.rules {
      for (key, value) in declared.rule.selector { postings[key, default: [:]][value] = [] }
    }
    guard !postings.isEmpty else { return }
    for position in index.declarations.instances.indices {
      for (key, value) in index.declarations.instances[position].instance.labels where postings[key]?[value] != nil {
        postings[key]?[value]?.append(position)
      }
    }
  }

  /// Positions of the selected instances in the order of the manifests; none for a selector that could not be read.
  mutating func of(_ selector: [String: String]) -> [Int] {
    if let members = known[selector] { return members }
    let lists = selector.map { postings[$0.key]?[$0.value] ?? [] }
    let shortest = lists.min { $0.count < $1.count } ?? []
    let members = shortest.filter { selector.selects(index.declarations.instances[$0].instance.labels) }
    known[selector] = members
    return members
  }

  /// Those of the selected instances that are pinned to one host, by cell.
  mutating func pins(_ selector: [String: String]) -> [PinnedMember] {
    if let pins = knownPins[selector] { return pins }
    let pins = of(selector).compactMap { member -> PinnedMember? in
      let instance = index.declarations.instances[member].instance
      guard let host = RuleMembers.pin(instance.placement).flatMap({ index.hosts[$0.rawValue] }) else { return nil }
      return PinnedMember(instance: instance.name, cell: instance.cell, host: host)
    }
    knownPins[selector] = pins.sorted { $0.cell < $1.cell }
    return knownPins[selector] ?? []
  }

  private static func pin(_ placement: DesiredPlacement) -> HostName? {
    switch placement {
    case .host(let host): host
    case .anyOf(let hosts) where hosts.count == 1: hosts[0]
    default: nil
    }
  }

  func cell(of member: Int) -> CellName { index.declarations.instances[member].instance.cell }

  /// False once more has been looked at than is allowed.
  mutating func spend(_ comparisons: Int) -> Bool {
    comparisonsLeft -= comparisons
    return comparisonsLeft >= 0
  }
}
