extension TargetState {
  /// Pools what may not be where it is, and then the cheapest items whose leaving makes groups and hosts right.
  ///
  /// Afterwards no item with a place breaks anything, but for what the items cannot help (room or members that are none of theirs).
  mutating func loosen() {
    for item in 0..<facts.itemCount where hostOf[item] >= 0 && !isLegal(item, on: Int(hostOf[item])) {
      remove(item)
      // What may be nowhere is where it is, whatever is done.
      if facts.isStuck(item) { place(item, on: Int(facts.start[item])) }
    }
    for group in facts.problem.groups.indices {
      switch groups.kind[group] {
      case .separate: thin(group)
      case .together: gather(group)
      case .spread: level(group)
      }
    }
    for host in 0..<facts.hostCount where isOver(host) { relieve(host) }
  }

  /// What leaving its host adds to the weight at least.
  private func leavingWeight(_ item: Int) -> Int { isMoved(item) ? 0 : facts.leastWeight[Int(facts.classOf[item])] }

  /// True if a move may take the item to another unit of the group than it is on.
  private func canLeave(_ item: Int, unitOf group: Int) -> Bool {
    let classID = Int(facts.classOf[item])
    let unit = groups.unit(group, of: Int(hostOf[item]))
    return facts.ends(classID).contains { groups.unit(group, of: $0) != unit && facts.mayEnd(classID, on: $0) }
  }

  /// True if there is another host that the item may be on.
  private func mayLeave(_ item: Int) -> Bool { isMoved(item) || facts.soleEnd[Int(facts.classOf[item])] != RepairFacts.noEnd }

  /// Pools the cheapest members on a unit.
  private mutating func poolMembers(_ group: Int, unit: Int, count: Int) {
    guard count > 0 else { return }
    var candidates: [(isStuck: Bool, weight: Int, size: Double, item: Int)] = []
    for index in groups.memberRange(group) {
      let item = groups.member(at: index)
      guard hostOf[item] >= 0, groups.unit(group, of: Int(hostOf[item])) == unit, mayLeave(item) else { continue }
      candidates.append((!canLeave(item, unitOf: group), leavingWeight(item), facts.size(ofItem: item), item))
    }
    candidates.sort { ($0.isStuck ? 1 : 0, $0.weight, $0.size, $0.item) < ($1.isStuck ? 1 : 0, $1.weight, $1.size, $1.item) }
    for candidate in candidates.prefix(count) { remove(candidate.item) }
  }

  /// Units that members are on, ascending.
  private func unitsInUse(_ group: Int) -> [Int] {
    var units: [Int] = []
    for index in groups.memberRange(group) {
      let host = hostOf[groups.member(at: index)]
      if host >= 0, groups.unit(group, of: Int(host)) >= 0 { units.append(groups.unit(group, of: Int(host))) }
    }
    units.sort()
    var distinct: [Int] = []
    for unit in units where distinct.last != unit { distinct.append(unit) }
    return distinct
  }

  private mutating func thin(_ group: Int) {
    for unit in unitsInUse(group) { poolMembers(group, unit: unit, count: groups.surplus(group, unit: unit, hostOf)) }
  }

  /// Pools the members that are not on the unit that is cheapest for all.
  private mutating func gather(_ group: Int) {
    let problemGroup = facts.problem.groups[group]
    let units = unitsInUse(group)
    let isAtHome = units.count <= 1 && groups.waiting[group] == 0
    if problemGroup.base.allSatisfy({ $0.value == 0 }) {
      guard !isAtHome else {
        groups.choose(group, units.first ?? Int(GroupCounts.anyUnit))
        return
      }
      groups.choose(group, bestUnit(group, among: units) ?? Int(GroupCounts.anyUnit))
    }
    let chosen = Int(groups.choice[group])
    for unit in units where unit != chosen { poolMembers(group, unit: unit, count: problemGroup.members.count) }
  }

