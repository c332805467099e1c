/// Looks for proofs that not everything can be mended: items without a host, hosts that cannot be relieved, groups, sizes.
package struct InfeasibilityFinder {
  /// Host sets whose items are held against their room.
  private static let setsMax = 64
  /// Sizes of slots tried for one set and resource.
  private static let thresholdsMax = 16
  /// Steps of the assignments of all groups.
  private static let groupStepsMax = 1 << 28

  private let facts: BoundFacts
  private var problem: PlacementProblem { facts.problem }

  package init(_ problem: PlacementProblem) { facts = BoundFacts(problem) }

  /// Every item and host that stands alone, every group, and of the sizes the first that tells; empty: nothing was found, which proves nothing.
  package func find() -> [Obstruction] {
    var found = withoutHost() + fullOfFixed() + groups()
    if found.isEmpty, let slots = tooFewSlots() { found.append(slots) }
    // What the check does not come out at is not claimed.
    return found.filter(ObstructionCheck(problem).holds)
  }

  private func withoutHost() -> [Obstruction] {
    problem.items.indices.filter { !facts.stays[$0] && facts.least[problem.items[$0].classID] == nil }.map {
      Obstruction(kind: .noHost, items: [$0], hosts: [])
    }
  }

  private func fullOfFixed() -> [Obstruction] {
    var room = facts.room
    let rows = facts.rows
    for (index, item) in problem.items.enumerated() where facts.stays[index] && facts.least[item.classID] == nil {
      for resource in 0..<rows { room[item.start * rows + resource] -= facts.demand[item.classID * rows + resource] }
    }
    return problem.hosts.indices.filter { problem.hosts[$0].isRelieved }.compactMap { host in
      guard let resource = (0..<rows).first(where: { room[host * rows + $0] < 0 }) else { return nil }
      return Obstruction(kind: .fullOfFixed(resource: resource), items: [], hosts: [host])
    }
  }

  // MARK: - Groups

  private func groups() -> [Obstruction] {
    var budget = StepBudget(Self.groupStepsMax)
    let bound = GroupBound(facts)
    return problem.groups.indices.compactMap { group in
      guard problem.groups[group].members.count <= GroupBound.membersMax, case .impossible = bound.bound(group, &budget) else { return nil }
      return HallSearch(facts, group).obstruction()
    }
  }

  // MARK: - Sizes

  private func tooFewSlots() -> Obstruction? {
    var isUsed = [Bool](repeating: false, count: problem.hostSets.count)
    for itemClass in problem.classes { isUsed[itemClass.ends] = true }
    let used = isUsed.indices.filter { isUsed[$0] }
    // The smallest sets are the tightest and say most; all hosts together stand for the rest.
    let sets = used.map { problem.hostSets[$0].hosts }.sorted { $0.count < $1.count }.prefix(Self.setsMax)
    for hosts in sets + [Array(problem.hosts.indices)] {
      if let found = tooFewSlots(HostSelection(hosts)) { return found }
    }
    return nil
  }

  private func tooFewSlots(_ hosts: HostSelection) -> Obstruction? {
    let bound = problem.items.indices.filter { SlotPool.isBound($0, to: hosts, problem) }
    guard !bound.isEmpty else { return nil }
    let pool = SlotPool(problem, hosts, items: bound)
    for resource in 0..<facts.rows {
      let sizes = Set(bound.map { facts.demand[problem.items[$0].classID * facts.rows + resource] }.filter { $0 > 0 }).sorted(by: >)
      for threshold in [1] + sizes.prefix(Self.thresholdsMax) where !sizes.isEmpty {
        let (needed, offered) = pool.slots(resource, threshold)
        guard needed > offered else { continue }
        let items = bound.filter { facts.demand[problem.items[$0].classID * facts.rows + resource] >= threshold }
        return Obstruction(
          kind: .tooFewSlots(resource: resource, threshold: threshold, needed: needed, offered: offered), items: items, hosts: hosts.hosts)
      }
    }
    return nil
  }
}
