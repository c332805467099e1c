/// Works out again that what an obstruction says makes it impossible to mend everything.
package struct ObstructionCheck {
  private let ends: LegalEnds
  private var problem: PlacementProblem { ends.problem }

  package init(_ problem: PlacementProblem) { ends = LegalEnds(problem) }

  package func holds(_ obstruction: Obstruction) -> Bool {
    switch obstruction.kind {
    case .noHost:
      guard obstruction.items.count == 1, let item = obstruction.items.first, problem.items.indices.contains(item) else { return false }
      return !problem.mayStay(item) && !canMove(problem.items[item].classID)
    case .fullOfFixed(let resource):
      guard obstruction.hosts.count == 1, let host = obstruction.hosts.first else { return false }
      return isFullOfFixed(host, resource)
    case .group(let group):
      guard problem.groups.indices.contains(group) else { return false }
      return isImpossible(group, obstruction)
    case .tooFewSlots(let resource, let threshold, let needed, let offered):
      guard (0..<problem.resourceCount).contains(resource), threshold > 0 else { return false }
      let hosts = HostSelection(obstruction.hosts)
      guard obstruction.items.allSatisfy({ SlotPool.isBound($0, to: hosts, problem) }) else { return false }
      let pool = SlotPool(problem, hosts, items: obstruction.items)
      return pool.slots(resource, threshold) == (needed, offered) && needed > offered
    }
  }

  private func canMove(_ classID: Int) -> Bool {
    problem.hostSets[problem.classes[classID].ends].hosts.contains { ends.weight(classID, to: $0) != nil }
  }

  private func isFullOfFixed(_ host: Int, _ resource: Int) -> Bool {
    var room = ends.room[host * problem.resourceCount + resource]
    for (index, item) in problem.items.enumerated() where item.start == host && problem.mayStay(index) && !canMove(item.classID) {
      room -= problem.classes[item.classID].demand[resource]
    }
    return problem.hosts[host].isRelieved && room < 0
  }

  /// For `separate` by counting the places of the units; for the others by what no prices are needed for, or all of its levels.
  private func isImpossible(_ group: Int, _ obstruction: Obstruction) -> Bool {
    let declared = problem.groups[group]
    guard case .separate(let max) = declared.kind else {
      var budget = StepBudget(.max)
      guard case .impossible = GroupBound(BoundFacts(problem)).bound(group, &budget) else { return false }
      return true
    }
    if declared.base.values.contains(where: { $0 > max }) { return true }
    let map = problem.unitMaps[declared.unitMap]
    let units = Set(obstruction.hosts.map { map[$0] })
    let places = units.reduce(0) { $0 + max - declared.base[$1, default: 0] }
    return obstruction.items.count > places && !units.contains(-1)
      && obstruction.items.allSatisfy { item in
        let (classID, start) = (problem.items[item].classID, problem.items[item].start)
        return declared.members.contains(item) && (!problem.mayStay(item) || units.contains(map[start]))
          && problem.hostSets[problem.classes[classID].ends].hosts.allSatisfy {
            $0 == start || units.contains(map[$0]) || ends.weight(classID, to: $0) == nil
          }
      }
  }
}

/// How many slots of one size some hosts offer at most, and how many the items need that can end nowhere else.
struct SlotPool {
  private let problem: PlacementProblem
  private let hosts: HostSelection
  private let items: [Int]

  init(_ problem: PlacementProblem, _ hosts: HostSelection, items: [Int]) {
    self.problem = problem
    self.hosts = hosts
    self.items = items
  }

  /// True if the item can end on these hosts only.
  static func isBound(_ item: Int, to hosts: HostSelection, _ problem: PlacementProblem) -> Bool {
    guard problem.items.indices.contains(item) else { return false }
    if problem.mayStay(item), !hosts.contains(problem.items[item].start) { return false }
    let ends = problem.hostSets[problem.classOf(item).ends].hosts
    return ends.count <= hosts.hosts.count && ends.allSatisfy(hosts.contains)
  }

  func slots(_ resource: Int, _ threshold: Int) -> (needed: Int, offered: Int) {
    let rows = problem.resourceCount
    var needed = 0
    var staying = [Int](repeating: 0, count: problem.hosts.count)
    for item in items {
      let slots = problem.classOf(item).demand[resource] / threshold
      needed += slots
      if problem.mayStay(item) { staying[problem.items[item].start] += slots }
    }
    var offered = 0
    for host in hosts.hosts {
      let room = max(0, problem.capacity[host * rows + resource] - problem.base[host * rows + resource]) / threshold
      // A host that need not be relieved may keep what it has.
      let most = problem.hosts[host].isRelieved ? room : max(room, staying[host])
      offered += problem.hosts[host].receives ? most : min(most, staying[host])
    }
    return (needed, offered)
  }
}
