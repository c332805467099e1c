import Fleet

/// A few guests and hosts of a cell in ids of their own; all other guests stay where they are.
struct Window {
  /// Guests, and hosts, that fit a placement code of 4 bits a guest.
  static let guestsMax = 16
  static let hostsMax = 16

  let guests: [Int]
  let hosts: [Int]
  /// Host of each guest at the start.
  var start: [Int] = []
  /// `legs[guest][from][to]`
  var legs: [[[MoveOption?]]] = []
  /// Where a guest may end if it is moved.
  var mayEnd: [[Bool]] = []
  var mayStop: [[Bool]] = []
  var isMisplaced: [[Bool]] = []
  var isDisplaced: [[Bool]] = []
  var memory: [Int] = []
  var vcpus: [Int] = []
  var hostFacts: [HostFacts] = []
  /// Charged by guests outside the window.
  var baseMemory: [Int] = []
  var baseVcpus: [Int] = []
  /// Guests outside the window on hosts in maintenance.
  var baseGuests: [Int] = []
  var rules: [WindowRule] = []
  /// `copies[guest][to]`: pools (by id of `poolRoom`) and bytes that the guest's one copying leg takes.
  var copies: [[[(pool: Int, bytes: Int)]]] = []
  var poolRoom: [Int] = []

  /// `after`: legs of other guests that come first; the window's guests must still be where they started.
  init(_ facts: CellFacts, guests: [Int], hosts: [Int], finder: LegFinder, violations: Violations, after state: CellState? = nil) {
    self.guests = guests
    self.hosts = hosts
    let local = Dictionary(uniqueKeysWithValues: hosts.enumerated().map { ($1, $0) })
    hostFacts = hosts.map { facts.hosts[$0] }
    start = guests.map { local[facts.guests[$0].host] ?? 0 }
    memory = guests.map { facts.guests[$0].memory }
    vcpus = guests.map { facts.guests[$0].vcpus }
    measure(facts, local, state)
    for guest in guests { place(facts, guest, violations) }
    findLegs(facts, finder, state)
    addRules(facts, violations, state)
  }

  private mutating func measure(_ facts: CellFacts, _ local: [Int: Int], _ state: CellState?) {
    baseMemory = hosts.map { state?.memory[$0] ?? facts.hosts[$0].memory }
    baseVcpus = hosts.map { state?.vcpus[$0] ?? facts.hosts[$0].vcpus }
    baseGuests = hosts.map { _ in 0 }
    for (index, guest) in facts.guests.enumerated() {
      if let id = local[state?.host(of: index) ?? guest.host] { baseGuests[id] += 1 }
      for host in guest.alsoOn { if let id = local[host] { baseGuests[id] += 1 } }
    }
    for (index, host) in start.enumerated() {
      baseMemory[host] -= memory[index]
      baseVcpus[host] -= vcpus[index]
      baseGuests[host] -= 1
    }
  }

  private mutating func place(_ facts: CellFacts, _ guest: Int, _ violations: Violations) {
    let placement = facts.placements[facts.guests[guest].placement]
    mayEnd.append(hosts.map { facts.hosts[$0].usable && placement.allowed.contains($0) })
    mayStop.append(hosts.map { facts.hosts[$0].usable && placement.hops.contains($0) })
    var moved = facts.guests[guest]
    isMisplaced.append(
      hosts.map {
        moved.host = $0
        return violations.isMisplaced(moved)
      })
    isDisplaced.append(hosts.map { placement.displaced && !placement.home.contains($0) })
  }

