import Fleet

/// Plans of cells too large to search whole: places what must move one by one, then mends what is stuck by exact searches of small windows.
///
/// Every leg is legal when it is added, so whatever it reaches is a plan that can be carried out.
struct GreedySearch {
  /// Rounds over the guests that found no room yet, each after others have left.
  static let roundsMax = 64
  /// Hosts of one class looked at for one guest.
  static let hostsTriedMax = 1024
  /// Units tried for a group that must stay together.
  static let unitsTriedMax = 32
  /// Orders tried from the seed when the plain ones leave something stuck.
  static let restartsMax = 4

  let facts: CellFacts
  let violations: Violations
  let finder: LegFinder
  let tasks: Tasks
  let classes: HostClasses
  let seed: UInt64
  let input: PlanningInput
  /// Ways of the guests that must move, and of others as they are asked for.
  var ways: [Int: Ways] = [:]
  var steps = 0
  /// Guests by the host they stand on, for the hosts of windows.
  private(set) lazy var guestsOn: [Int: [Int]] = Dictionary(grouping: facts.guests.indices) { facts.guests[$0].host }

  init(_ facts: CellFacts, _ violations: Violations, _ finder: LegFinder, _ tasks: Tasks, input: PlanningInput, seed: UInt64) {
    self.facts = facts
    self.violations = violations
    self.finder = finder
    self.tasks = tasks
    self.seed = seed
    self.input = input
    classes = HostClasses(facts)
    for mover in tasks.movers { _ = waysOf(mover) }
  }

  /// How hosts with room are chosen.
  struct Strategy {
    /// Freest first spreads the guests and so the work; fullest first keeps room for large ones.
    var freestFirst: Bool
    var order: [Int]
  }

  /// What it found; `steps` is reduced by what was used.
  mutating func search(steps budget: inout Int) -> CellState {
    steps = budget
    let order = ordered(tasks.movers)
    var best = attempt(Strategy(freestFirst: true, order: order))
    var random = SplitMix(seed)
    var tries = 0
    while isStuck(best), tries <= Self.restartsMax, steps > 0 {
      let next = attempt(Strategy(freestFirst: false, order: tries == 0 ? order : random.jumbled(order)))
      if rank(next).lexicographicallyPrecedes(rank(best)) { best = next }
      tries += 1
    }
    if isStuck(best) {
      // Where not all find room, most of them do if the small ones go first.
      let smallFirst = order.sorted { (facts.guests[$0].memory, $0) < (facts.guests[$1].memory, $1) }
      let next = attempt(Strategy(freestFirst: false, order: smallFirst))
      if rank(next).lexicographicallyPrecedes(rank(best)) { best = next }
      mend(&best)
    }
    best = withoutIdleLegs(best)
    budget = max(0, steps)
    return best
  }

  // MARK: - Order and ways

  mutating func waysOf(_ guest: Int) -> Ways {
    if let known = ways[guest] { return known }
    let found = Ways(of: guest, facts, classes, finder)
    steps -= max(1, found.list.count)
    ways[guest] = found
    return found
  }

  /// Guests with few hosts first, then the largest.
  private func ordered(_ movers: [Int]) -> [Int] {
    func choice(_ guest: Int) -> Int {
      if case .some(let hosts) = facts.placements[facts.guests[guest].placement].allowed { return hosts.count }
      return Int.max
    }
    return movers.sorted { one, other in
      let (a, b) = (choice(one), choice(other))
      if a != b { return a < b }
      let (first, second) = (facts.guests[one], facts.guests[other])
      if first.memory != second.memory { return first.memory > second.memory }
      return (-first.vcpus, one) < (-second.vcpus, other)
    }
  }

  /// Guests that could be helped by another plan: not those that no host would ever take.
  func isStuck(_ state: CellState) -> Bool {
    tasks.movers.contains { !state.hasMoved($0) && isPossible($0) } || tasks.rules.contains { facts.rules[$0].excess(state.counts[$0]) > 0 }
      || tasks.overloaded.contains { state.isOver($0) }
  }

  /// The same after some legs.
  func isStuck(_ legs: [Leg]) -> Bool {
    var state = CellState(facts, violations.startCounts, classes)
    for leg in legs { state.add(leg) }
    return isStuck(state)
  }

  /// Some host would take it if that host were empty.
  func isPossible(_ guest: Int) -> Bool { ways[guest]?.isPossible(guest, facts) ?? false }

