/// Which migrations must have ended before each one starts, so that any timing that heeds them is safe.
///
/// Every migration takes the room it needs from named givers: what was free at the start, then what migrations leave that ended before it
/// starts in a schedule (a resource flow; Artigues, Michelon, Reusser 2003). Rooms of the hosts and places of `separate` groups that always
/// hold are flows; no room is promised twice. Members of other groups that always hold keep the order of the schedule.
struct ResourceFlow: Sendable {
  /// Sorted.
  private(set) var after: [[Int]]
  /// Why `after` is not to be trusted; nil: it is.
  private(set) var failure: PlannerFailure?

  private let facts: SequenceFacts
  /// Room at each place that is not promised yet. Places: `host * resourceCount + resource`, then units of groups.
  private var free: [Int]
  /// By how much the place is over; what leaves first only mends that.
  private var deficit: [Int]
  private var mending: [Int: [Int]] = [:]
  /// Chains of what is left of each gift, by place: first and last in `gifts`, -1: none.
  private var firstGift: [Int]
  private var lastGift: [Int]
  private var gifts: [Gift] = []
  private var placeOfUnit: [GroupUnit: Int] = [:]
  /// Members' moves that the next one of a group whose rule is no sum waits for.
  private var lastOfGroup: [Int: [Int]] = [:]
  /// The migration that last asked, by giver: what it needs anyway costs no further wait.
  private var neededBy: [Int]
  private var needs: [Int] = []
  /// Group → members by unit at the start.
  private var startCounts: [Int: [Int: Int]] = [:]
  private let running: [RunningMigration]

  private struct Gift {
    let leg: Int
    var amount: Int
    var next: Int
  }

  /// `events`: legs in the order they start (`isStart`) and end.
  init(_ facts: SequenceFacts, _ table: LegTable, _ running: [RunningMigration], events: [(leg: Int, isStart: Bool)]) {
    self.facts = facts
    self.running = running
    after = [[Int]](repeating: [], count: table.count)
    let use = RoomState(facts, running).use
    free = use.indices.map { max(0, facts.problem.capacity[$0] - use[$0]) }
    deficit = use.indices.map { max(0, use[$0] - facts.problem.capacity[$0]) }
    firstGift = [Int](repeating: -1, count: free.count)
    lastGift = firstGift
    neededBy = [Int](repeating: -1, count: table.count)
    for leg in 0..<table.runningCount {
      for group in facts.alwaysGroups[facts.classOf[table.item[leg]]] {
        if case .separate = facts.problem.groups[group].kind { continue }
        if !facts.problem.hasSameUnit(group, table.from[leg], table.to[leg]) { lastOfGroup[group, default: []].append(leg) }
      }
    }
    for (leg, isStart) in events {
      if !isStart {
        end(leg, table)
      } else if leg >= table.runningCount {
        start(leg, table)
      }
    }
  }

  /// The order of a table as events: each ends before the next starts.
  static func oneByOne(_ table: LegTable) -> [(leg: Int, isStart: Bool)] {
    (0..<table.runningCount).map { ($0, false) }
      + (table.runningCount..<table.count).flatMap { [(leg: $0, isStart: true), (leg: $0, isStart: false)] }
  }

  // MARK: - Taking

  private mutating func start(_ leg: Int, _ table: LegTable) {
    needs = []
    let (item, host) = (table.item[leg], table.to[leg])
    if table.previous[leg] >= 0 { need(table.previous[leg], leg) }
    let count = facts.resourceCount
    let arrival = facts.arrival(item, to: host)
    for resource in 0..<count {
      let demand = facts.demand[facts.classOf[item] * count + resource]
      let amount = arrival.reduce(demand) { $0 + ($1.resource == resource ? $1.amount : 0) }
      if amount > 0 || facts.problem.refusesWhenOver { take(amount, at: host * count + resource, leg) }
    }
    for group in facts.alwaysGroups[facts.classOf[item]] { enter(group, leg, table) }
    after[leg] = pruned().sorted()
  }

  private mutating func need(_ giver: Int, _ leg: Int) {
    guard neededBy[giver] != leg else { return }
    neededBy[giver] = leg
    needs.append(giver)
  }

  /// Needs that no other need waits for itself.
  private mutating func pruned() -> [Int] {
    guard needs.count > 1 else { return needs }
    for giver in needs {
      for earlier in after[giver] { neededBy[earlier] = -1 }
    }
    let kept = needs.filter { neededBy[$0] >= 0 }
    for giver in needs { neededBy[giver] = -1 }
    return kept
  }

