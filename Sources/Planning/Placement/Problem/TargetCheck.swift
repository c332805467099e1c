extension PlacementProblem {
  /// What is wrong with a placement as an end; empty: it meets every declaration. For tests and before a placement is believed.
  package func problems(ofTarget target: [Int]) -> [TargetProblem] {
    var problems: [TargetProblem] = []
    var use = base
    var changed = Set<Int>()
    for (index, item) in items.enumerated() {
      let host = target[index]
      let itemClass = classes[item.classID]
      for resource in 0..<resourceCount { use[host * resourceCount + resource] += itemClass.demand[resource] }
      if host == item.start {
        if !hostSets[itemClass.home].contains(host) { problems.append(.mayNotStay(item: index)) }
        continue
      }
      changed.insert(host)
      if !mayEnd(item.classID, on: host) { problems.append(.mayNotEnd(item: index, host: host)) }
      for need in passage(item.classID, to: host)?.arrival ?? [] { use[host * resourceCount + need.resource] += need.amount }
    }
    for host in hosts.indices where hosts[host].isRelieved || changed.contains(host) {
      let row = host * resourceCount
      if (0..<resourceCount).contains(where: { use[row + $0] > capacity[row + $0] }) { problems.append(.isOver(host: host)) }
    }
    for group in groups.indices where groups[group].excess(counts(group) { target[$0] }) > 0 { problems.append(.isBroken(group: group)) }
    return problems
  }
}

/// One way in which a placement is no end.
package enum TargetProblem: Sendable, Equatable, Hashable {
  case mayNotStay(item: Int)
  case mayNotEnd(item: Int, host: Int)
  case isOver(host: Int)
  case isBroken(group: Int)
}
