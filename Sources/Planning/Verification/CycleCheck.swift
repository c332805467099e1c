/// Re-checks the certificates that full hosts give, host by host and item by item, from the problem alone.
package enum CycleCheck {
  /// What is wrong with sets of hosts that are each said to need one move beyond the forced ones of its items; empty: nothing.
  ///
  /// `leaving`: items that a migration under way takes off their host anyway.
  package static func problems(of sets: [[Int]], in problem: PlacementProblem, leaving: Set<Int> = []) -> [CycleProblem] {
    var found: [CycleProblem] = []
    var setOf = [Int](repeating: -1, count: problem.hosts.count)
    for (set, hosts) in sets.enumerated() {
      for host in hosts {
        if setOf[host] >= 0 { found.append(.sharedHost(host)) }
        setOf[host] = set
      }
    }
    let use = leastUse(problem, leaving: leaving)
    var isForced = [Bool](repeating: false, count: sets.count)
    for (index, item) in problem.items.enumerated() where setOf[item.start] >= 0 && !leaving.contains(index) {
      let itemClass = problem.classes[item.classID]
      if problem.hostSets[itemClass.home].contains(item.start) { continue }
      isForced[setOf[item.start]] = true
      for host in problem.hostSets[itemClass.ends].hosts where host != item.start && problem.hosts[host].receives {
        guard let passage = problem.passage(item.classID, to: host) else { continue }
        if setOf[host] != setOf[item.start] { found.append(.endsOutside(item: index, host: host)) }
        if hasRoom(problem, itemClass.demand, passage, host, use) { found.append(.hasRoom(item: index, host: host)) }
      }
    }
    for set in sets.indices where !isForced[set] { found.append(.nobodyMustLeave(set: set)) }
    return found
  }

  /// What is wrong with hosts that nothing is said to be able to leave, and items on them that are said to have to; empty: nothing.
  package static func problems(ofDeadlock set: DeadlockedSet, in problem: PlacementProblem, leaving: Set<Int> = []) -> [CycleProblem] {
    var found: [CycleProblem] = []
    let hosts = Set(set.hosts)
    let use = leastUse(problem, leaving: leaving)
    for (index, item) in problem.items.enumerated() where hosts.contains(item.start) {
      let itemClass = problem.classes[item.classID]
      if leaving.contains(index) { found.append(.endsOutside(item: index, host: item.start)) }
      for host in problem.hosts.indices where host != item.start && problem.hosts[host].receives {
        guard let passage = problem.passage(item.classID, to: host) else { continue }
        let mayStop = problem.hostSets[itemClass.stops].contains(host) && !passage.isOnly
        guard mayStop || problem.hostSets[itemClass.ends].contains(host) else { continue }
        if !hosts.contains(host) { found.append(.endsOutside(item: index, host: host)) }
        if hasRoom(problem, itemClass.demand, passage, host, use) { found.append(.hasRoom(item: index, host: host)) }
      }
    }
    for item in set.items {
      let start = problem.items[item].start
      let home = problem.hostSets[problem.classes[problem.items[item].classID].home]
      if !hosts.contains(start) || home.contains(start) { found.append(.mayStay(item: item)) }
    }
    return found
  }

  /// Charged on each host until somebody who starts there leaves by a move of the plan.
  private static func leastUse(_ problem: PlacementProblem, leaving: Set<Int>) -> [Int] {
    var use = problem.base
    for (index, item) in problem.items.enumerated() where !leaving.contains(index) {
      let demand = problem.classes[item.classID].demand
      for resource in 0..<problem.resourceCount { use[item.start * problem.resourceCount + resource] += demand[resource] }
    }
    return use
  }

  private static func hasRoom(_ problem: PlacementProblem, _ demand: [Int], _ passage: Passage, _ host: Int, _ use: [Int]) -> Bool {
    for resource in 0..<problem.resourceCount {
      let place = host * problem.resourceCount + resource
      let extra = passage.arrival.first { $0.resource == resource }?.amount ?? 0
      if demand[resource] == 0 && extra == 0 && !problem.refusesWhenOver { continue }
      if use[place] + demand[resource] + extra > problem.capacity[place] { return false }
    }
    return true
  }
}

/// One way in which such a certificate does not hold.
package enum CycleProblem: Sendable, Equatable {
  case sharedHost(Int)
  case endsOutside(item: Int, host: Int)
  case hasRoom(item: Int, host: Int)
  case nobodyMustLeave(set: Int)
  case mayStay(item: Int)
}
