/// What every host and group holds once everything is where it ends.
struct SequenceEnd: Sendable {
  private let facts: SequenceFacts
  private var use: [Int]
  /// Members by unit of the groups that anything was asked about; the others are counted when they are asked for.
  private var counts: [Int: [Int: Int]] = [:]
  private var target: [Int]

  init(_ facts: SequenceFacts, _ target: [Int], _ start: RoomState) {
    self.facts = facts
    self.target = target
    var use = facts.problem.startUse()
    let count = facts.resourceCount
    for (item, host) in target.enumerated() where host != facts.startOf[item] {
      for resource in 0..<count {
        let demand = facts.demand[facts.classOf[item] * count + resource]
        use[host * count + resource] += demand
        use[facts.startOf[item] * count + resource] -= demand
      }
      for need in facts.arrival(item, to: host) { use[host * count + need.resource] += need.amount }
    }
    self.use = use
  }

  /// True if the item may end on the host too, with everything else where it ends.
  mutating func allows(_ item: Int, on host: Int) -> Bool {
    if target[item] == host { return true }
    guard facts.isEnd(item, on: host), hasRoom(item, on: host) else { return false }
    let problem = facts.problem
    for group in problem.classes[facts.classOf[item]].groups {
      let before = members(group)
      var after = before
      let (from, to) = (problem.unit(group, of: target[item]), problem.unit(group, of: host))
      if from == to { continue }
      if from >= 0 { after[from, default: 0] -= 1 }
      if to >= 0 { after[to, default: 0] += 1 }
      let rule = problem.groups[group]
      if rule.excess(after) > rule.excess(before) { return false }
    }
    return true
  }

  /// True if all of these may end so together, with everything else where it ends.
  func allows(_ changes: [(item: Int, host: Int)]) -> Bool {
    guard !changes.isEmpty else { return true }
    var before = self
    var after = self
    for (item, host) in changes { after.relocate(item, from: target[item], to: host) }
    for (item, host) in changes {
      let rows = host * facts.resourceCount..<(host + 1) * facts.resourceCount
      if rows.contains(where: { after.use[$0] > facts.problem.capacity[$0] }) { return false }
      for group in facts.problem.classes[facts.classOf[item]].groups {
        let rule = facts.problem.groups[group]
        if rule.excess(after.members(group)) > rule.excess(before.members(group)) { return false }
      }
    }
    return true
  }

  private func hasRoom(_ item: Int, on host: Int) -> Bool {
    let count = facts.resourceCount
    let row = host * count
    for resource in 0..<count {
      if use[row + resource] + facts.demand[facts.classOf[item] * count + resource] > facts.problem.capacity[row + resource] {
        return false
      }
    }
    for need in facts.arrival(item, to: host) {
      let demand = facts.demand[facts.classOf[item] * count + need.resource]
      if use[row + need.resource] + demand + need.amount > facts.problem.capacity[row + need.resource] { return false }
    }
    return true
  }

  private mutating func members(_ group: Int) -> [Int: Int] {
    if let known = counts[group] { return known }
    let counted = facts.problem.counts(group) { target[$0] }
    counts[group] = counted
    return counted
  }

  mutating func relocate(_ item: Int, from: Int, to: Int) {
    let count = facts.resourceCount
    for resource in 0..<count {
      let demand = facts.demand[facts.classOf[item] * count + resource]
      use[from * count + resource] -= demand
      use[to * count + resource] += demand
    }
    if from != facts.startOf[item] {
      for need in facts.arrival(item, to: from) { use[from * count + need.resource] -= need.amount }
    }
    if to != facts.startOf[item] {
      for need in facts.arrival(item, to: to) { use[to * count + need.resource] += need.amount }
    }
    target[item] = to
    for group in facts.problem.classes[facts.classOf[item]].groups {
      guard counts[group] != nil else { continue }
      let (fromUnit, toUnit) = (facts.problem.unit(group, of: from), facts.problem.unit(group, of: to))
      if fromUnit >= 0 { counts[group]?[fromUnit, default: 0] -= 1 }
      if toUnit >= 0 { counts[group]?[toUnit, default: 0] += 1 }
    }
  }
}