  private mutating func findLegs(_ facts: CellFacts, _ finder: LegFinder, _ state: CellState?) {
    var poolIDs: [CellFacts.PoolKey: Int] = [:]
    for (index, guest) in guests.enumerated() {
      var table = [[MoveOption?]](repeating: [MoveOption?](repeating: nil, count: hosts.count), count: hosts.count)
      var taken = [[(pool: Int, bytes: Int)]](repeating: [], count: hosts.count)
      for (to, host) in hosts.enumerated() where facts.hosts[host].usable && to != start[index] {
        guard case .success(let option) = finder.option(guest, to: host) else { continue }
        table[start[index]][to] = option
        for need in option.poolNeeds {
          let key = CellFacts.PoolKey(host: host, pool: need.pool)
          let id = poolIDs[key] ?? poolRoom.count
          if poolIDs.updateValue(id, forKey: key) == nil { poolRoom.append((facts.poolRoom[key] ?? 0) - (state?.poolUse[key] ?? 0)) }
          taken[to].append((id, need.bytes))
        }
      }
      // A guest whose disks are copied moves once, so only copy-free stops lead on.
      for middle in hosts.indices where table[start[index]][middle].map({ !$0.copies }) ?? false {
        for (to, host) in hosts.enumerated() where to != middle && facts.hosts[host].usable {
          table[middle][to] = finder.onward(guest, via: hosts[middle], to: host)
        }
      }
      legs.append(table)
      copies.append(taken)
    }
  }

  private mutating func addRules(_ facts: CellFacts, _ violations: Violations, _ state: CellState?) {
    let local = Dictionary(uniqueKeysWithValues: guests.enumerated().map { ($1, $0) })
    for id in Set(guests.flatMap { facts.rulesOfGuest[$0] ?? [] }).sorted() {
      let rule = facts.rules[id]
      let members = rule.members.compactMap { local[$0] }
      var base = state?.counts[id] ?? violations.startCounts[id]
      for member in members {
        if let unit = rule.unit(ofHost: hosts[start[member]]) { base[unit, default: 0] -= 1 }
      }
      rules.append(
        WindowRule(rule, start: violations.startCounts[id], base: base, members: members, unitOfHost: hosts.map { rule.unit(ofHost: $0) }))
    }
  }
}

/// A rule over the guests of a window, with its units numbered densely.
struct WindowRule {
  let kind: PlacementRule.Kind
  let required: Bool
  let always: Bool
  let members: [Int]
  /// Unit of each host of the window; -1: none.
  let unitOf: [Int]
  let base: [Int]
  let start: [Int]
  let usable: [Bool]
  /// Units that `AlwaysHold` looks at.
  private let asked: [Int]
  private let startExcess: Int

  init(_ rule: RuleFacts, start: [Int: Int], base: [Int: Int], members: [Int], unitOfHost: [Int?]) {
    kind = rule.kind
    required = rule.required
    always = rule.always
    self.members = members
    var units = Set(unitOfHost.compactMap { $0 })
    units.formUnion(start.keys)
    units.formUnion(base.keys)
    if case .spread = rule.kind { units.formUnion(rule.usableUnits) }
    let sorted = units.sorted()
    let ids = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    unitOf = unitOfHost.map { $0.flatMap { ids[$0] } ?? -1 }
    self.base = sorted.map { base[$0, default: 0] }
    self.start = sorted.map { start[$0, default: 0] }
    startExcess = rule.excess(start)
    let usableUnits = Set(rule.usableUnits)
    usable = sorted.map { usableUnits.contains($0) }
    if case .spread = rule.kind {
      asked = sorted.indices.filter { usableUnits.contains(sorted[$0]) }
    } else {
      asked = Array(sorted.indices)
    }
  }

  func counts(_ hostOf: [Int]) -> [Int] {
    var counts = base
    for member in members {
      let unit = unitOf[hostOf[member]]
      if unit >= 0 { counts[unit] += 1 }
    }
    return counts
  }

  func excess(_ counts: [Int]) -> Int {
    switch kind {
    case .separate(let maximum): return counts.reduce(0) { $0 + max(0, $1 - maximum) }
    case .together: return max(0, counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } - 1)
    case .spread(let maxSkew):
      var low = Int.max
      var high = 0
      for (count, counted) in zip(counts, usable) where counted {
        low = min(low, count)
        high = max(high, count)
      }
      return low == Int.max ? 0 : max(0, high - low - maxSkew)
    }
  }

  /// True if a member may go from one host to another now, counting on both, when the rule must hold always.
  func allows(_ hostOf: [Int], from: Int, to: Int) -> Bool {
    let (old, new) = (unitOf[from], unitOf[to])
    guard old != new else { return true }
    let counts = counts(hostOf)
    return AlwaysHold.allows(
      kind.ofGroup, from: old < 0 ? nil : old, to: new < 0 ? nil : new, units: asked, count: { counts[$0] }, start: { start[$0] },
      excessMax: startExcess)
  }
}
