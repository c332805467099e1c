extension DeadlockedSet {
  /// The largest set of hosts that no item can ever leave, with the items on them that may not stay; nil: there is none with such an item.
  ///
  /// A set is closed if every host to which any item that starts in it may be sent is in the set and has no room for it at the start. The first
  /// departure from a closed set would need room that only a departure can make. Holds whatever the target is.
  package static func find(_ problem: PlacementProblem, running: [RunningMigration] = []) -> DeadlockedSet? {
    let isOpen = hostsThatMayBeLeft(problem, running: running)
    let items = problem.items.indices.filter { !isOpen[problem.items[$0].start] && !problem.mayStay($0) }
    guard !items.isEmpty else { return nil }
    return DeadlockedSet(items: items, hosts: isOpen.indices.filter { !isOpen[$0] }, proof: .nothingCanLeave)
  }

  /// By host: something on it may leave it in some plan. What starts on any other stays there in every plan.
  static func hostsThatMayBeLeft(_ problem: PlacementProblem, running: [RunningMigration] = []) -> [Bool] {
    var use = problem.startUse()
    var isOpen = [Bool](repeating: false, count: problem.hosts.count)
    for migration in running {
      isOpen[migration.from] = true
      let demand = problem.classes[problem.items[migration.item].classID].demand
      for resource in demand.indices { use[migration.from * problem.resourceCount + resource] -= demand[resource] }
    }
    var startsOf = [[Int]](repeating: [], count: problem.classes.count)
    for item in problem.items { startsOf[item.classID].append(item.start) }
    var classesInto = [[Int]](repeating: [], count: problem.hosts.count)
    var opened = isOpen.indices.filter { isOpen[$0] }
    func openHosts(of classID: Int, but host: Int?) {
      for start in startsOf[classID] where !isOpen[start] && start != host {
        isOpen[start] = true
        opened.append(start)
      }
    }
    for classID in problem.classes.indices where !startsOf[classID].isEmpty {
      for host in destinations(problem, classID) {
        if problem.fits(classID, on: host, use: use) { openHosts(of: classID, but: host) }
        classesInto[host].append(classID)
      }
    }
    while let host = opened.popLast() {
      for classID in classesInto[host] { openHosts(of: classID, but: nil) }
    }
    return isOpen
  }

  private static func destinations(_ problem: PlacementProblem, _ classID: Int) -> [Int] {
    let itemClass = problem.classes[classID]
    return Set(problem.hostSets[itemClass.ends].hosts).union(problem.hostSets[itemClass.stops].hosts).sorted()
      .filter { problem.mayEnd(classID, on: $0) || problem.mayStop(classID, on: $0) }
  }
}
