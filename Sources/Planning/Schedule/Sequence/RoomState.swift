/// What is charged on every host, and the members that rules which always hold have on their units, while migrations begin and end.
struct RoomState: Sendable {
  let facts: SequenceFacts
  private(set) var use: [Int]
  /// Dense number of each unit of each such group, in the order they are asked for.
  private var placeOf: [GroupUnit: Int] = [:]
  private var placeCounts: [Int] = []
  private var placeLimits: [Int] = []
  private var wholes: [Int: WholeGroup] = [:]

  /// A group whose rule is no sum over its units: `together` or `spread`.
  private struct WholeGroup {
    var counts: [Int: Int]
    var excessMax: Int
  }

  init(_ facts: SequenceFacts, _ running: [RunningMigration]) {
    self.facts = facts
    use = facts.problem.startUse()
    for migration in running { charge(migration.item, on: migration.to, 1, isArrival: true) }
    for group in facts.problem.groups.indices where facts.problem.groups[group].always { open(group, running) }
  }

  private mutating func open(_ group: Int, _ running: [RunningMigration]) {
    let problem = facts.problem
    let rule = problem.groups[group]
    var counts = problem.counts(group) { problem.items[$0].start }
    for migration in running where facts.alwaysGroups[facts.classOf[migration.item]].contains(group) {
      let (from, to) = (problem.unit(group, of: migration.from), problem.unit(group, of: migration.to))
      if from != to && to >= 0 { counts[to, default: 0] += 1 }
    }
    guard case .separate(let max) = rule.kind else {
      wholes[group] = WholeGroup(counts: counts, excessMax: rule.excess(counts))
      return
    }
    for unit in counts.keys.sorted() {
      let count = counts[unit, default: 0]
      placeOf[GroupUnit(group: group, unit: unit)] = placeCounts.count
      placeCounts.append(count)
      placeLimits.append(Swift.max(max, count))
    }
  }

  // MARK: - Asking

  /// As `PlacementProblem.fits`; with `beside` also once that other item has come.
  func fits(_ item: Int, on host: Int, beside other: Int? = nil) -> Bool {
    let count = facts.resourceCount
    let demandRow = facts.classOf[item] * count
    let row = host * count
    let refusesWhenOver = facts.problem.refusesWhenOver
    for resource in 0..<count {
      let demand = facts.demand[demandRow + resource]
      guard demand > 0 || refusesWhenOver else { continue }
      let taken = other.map { facts.demand[facts.classOf[$0] * count + resource] } ?? 0
      if use[row + resource] + taken + demand > facts.problem.capacity[row + resource] { return false }
    }
    for need in facts.arrival(item, to: host) {
      if use[row + need.resource] + facts.demand[demandRow + need.resource] + need.amount > facts.problem.capacity[row + need.resource] {
        return false
      }
    }
    return true
  }

  /// True if the groups that always hold allow the item to begin its move now.
  func groupsAllow(_ item: Int, from: Int, to: Int) -> Bool {
    for group in facts.alwaysGroups[facts.classOf[item]] where blocks(group, from, to) { return false }
    return true
  }

  /// True if the group forbids that a move of a member from one host to the other begins now.
  func blocks(_ group: Int, _ from: Int, _ to: Int) -> Bool {
    let (fromUnit, toUnit) = (facts.problem.unit(group, of: from), facts.problem.unit(group, of: to))
    guard fromUnit != toUnit else { return false }
    let rule = facts.problem.groups[group]
    if case .separate(let max) = rule.kind {
      guard toUnit >= 0 else { return false }
      guard let place = placeOf[GroupUnit(group: group, unit: toUnit)] else { return max < 1 }
      return placeCounts[place] >= placeLimits[place]
    }
    guard let whole = wholes[group] else { return false }
    var units = rule.counted
    if case .together = rule.kind { units = whole.counts.keys.filter { $0 != toUnit } + (toUnit >= 0 ? [toUnit] : []) }
    return !AlwaysHold.allows(
      rule.kind, from: fromUnit < 0 ? nil : fromUnit, to: toUnit < 0 ? nil : toUnit, units: units,
      count: { whole.counts[$0, default: 0] }, start: { _ in 0 }, excessMax: whole.excessMax)
  }

  /// Members of a `separate` group that may still come to the unit; the unit of a group of another kind has none to give away.
  func freePlaces(group: Int, unit: Int) -> Int {
    guard case .separate(let max) = facts.problem.groups[group].kind else { return 0 }
    guard unit >= 0 else { return .max }
    return placeOf[GroupUnit(group: group, unit: unit)].map { placeLimits[$0] - placeCounts[$0] } ?? max
  }

  func canMove(_ item: Int, from: Int, to: Int) -> Bool { fits(item, on: to) && groupsAllow(item, from: from, to: to) }

  // MARK: - Changing

  private mutating func charge(_ item: Int, on host: Int, _ sign: Int, isArrival: Bool) {
    let count = facts.resourceCount
    let demandRow = facts.classOf[item] * count
    let row = host * count
    for resource in 0..<count { use[row + resource] += sign * facts.demand[demandRow + resource] }
    guard isArrival else { return }
    for need in facts.arrival(item, to: host) { use[row + need.resource] += sign * need.amount }
  }

  mutating func begin(_ item: Int, from: Int, to: Int) {
    charge(item, on: to, 1, isArrival: true)
    count(item, from: from, to: to, atTo: 1, atFrom: 0)
  }

  mutating func finish(_ item: Int, from: Int, to: Int) {
    charge(item, on: from, -1, isArrival: false)
    count(item, from: from, to: to, atTo: 0, atFrom: -1)
  }

  mutating func move(_ item: Int, from: Int, to: Int) {
    begin(item, from: from, to: to)
    finish(item, from: from, to: to)
  }

  /// Changes where an item is charged without a migration: what its arrival took is another matter.
  mutating func relocate(_ item: Int, from: Int, to: Int) {
    charge(item, on: from, -1, isArrival: false)
    charge(item, on: to, 1, isArrival: false)
    count(item, from: from, to: to, atTo: 1, atFrom: -1)
  }

  /// Charges, or with a sign of -1 takes back, what arriving takes beside the demand.
  mutating func chargeArrival(_ item: Int, on host: Int, _ sign: Int) {
    for need in facts.arrival(item, to: host) { use[host * facts.resourceCount + need.resource] += sign * need.amount }
  }

  /// Takes back a move that was made whole.
  mutating func undo(_ item: Int, from: Int, to: Int) {
    charge(item, on: from, 1, isArrival: false)
    charge(item, on: to, -1, isArrival: true)
    count(item, from: from, to: to, atTo: -1, atFrom: 1)
  }

  private mutating func count(_ item: Int, from: Int, to: Int, atTo: Int, atFrom: Int) {
    for group in facts.alwaysGroups[facts.classOf[item]] {
      let (fromUnit, toUnit) = (facts.problem.unit(group, of: from), facts.problem.unit(group, of: to))
      guard fromUnit != toUnit else { continue }
      add(atTo, group, toUnit)
      add(atFrom, group, fromUnit)
    }
  }

  private mutating func add(_ amount: Int, _ group: Int, _ unit: Int) {
    guard unit >= 0, amount != 0 else { return }
    guard case .separate(let max) = facts.problem.groups[group].kind else {
      wholes[group]?.counts[unit, default: 0] += amount
      return
    }
    if let place = placeOf[GroupUnit(group: group, unit: unit)] {
      placeCounts[place] += amount
    } else {
      placeOf[GroupUnit(group: group, unit: unit)] = placeCounts.count
      placeCounts.append(amount)
      placeLimits.append(max)
    }
  }
}