  private mutating func take(_ amount: Int, at place: Int, _ leg: Int) {
    guard deficit[place] == 0 else { return fail() }
    for giver in mending[place] ?? [] { need(giver, leg) }
    guard amount > 0 else { return }
    if free[place] >= amount {
      free[place] -= amount
      return
    }
    var lacking = takeOnce(amount, at: place, leg)
    if lacking == 0 { return }
    let fromFree = min(free[place], lacking)
    free[place] -= fromFree
    lacking -= fromFree
    while lacking > 0 {
      guard firstGift[place] >= 0 else { return fail() }
      let gift = firstGift[place]
      let taken = min(lacking, gifts[gift].amount)
      if taken > 0 { need(gifts[gift].leg, leg) }
      lacking -= taken
      gifts[gift].amount -= taken
      if gifts[gift].amount == 0 { firstGift[place] = gifts[gift].next }
    }
    if firstGift[place] < 0 { lastGift[place] = -1 }
  }

  private mutating func fail() { failure = PlannerFailure(text: "a migration goes where there is no room") }

  /// Looked at before the oldest gift is taken.
  private static let giftsLookedAtMax = 16

  /// Takes from givers that are waited for anyway, and the rest from one that has it all if there is such a one; the amount still lacking.
  private mutating func takeOnce(_ amount: Int, at place: Int, _ leg: Int) -> Int {
    var lacking = amount
    var gift = firstGift[place]
    var whole = -1
    var looked = 0
    while gift >= 0, lacking > 0, looked < Self.giftsLookedAtMax {
      if neededBy[gifts[gift].leg] == leg {
        let taken = min(lacking, gifts[gift].amount)
        gifts[gift].amount -= taken
        lacking -= taken
      } else if whole < 0, gifts[gift].amount + free[place] >= lacking {
        whole = gift
      }
      gift = gifts[gift].next
      looked += 1
    }
    guard lacking > 0, whole >= 0 else { return lacking }
    let fromFree = max(0, lacking - gifts[whole].amount)
    free[place] -= fromFree
    gifts[whole].amount -= lacking - fromFree
    need(gifts[whole].leg, leg)
    return 0
  }

  // MARK: - Giving

  private mutating func end(_ leg: Int, _ table: LegTable) {
    let (item, host) = (table.item[leg], table.from[leg])
    let count = facts.resourceCount
    for resource in 0..<count { give(facts.demand[facts.classOf[item] * count + resource], at: host * count + resource, leg) }
    for group in facts.alwaysGroups[facts.classOf[item]] {
      guard case .separate = facts.problem.groups[group].kind, !facts.problem.hasSameUnit(group, host, table.to[leg]) else { continue }
      let unit = facts.problem.unit(group, of: host)
      if unit >= 0 { give(1, at: place(group, unit), leg) }
    }
  }

  private mutating func give(_ amount: Int, at place: Int, _ leg: Int) {
    let mended = min(deficit[place], amount)
    if mended > 0 {
      deficit[place] -= mended
      mending[place, default: []].append(leg)
    }
    guard amount > mended else { return }
    gifts.append(Gift(leg: leg, amount: amount - mended, next: -1))
    if lastGift[place] >= 0 && firstGift[place] >= 0 {
      gifts[lastGift[place]].next = gifts.count - 1
    } else {
      firstGift[place] = gifts.count - 1
    }
    lastGift[place] = gifts.count - 1
  }

  // MARK: - Groups that always hold

  private mutating func enter(_ group: Int, _ leg: Int, _ table: LegTable) {
    guard !facts.problem.hasSameUnit(group, table.from[leg], table.to[leg]) else { return }
    guard case .separate = facts.problem.groups[group].kind else {
      for earlier in lastOfGroup.updateValue([leg], forKey: group) ?? [] { need(earlier, leg) }
      return
    }
    let unit = facts.problem.unit(group, of: table.to[leg])
    if unit >= 0 { take(1, at: place(group, unit), leg) }
  }

  private mutating func place(_ group: Int, _ unit: Int) -> Int {
    let key = GroupUnit(group: group, unit: unit)
    if let known = placeOfUnit[key] { return known }
    let problem = facts.problem
    if startCounts[group] == nil {
      var counts = problem.counts(group) { problem.items[$0].start }
      for migration in running where problem.classes[facts.classOf[migration.item]].groups.contains(group) {
        let unit = problem.unit(group, of: migration.to)
        if unit >= 0, !problem.hasSameUnit(group, migration.from, migration.to) { counts[unit, default: 0] += 1 }
      }
      startCounts[group] = counts
    }
    guard case .separate(let max) = problem.groups[group].kind else { return free.count - 1 }
    let count = startCounts[group]?[unit] ?? 0
    placeOfUnit[key] = free.count
    free.append(Swift.max(0, max - count))
    deficit.append(0)
    firstGift.append(-1)
    lastGift.append(-1)
    return free.count - 1
  }
}
