import Fleet

/// Of the plans that are equal in all levels, the one an operator would make: preferred rules kept, then the load evened, then names.
///
/// Guests that move once are dealt out anew, one after the other, each to the host where it breaks the fewest preferred rules and that is least
/// loaded with it, as long as that costs the same and breaks nothing; again, until nothing changes. Cost: guests that move, times host classes,
/// times the hosts looked at.
struct TieBreaker {
  private let facts: CellFacts
  private let violations: Violations
  private let finder: LegFinder
  private let classes: HostClasses
  private var legs: [Leg]
  private var memory: [Int]
  private var vcpus: [Int]
  private var poolUse: [CellFacts.PoolKey: Int]
  private var counts: [[Int: Int]]
  /// Hosts by load, the least loaded as the freest.
  private var room: RoomIndex

  /// Times that everybody is dealt out.
  private static let roundsMax = 3
  /// Hosts of one class looked at for one guest, the least loaded first.
  private static let hostsMax = 24
  /// Changes tried one by one where all together cannot be put in order.
  private static let changesMax = 64

  init(_ facts: CellFacts, _ violations: Violations, _ finder: LegFinder, _ legs: [Leg]) {
    self.facts = facts
    self.violations = violations
    self.finder = finder
    self.legs = legs
    let classes = HostClasses(facts)
    self.classes = classes
    let end = EndState(facts, legs)
    (memory, vcpus, poolUse) = (end.memory, end.vcpus, end.poolUse)
    counts = facts.rules.indices.map { end.counts(of: $0) }
    room = RoomIndex(classes) { -Self.load(facts.hosts[$0], end.memory[$0], end.vcpus[$0]) }
  }

  /// The legs to prefer, in an order in which they can be made.
  mutating func run() -> [Leg] {
    let first = legs
    let moves = Dictionary(legs.map { ($0.guest, 1) }, uniquingKeysWith: +)
    for _ in 0..<Self.roundsMax {
      var hasChanged = false
      for index in legs.indices where moves[legs[index].guest] == 1 { hasChanged = deal(index) || hasChanged }
      if !hasChanged { break }
    }
    if let made = ordered(legs) { return made }
    var best = first
    for index in first.indices.prefix(Self.changesMax) where legs[index] != first[index] {
      var trial = best
      trial[index] = legs[index]
      if isWhole(trial), ordered(trial) == trial { best = trial }
    }
    return best
  }

  // MARK: - Order

  /// The legs one after the other, each as soon as it can be made; nil: they cannot all be.
  private func ordered(_ legs: [Leg]) -> [Leg]? {
    var state = CellState(facts, violations.startCounts, classes)
    var pending = legs
    while !pending.isEmpty {
      let before = pending.count
      pending = pending.filter { leg in
        guard state.host(of: leg.guest) == leg.from, state.fits(leg.guest, on: leg.to, leg.option),
          state.alwaysRulesAllow(leg.guest, to: leg.to)
        else { return true }
        state.add(leg)
        return false
      }
      if pending.count == before { return nil }
    }
    return state.legs
  }

  /// True if no required rule ends worse than it began.
  private func isWhole(_ legs: [Leg]) -> Bool {
    let end = EndState(facts, legs)
    return facts.rules.indices.allSatisfy { id in
      !facts.rules[id].required || facts.rules[id].excess(end.counts(of: id)) <= facts.rules[id].excess(violations.startCounts[id])
    }
  }

  // MARK: - Dealing

  /// Thousandths in use of the scarcer of memory and vCPUs.
  private static func load(_ host: HostFacts, _ memory: Int, _ vcpus: Int) -> Int {
    func share(_ use: Int, _ capacity: Int) -> Int { capacity <= 0 ? 1000 : Int(Double(use) / Double(capacity) * 1000) }
    return max(share(memory, host.memoryCapacity), share(vcpus, host.vcpuCapacity))
  }