  /// How much an attempt leaves undone, then what it costs; less is better.
  func rank(_ state: CellState) -> [Int] {
    let restarts = state.legs.reduce(0) { $0 + ($1.option.mode == .cold ? 1 : 0) }
    return undone(state) + [restarts, state.legs.count, state.legs.reduce(0) { $0 + $1.option.cost }]
  }

  /// What an attempt leaves undone: guests that had to move, then rules and hosts by how far they are off.
  func undone(_ state: CellState) -> [Int] {
    let left = tasks.movers.reduce(0) { $0 + (state.hasMoved($1) ? 0 : 1) }
    let excess = tasks.rules.reduce(0) { $0 + facts.rules[$1].excess(state.counts[$1]) }
    let over = tasks.overloaded.reduce(0) { $0 + (state.isOver($1) ? 1 : 0) }
    let bytes = tasks.overloaded.reduce(0) { $0 + max(0, state.memory[$1] - facts.hosts[$1].memoryCapacity) }
    let vcpus = tasks.overloaded.reduce(0) { $0 + max(0, state.vcpus[$1] - facts.hosts[$1].vcpuCapacity) }
    return [left, excess + over, bytes, vcpus]
  }

  // MARK: - One attempt

  private mutating func attempt(_ strategy: Strategy) -> CellState {
    var state = CellState(facts, violations.startCounts, classes)
    var pending = strategy.order
    var reserved = reservations()
    for round in 0..<Self.roundsMax where !pending.isEmpty {
      let before = state.legs.count
      // Once nothing else moves, room kept for guests that cannot come is given away.
      var left = pending.filter { !place($0, &state, strategy, reserved: &reserved) }
      if state.legs.count == before && !reserved.isEmpty {
        reserved = [:]
        left = left.filter { !place($0, &state, strategy, reserved: &reserved) }
      }
      pending = left
      if state.legs.count == before || round == Self.roundsMax - 1 { break }
    }
    for rule in tasks.rules { mend(rule: rule, &state, strategy) }
    for host in tasks.overloaded { relieve(host, &state, strategy) }
    return state
  }

  /// Memory that guests with one host only will need there.
  private func reservations() -> [Int: Int] {
    var reserved: [Int: Int] = [:]
    for guest in tasks.movers {
      if let host = ways[guest]?.onlyHost { reserved[host, default: 0] += facts.guests[guest].memory }
    }
    return reserved
  }

  /// Moves a guest, with the group it must stay with, to a host it may end on; false if there is none now.
  private mutating func place(_ guest: Int, _ state: inout CellState, _ strategy: Strategy, reserved: inout [Int: Int]) -> Bool {
    // Its group may have taken it along.
    if state.hasMoved(guest) { return true }
    let own = ways[guest]?.onlyHost
    if let own { reserved[own]? -= facts.guests[guest].memory }
    if move(guest, &state, strategy, { [reserved] host in reserved[host] ?? 0 }) { return true }
    if let own { reserved[own]? += facts.guests[guest].memory }
    for rule in facts.rulesOfGuest[guest] ?? [] where facts.rules[rule].required {
      guard case .together = facts.rules[rule].kind else { continue }
      if gather(rule, &state, strategy, leaving: guest) { return true }
    }
    return false
  }

  /// Moves one guest; `within` limits the hosts, `ignoring` is a rule that the caller looks after.
  mutating func move(
    _ guest: Int, _ state: inout CellState, _ strategy: Strategy, within: ((Int) -> Bool)? = nil, ignoring: Int? = nil,
    _ reserved: (Int) -> Int
  ) -> Bool {
    guard facts.guests[guest].movable, !state.hasMoved(guest) else { return false }
    let charge = facts.guests[guest]
    for way in waysOf(guest).list {
      func accepts(_ host: Int) -> Bool {
        steps -= 1
        guard host != charge.host, within?(host) ?? true, state.fits(guest, on: host, way.option) else { return false }
        if state.freeMemory(host) - reserved(host) < charge.memory { return false }
        return state.rulesAllow(guest, to: host, ignoring: ignoring)
      }
      steps -= 1
      let found: Int? =
        switch way.place {
        case .hosts(let hosts): state.choose(from: hosts, freestFirst: strategy.freestFirst, accept: accepts)
        case .hostClass(let id):
          state.room.first(of: id, needed: charge.memory, freestFirst: strategy.freestFirst, limit: Self.hostsTriedMax, accept: accepts)
        }
      if let host = found {
        state.add(Leg(guest: guest, from: charge.host, to: host, option: way.option))
        return true
      }
    }
    return false
  }
}
