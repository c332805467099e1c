extension PlacementProblem {
  package func classOf(_ item: Int) -> ItemClass { classes[items[item].classID] }

  /// True if the item may stay where it starts, as far as it alone is concerned.
  package func mayStay(_ item: Int) -> Bool {
    let item = items[item]
    return hostSets[classes[item.classID].home].contains(item.start)
  }

  /// How an item of the class is taken to the host; nil: not at all.
  package func passage(_ classID: Int, to host: Int) -> Passage? {
    let kind = hosts[host].kind
    return kind < classes[classID].passages.count ? classes[classID].passages[kind] : nil
  }

  /// True if a move may leave an item of the class on the host, room and groups apart.
  package func mayEnd(_ classID: Int, on host: Int) -> Bool {
    hosts[host].receives && hostSets[classes[classID].ends].contains(host) && passage(classID, to: host) != nil
  }

  /// True if an item of the class may stop on the host on its way, room and groups apart.
  package func mayStop(_ classID: Int, on host: Int) -> Bool {
    hosts[host].receives && hostSets[classes[classID].stops].contains(host) && passage(classID, to: host).map { !$0.isOnly } ?? false
  }

  /// Charged on each host at the start, laid out like `capacity`.
  package func startUse() -> [Int] {
    var use = base
    for item in items {
      let demand = classes[item.classID].demand
      for resource in 0..<resourceCount { use[item.start * resourceCount + resource] += demand[resource] }
    }
    return use
  }

  /// True if what arrives with the item (its demand and what copying takes) fits beside `use` on the host.
  package func fits(_ classID: Int, on host: Int, use: [Int]) -> Bool {
    let demand = classes[classID].demand
    let row = host * resourceCount
    for resource in 0..<resourceCount where demand[resource] > 0 || refusesWhenOver {
      if use[row + resource] + demand[resource] > capacity[row + resource] { return false }
    }
    for need in passage(classID, to: host)?.arrival ?? [] {
      if use[row + need.resource] + demand[need.resource] + need.amount > capacity[row + need.resource] { return false }
    }
    return true
  }

  /// Unit of the group that the host belongs to; -1: none.
  package func unit(_ group: Int, of host: Int) -> Int { unitMaps[groups[group].unitMap][host] }

  /// Members of a group by unit with every item on `hostOf`.
  package func counts(_ group: Int, _ hostOf: (Int) -> Int) -> [Int: Int] {
    var counts = groups[group].base
    for member in groups[group].members {
      let unit = unit(group, of: hostOf(member))
      if unit >= 0 { counts[unit, default: 0] += 1 }
    }
    return counts
  }
}

extension ItemGroup {
  /// How far `counts` (unit → members) is from what the group asks; 0: kept.
  ///
  /// separate: members above the maximum, summed over the units. together: units in use beyond the first. spread: skew above the limit.
  package func excess(_ counts: [Int: Int]) -> Int {
    switch kind {
    case .separate(let max): return counts.values.reduce(0) { $0 + Swift.max(0, $1 - max) }
    case .together: return Swift.max(0, counts.values.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } - 1)
    case .spread(let maxSkew):
      let levels = counted.map { counts[$0, default: 0] }
      guard let high = levels.max(), let low = levels.min() else { return 0 }
      return Swift.max(0, high - low - maxSkew)
    }
  }
}
