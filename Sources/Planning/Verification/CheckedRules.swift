import Fleet

/// The rules of a cell as a checker counts them: from the guests' places, each time anew.
struct CheckedRules {
  private let cell: CheckedCell
  /// Required rules with the uuids each selects.
  private var rules: [(rule: PlacementRule, members: [InstanceUUID])] = []
  private var always: [(rule: PlacementRule, members: [InstanceUUID])] = []

  init(_ cell: CheckedCell, _ input: PlanningInput) {
    self.cell = cell
    // Rules by one label they ask for, so that each manifest is held against few of them.
    var byLabel: [String: [Int]] = [:]
    for (index, rule) in input.desired.rules.enumerated() where rule.enforcement == .required {
      let label = rule.selector.map { "\($0.key)=\($0.value)" }.max { $0.count < $1.count }
      byLabel[label ?? "", default: []].append(index)
    }
    var members: [Int: [InstanceUUID]] = [:]
    for (uuid, manifest) in cell.manifests where !byLabel.isEmpty {
      for label in manifest.labels.map({ "\($0.key)=\($0.value)" }) + [""] {
        for index in byLabel[label] ?? [] where input.desired.rules[index].selector.allSatisfy({ manifest.labels[$0.key] == $0.value }) {
          members[index, default: []].append(uuid)
        }
      }
    }
    rules = members.sorted { $0.key < $1.key }.map { (input.desired.rules[$0.key], $0.value) }
    always = rules.filter { $0.rule.hold == .always }
  }

  private func unit(_ rule: PlacementRule, _ host: HostName) -> String? {
    guard case .label(let label) = rule.across else { return host.rawValue }
    if let value = cell.hosts[host]?.labels[label] { return "label \(value)" }
    if case .together = rule.kind { return "host \(host)" }
    return nil
  }

  private func tally(_ rule: PlacementRule, _ members: [InstanceUUID], _ replay: Replay) -> [String: Int] {
    var tally: [String: Int] = [:]
    for member in members {
      for unit in Set((replay.places[member] ?? []).compactMap { unit(rule, $0) }) { tally[unit, default: 0] += 1 }
    }
    return tally
  }

  private func fault(_ rule: PlacementRule, _ tally: [String: Int]) -> Int {
    switch rule.kind {
    case .separate(let maximum): return tally.values.reduce(0) { $0 + max($1 - maximum, 0) }
    case .together: return max(tally.count, 1) - 1
    case .spread(let skew):
      let levels = Set(cell.hosts.keys.filter(cell.mayReceive).compactMap { unit(rule, $0) }).map { tally[$0] ?? 0 }
      return max(0, (levels.max() ?? 0) - (levels.min() ?? 0) - skew)
    }
  }

  /// What all required rules lack together.
  func faults(_ replay: Replay) -> Int { rules.reduce(0) { $0 + fault($1.rule, tally($1.rule, $1.members, replay)) } }

  func broken(_ replay: Replay) -> [PlacementRule] {
    rules.filter { fault($0.rule, tally($0.rule, $0.members, replay)) > 0 }.map(\.rule)
  }

  /// A rule of the instance that moves now, which holds always and is worse than its limit and the start.
  func worse(_ replay: Replay, than start: Replay, moved: DesiredInstance?) -> RuleName? {
    guard let moved else { return nil }
    for (rule, members) in always where rule.selector.allSatisfy({ moved.labels[$0.key] == $0.value }) {
      let (now, first) = (tally(rule, members, replay), tally(rule, members, start))
      if case .separate(let maximum) = rule.kind {
        if now.contains(where: { $0.value > max(maximum, first[$0.key] ?? 0) }) { return rule.name }
      } else if fault(rule, now) > fault(rule, first) {
        return rule.name
      }
    }
    return nil
  }

  func worse(_ end: Replay, thanAtEndOf start: Replay) -> [RuleName] {
    rules.filter { fault($0.rule, tally($0.rule, $0.members, end)) > fault($0.rule, tally($0.rule, $0.members, start)) }.map(\.rule.name)
  }
}
