/// Detours that let waiting migrations go on: the fewest, over hosts with room.
///
/// What waits falls into sets that share no host. A small set is searched whole over its hosts and a few shelters (`DetourSearch`), from where it
/// began if none of its moves had to be a detour yet; of a large one the detour, or the few from one host, that unlocks most is made, and again.
struct DeadlockBreaker {
  private(set) var order: LegOrder
  private let facts: SequenceFacts
  private var shelters: Shelters
  private let startItems: [[Int]]

  /// Items of a set that is searched whole.
  private static let searchedItemsMax = 8
  private static let residentsMax = 6
  private static let sheltersMax = 4
  /// The same for items that wait with one more that makes room: each of the others is tried.
  private static let helpedItemsMax = 4
  private static let helpedNodesMax = 1_000
  /// The same from where the set began.
  private static let rewoundItemsMax = 6
  private static let rewoundNodesMax = 60_000
  /// Hosts of a cell in which any one of the others is tried as the one that makes room.
  private static let hostsSearchedMax = 16
  private static let nodesMax = 6_000

  init(_ order: LegOrder) {
    self.order = order
    facts = order.facts
    shelters = Shelters(order.facts)
    var startItems = [[Int]](repeating: [], count: order.facts.problem.hosts.count)
    for (item, host) in order.facts.startOf.enumerated() { startItems[host].append(item) }
    self.startItems = startItems
  }

  mutating func run(_ budget: inout StepBudget) {
    if rewindSmallSets(&budget) { order.run() }
    while true {
      let sets = WaitingSets.of(order.waiting, order)
      if sets.isEmpty { return }
      var hasProgress = false
      for set in sets {
        let waiting = set.filter { order.position[$0] != order.target[$0] }
        if waiting.isEmpty || budget.isSpent { continue }
        if waiting.count <= Self.searchedItemsMax, search(waiting, &budget) || searchWithResidents(waiting, &budget) {
          hasProgress = true
        } else if makeBestDetour(waiting, &budget) {
          hasProgress = true
        } else if waiting.count <= Self.helpedItemsMax, searchWithOneMore(waiting, &budget) {
          hasProgress = true
        }
        order.run()
      }
      if !hasProgress, !rewindWithOneMore(&budget) { return }
    }
  }

  // MARK: - Small sets

  /// Searches small sets from where they began, so that an unlucky order costs no detour.
  private mutating func rewindSmallSets(_ budget: inout StepBudget) -> Bool {
    let movers = Set(order.waiting).union(order.legs.map(\.item)).sorted()
    var isWaiting = [Bool](repeating: false, count: order.target.count)
    for item in order.waiting { isWaiting[item] = true }
    var hasProgress = false
    for set in WaitingSets.of(movers, order) where set.count <= Self.searchedItemsMax && set.contains(where: { isWaiting[$0] }) {
      let members = Set(set)
      var attempt = order
      attempt.rollBack { members.contains($0) }
      if let legs = detours(set, attempt, &budget) {
        order = attempt
        make(legs, of: set)
        hasProgress = true
      }
    }
    return hasProgress
  }

  private mutating func search(_ items: [Int], _ budget: inout StepBudget) -> Bool {
    guard let legs = detours(items, order, &budget) else { return false }
    make(legs, of: items)
    return true
  }

  private mutating func searchWithResidents(_ items: [Int], _ budget: inout StepBudget) -> Bool {
    let movable = residents(Set(items.map { order.target[$0] }).sorted(), beside: items)
    guard !movable.isEmpty else { return false }
    return search(items + movable, &budget)
  }

  /// The least detours for which one more item makes room, on whatever host: none of those that wait has a shelter as it is.
  private mutating func searchWithOneMore(_ items: [Int], _ budget: inout StepBudget) -> Bool {
    guard let found = withOneMore(items, order, Self.helpedNodesMax, &budget) else { return false }
    make(found.legs, of: found.items)
    return true
  }