  /// The unit that all members may reach at the least weight, in use or not; nil: none.
  func bestUnit(_ group: Int, among inUse: [Int]) -> Int? {
    if let best = bestUnit(group, of: inUse), best.lacks == 0 { return best.unit }
    // None in use has room for all: the others, as far as the first member reaches.
    guard let first = facts.problem.groups[group].members.first else { return nil }
    var units = inUse
    for host in facts.ends(Int(facts.classOf[first])).prefix(RepairLimits.unitsTriedMax) {
      let unit = groups.unit(group, of: host)
      if unit >= 0, units.last != unit { units.append(unit) }
    }
    return bestUnit(group, of: units)?.unit
  }

  private func bestUnit(_ group: Int, of units: [Int]) -> (unit: Int, lacks: Double)? {
    var best: (lacks: Double, weight: Int, unit: Int)?
    for unit in units {
      guard let (lacks, weight) = gatherCost(group, unit: unit) else { continue }
      if let known = best, (known.lacks, known.weight) <= (lacks, weight) { continue }
      best = (lacks, weight, unit)
    }
    return best.map { ($0.unit, $0.lacks) }
  }

  /// Room that all members together lack on the unit, and the weight of coming; nil: some member may not be there at all.
  private func gatherCost(_ group: Int, unit: Int) -> (lacks: Double, weight: Int)? {
    let hosts = groups.hosts(ofUnit: unit, group)
    var weight = 0
    var need = [Int](repeating: 0, count: facts.resourceCount)
    for index in groups.memberRange(group) {
      let item = groups.member(at: index)
      if hostOf[item] >= 0, groups.unit(group, of: Int(hostOf[item])) == unit { continue }
      guard let host = hosts.first(where: { isLegal(item, on: Int($0)) }) else { return nil }
      weight += facts.weight(item, on: Int(host))
      let row = facts.chargeRow(item, on: Int(host))
      for resource in need.indices { need[resource] += facts.charges[row + resource] }
    }
    var lacks = 0.0
    for resource in need.indices where hosts.count <= RepairLimits.hostsSummedMax {
      let free = hosts.reduce(0) { $0 + max(0, room[Int($1) * need.count + resource]) }
      lacks += Double(max(0, need[resource] - free)) * facts.roomFactor[resource]
    }
    return (lacks, weight)
  }

  /// Chooses the level that asks for the fewest moves and pools as many members as it takes.
  private mutating func level(_ group: Int) {
    guard case .spread(let skew) = facts.problem.groups[group].kind else { return }
    let counted = facts.problem.groups[group].counted
    let levels = counted.map { groups.level(group, unit: $0) }
    var best = (cost: Int.max, level: 0)
    for level in 0...(levels.max() ?? 0) + 1 {
      let surplus = levels.reduce(0) { $0 + max(0, $1 - level - skew) }
      let missing = levels.reduce(0) { $0 + max(0, level - $1) }
      let cost = max(surplus, missing - Int(groups.waiting[group]))
      if cost < best.cost { best = (cost, level) }
    }
    groups.choose(group, best.level)
    for unit in counted { poolMembers(group, unit: unit, count: groups.surplus(group, unit: unit, hostOf)) }
    while groups.missing[group] > groups.waiting[group] {
      let above = counted.filter { groups.level(group, unit: $0) > best.level }
      let highest = above.max { groups.level(group, unit: $0) < groups.level(group, unit: $1) }
      let waiting = groups.waiting[group]
      if let highest { poolMembers(group, unit: highest, count: 1) }
      if waiting == groups.waiting[group], !poolUncounted(group) { return }
    }
  }

  /// Pools one member that is on none of the counted units; false: there is none.
  private mutating func poolUncounted(_ group: Int) -> Bool {
    let counted = facts.problem.groups[group].counted
    for index in groups.memberRange(group) {
      let item = groups.member(at: index)
      guard hostOf[item] >= 0, !counted.contains(groups.unit(group, of: Int(hostOf[item]))), mayLeave(item) else { continue }
      remove(item)
      return true
    }
    return false
  }
}