  /// Sends one guest where it is best off; false: it is there.
  private mutating func deal(_ index: Int) -> Bool {
    let leg = legs[index]
    charge(leg, -1)
    var best = (rank: rank(leg), leg: leg)
    for candidate in candidates(leg) where candidate.to != leg.to {
      let rank = rank(candidate)
      if rank.lexicographicallyPrecedes(best.rank), allows(candidate, insteadOf: leg) { best = (rank, candidate) }
    }
    charge(best.leg, 1)
    legs[index] = best.leg
    return best.leg.to != leg.to
  }

  /// Charges the leg's guest where it ends, or with a sign of -1 takes it away.
  private mutating func charge(_ leg: Leg, _ sign: Int) {
    memory[leg.to] += sign * facts.guests[leg.guest].memory
    vcpus[leg.to] += sign * facts.guests[leg.guest].vcpus
    for need in leg.option.poolNeeds { poolUse[CellFacts.PoolKey(host: leg.to, pool: need.pool), default: 0] += sign * need.bytes }
    for id in facts.rulesOfGuest[leg.guest] ?? [] {
      if let unit = facts.rules[id].unit(ofHost: leg.to) {
        let count = counts[id][unit, default: 0] + sign
        counts[id][unit] = count == 0 ? nil : count
      }
    }
    room.change(leg.to, to: -Self.load(facts.hosts[leg.to], memory[leg.to], vcpus[leg.to]))
  }

  /// The same move to other hosts that cost the same, the least loaded of each class.
  private func candidates(_ leg: Leg) -> [Leg] {
    let placement = facts.placements[facts.guests[leg.guest].placement]
    let isDisplaced = { (host: Int) in placement.displaced && !placement.home.contains(host) }
    return classes.hosts.indices.prefix(Ways.classesMax).flatMap { id -> [Leg] in
      var hosts = room.freest(of: id, count: Self.hostsMax)
      if case .some(let allowed) = placement.allowed { hosts = allowed.filter { classes.classOf[$0] == id } }
      hosts.removeAll { $0 == leg.from || isDisplaced($0) != isDisplaced(leg.to) }
      guard let any = hosts.first, case .success(let option) = finder.option(leg.guest, to: any), option.mode == leg.option.mode,
        option.cost == leg.option.cost
      else { return [] }
      return hosts.map { Leg(guest: leg.guest, from: leg.from, to: $0, option: option) }
    }
  }

  /// Preferred rules broken with the guest there and how badly, then the load of the host; less is better.
  private func rank(_ leg: Leg) -> [Int] {
    var rank = [0, 0, 0]
    for id in facts.rulesOfGuest[leg.guest] ?? [] where !facts.rules[id].required {
      let excess = facts.rules[id].excess(counts(id, with: leg))
      rank[0] += excess > 0 ? 1 : 0
      rank[1] += excess
    }
    let guest = facts.guests[leg.guest]
    rank[2] = Self.load(facts.hosts[leg.to], memory[leg.to] + guest.memory, vcpus[leg.to] + guest.vcpus)
    return rank
  }

  private func counts(_ rule: Int, with leg: Leg) -> [Int: Int] {
    var counts = counts[rule]
    if let unit = facts.rules[rule].unit(ofHost: leg.to) { counts[unit, default: 0] += 1 }
    return counts
  }

  /// Room, and required rules no worse than with the guest where it was to go.
  private func allows(_ leg: Leg, insteadOf other: Leg) -> Bool {
    let (guest, host) = (facts.guests[leg.guest], facts.hosts[leg.to])
    guard memory[leg.to] + guest.memory <= host.memoryCapacity, vcpus[leg.to] + guest.vcpus <= host.vcpuCapacity else { return false }
    let hasSpace = leg.option.poolNeeds.allSatisfy { need in
      let key = CellFacts.PoolKey(host: leg.to, pool: need.pool)
      return poolUse[key, default: 0] + need.bytes <= facts.poolRoom[key] ?? 0
    }
    return hasSpace
      && (facts.rulesOfGuest[leg.guest] ?? []).allSatisfy { id in
        let rule = facts.rules[id]
        return !rule.required || rule.excess(counts(id, with: leg)) <= rule.excess(counts(id, with: other))
      }
  }
}