  /// The same from where the set began, alone or with one of the sets that went their way: what moved already may have taken the room in which
  /// the one more would have waited.
  private mutating func rewindWithOneMore(_ budget: inout StepBudget) -> Bool {
    let isWaiting = Set(order.waiting)
    let sets = WaitingSets.of(isWaiting.union(order.legs.map(\.item)).sorted(), order)
    let (stuck, others) = (sets.filter { !isWaiting.isDisjoint(with: $0) }, sets.filter { isWaiting.isDisjoint(with: $0) })
    var share = budget.take(Self.rewoundNodesMax)
    defer { budget.giveBack(share) }
    for set in stuck where !share.isSpent {
      for items in [set] + others.map({ set + $0 }) where items.count <= Self.rewoundItemsMax {
        let members = Set(items)
        var attempt = order
        attempt.rollBack { members.contains($0) }
        // A detour may have crossed a host of the set after it left.
        guard isInOrder(attempt.legs), let found = withOneMore(items, attempt, Self.nodesMax, &share) else { continue }
        order = attempt
        make(found.legs, of: found.items)
        return true
      }
    }
    return false
  }

  /// True if these moves alone can be made, one after the other.
  private func isInOrder(_ legs: [SequenceLeg]) -> Bool {
    var replay = order
    replay.undo(to: 0)
    for leg in legs {
      guard replay.position[leg.item] == leg.from, replay.mayGo(leg.item, to: leg.to) else { return false }
      replay.put(leg.item, on: leg.to)
    }
    return true
  }

  private func withOneMore(
    _ items: [Int], _ state: LegOrder, _ nodesMax: Int, _ budget: inout StepBudget
  ) -> (legs: [SequenceLeg], items: [Int])? {
    guard facts.problem.hosts.count <= Self.hostsSearchedMax else { return nil }
    var best: (legs: [SequenceLeg], items: [Int], weight: Int)?
    for host in facts.problem.hosts.indices {
      var classes = Set<Int>()
      let residents = startItems[host].filter { state.position[$0] == host && !items.contains($0) }
      for item in residents where classes.insert(facts.classOf[item]).inserted {
        let all = items + [item]
        var search = DetourSearch(state, items: all, hosts: Array(facts.problem.hosts.indices), isComplete: false)
        guard let legs = search.run(nodesMax, &budget) else { continue }
        let weight = legs.reduce(0) { $0 + facts.weight($1.item, to: $1.to) }
        if best.map({ weight < $0.weight }) ?? true { best = (legs, all, weight) }
      }
    }
    return best.map { ($0.legs, $0.items) }
  }

  /// Some that are on the hosts and need not move, each of another class or host.
  private func residents(_ hosts: [Int], beside items: [Int]) -> [Int] {
    var found: [Int] = []
    for host in hosts {
      var classes = Set<Int>()
      for item in startItems[host] + order.waitingOrThere(host) where order.position[item] == host && !items.contains(item) {
        if !found.contains(item), classes.insert(facts.classOf[item]).inserted { found.append(item) }
      }
    }
    return Array(
      found.sorted { (facts.seconds($0, to: order.position[$0]), $0) < (facts.seconds($1, to: order.position[$1]), $1) }
        .prefix(Self.residentsMax))
  }

  private mutating func detours(_ items: [Int], _ state: LegOrder, _ budget: inout StepBudget) -> [SequenceLeg]? {
    var hosts = Set(items.flatMap { [state.position[$0], state.target[$0]] })
    var isAvoided = [Bool](repeating: false, count: facts.problem.hosts.count)
    for host in hosts { isAvoided[host] = true }
    for item in items {
      for host in shelters.find(item, state, atMost: Self.sheltersMax, isAvoided: isAvoided)
      where hosts.count < items.count + 2 * Self.sheltersMax {
        hosts.insert(host)
      }
    }
    var search = DetourSearch(state, items: items, hosts: hosts.sorted(), isComplete: false)
    return search.run(Self.nodesMax, &budget)
  }

  private mutating func make(_ legs: [SequenceLeg], of items: [Int]) {
    order.makeAll(legs, of: items)
    for leg in legs where leg.to != order.target[leg.item] { shelters.visit(leg.to) }
  }

  // MARK: - Large sets

  private struct Detour {
    var legs: [SequenceLeg]
    /// Moves more than without it, if the rest can go straight.
    var extra: Int
  }

  /// Waiting items looked at for one detour.
  private static let itemsLookedAtMax = 256

  /// Makes the detour that lets most migrations pass; false: none does.
  private mutating func makeBestDetour(_ waiting: [Int], _ budget: inout StepBudget) -> Bool {
    var isAvoided = [Bool](repeating: false, count: facts.problem.hosts.count)
    for item in waiting { isAvoided[order.target[item]] = true }
    var best: (detour: Detour, gain: Int)?
    let step = max(1, waiting.count / Self.itemsLookedAtMax)
    for index in stride(from: 0, to: waiting.count, by: step) {
      for detour in detours(for: waiting[index], isAvoided) {
        guard let unlocked = unlocked(by: detour, &budget), unlocked > 0 else { continue }
        let gain = unlocked == waiting.count ? Int.max - detour.extra : (unlocked << 10) / max(1, detour.extra * 2)
        if best.map({ gain > $0.gain }) ?? true { best = (detour, gain) }
      }
    }
    guard let best else { return false }
    for leg in best.detour.legs {
      if order.endsAsWell(leg.item, on: leg.to) { order.retarget(leg.item, to: leg.to) } else { shelters.visit(leg.to) }
      order.go(leg.item, to: leg.to)
    }
    return true
  }

  /// The item itself out of the way, or enough others off the host it wants.
  private mutating func detours(for item: Int, _ isAvoided: [Bool]) -> [Detour] {
    var found: [Detour] = []
    for host in shelters.find(item, order, atMost: 2, isAvoided: isAvoided) where host != order.target[item] {
      let isEnd = order.endsAsWell(item, on: host)
      found.append(Detour(legs: [SequenceLeg(item: item, from: order.position[item], to: host)], extra: isEnd ? 0 : 1))
    }
    let blocked = order.target[item]
    let there = (startItems[blocked] + order.waitingOrThere(blocked)).filter { order.position[$0] == blocked }
    for other in there {
      if let detour = eviction([other], for: item, isAvoided) { found.append(detour) }
    }
    if found.count <= 2, let detour = eviction(there, for: item, isAvoided) { found.append(detour) }
    return found
  }

  /// Sends so many of the items away from the host another one wants that it has room; nil: that cannot be.
  private mutating func eviction(_ others: [Int], for item: Int, _ isAvoided: [Bool]) -> Detour? {
    let mark = order.legs.count
    defer { order.undo(to: mark) }
    let host = order.target[item]
    var detour = Detour(legs: [], extra: 0)
    for other in others {
      guard let shelter = shelters.find(other, order, atMost: 1, isAvoided: isAvoided).first else { continue }
      let isMover = order.target[other] != host
      let isEnd = order.endsAsWell(other, on: shelter)
      detour.legs.append(SequenceLeg(item: other, from: host, to: shelter))
      detour.extra += (isMover ? 0 : 1) + (isEnd ? 0 : 1)
      order.put(other, on: shelter)
      if order.mayGo(item, to: host) { return detour }
    }
    return nil
  }

  /// Waiting moves that a detour lets pass; nil: it cannot be made.
  private mutating func unlocked(by detour: Detour, _ budget: inout StepBudget) -> Int? {
    let mark = order.legs.count
    defer { order.undo(to: mark) }
    for leg in detour.legs {
      guard order.mayGo(leg.item, to: leg.to) else { return nil }
      order.go(leg.item, to: leg.to)
    }
    order.run()
    let made = order.legs.count - mark
    guard budget.spend(1 + made) else { return nil }
    let evicted = Set(detour.legs.map(\.item))
    return order.legs[(mark + detour.legs.count)...].reduce(0) { $0 + (evicted.contains($1.item) ? 0 : 1) }
  }
}
