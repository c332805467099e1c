import Fleet

/// Moves that no plan of the same quality can do without: guests that may not end where they are, and guests that a rule or a host must lose.
struct LowerBound {
  private(set) var certificate = Certificate(kind: .forcedMoves)
  private(set) var total = 0
  private var causes: [(text: String, count: Int)] = []
  private let facts: CellFacts
  private let violations: Violations
  private let input: PlanningInput
  private let forced: Set<Int>

  /// `legs` must mend everything that can be mended at all, else its movers are not forced.
  init(_ facts: CellFacts, _ violations: Violations, _ tasks: Tasks, legs: [Leg], _ input: PlanningInput) {
    self.facts = facts
    self.violations = violations
    self.input = input
    let moved = Set(legs.map(\.guest))
    forced = Set(tasks.movers.filter(moved.contains))
    let end = EndState(facts, legs)
    countForced(tasks)
    var counted: Set<Int> = []
    for rule in tasks.rules where end.excess(of: rule) == 0 && counted.isDisjoint(with: facts.rules[rule].members) {
      let evictions = evictions(rule)
      if evictions.isEmpty { continue }
      counted.formUnion(facts.rules[rule].members)
      note(evictions, "rule \(input.desired.rules[facts.rules[rule].index].name)")
    }
    for host in tasks.overloaded where !end.isOver(host) {
      let guests = facts.guests.indices.filter { facts.guests[$0].host == host && !forced.contains($0) }
      if !counted.isDisjoint(with: guests) { continue }
      let name = facts.hosts[host].name
      note([name.rawValue: fewestToLeave(host, guests)], "host \(name) is over its capacity")
    }
    total = forced.count + certificate.data.evictions.values.reduce(0, +)
    if total == 0 { certificate.kind = .empty }
  }

  private mutating func note(_ evictions: [String: Int], _ cause: String) {
    let evictions = evictions.filter { $0.value > 0 }
    certificate.data.evictions.merge(evictions) { $0 + $1 }
    let count = evictions.values.reduce(0, +)
    if count > 0 { causes.append((cause, count)) }
  }

  private mutating func countForced(_ tasks: Tasks) {
    certificate.data.forced = forced.map { facts.name(of: facts.guests[$0], input) }.sorted()
    var byHost: [Int: Int] = [:]
    var misplaced = 0
    for guest in forced {
      if violations.isOnMaintenance(facts.guests[guest]) { byHost[facts.guests[guest].host, default: 0] += 1 } else { misplaced += 1 }
    }
    let hosts = byHost.sorted { $0.key < $1.key }
    for (host, count) in hosts.prefix(8) { causes.append(("host \(facts.hosts[host].name) is in maintenance", count)) }
    let others = hosts.dropFirst(8)
    if !others.isEmpty { causes.append(("\(others.count) more hosts are in maintenance", others.reduce(0) { $0 + $1.value })) }
    if misplaced > 0 {
      causes.append((misplaced == 1 ? "an instance is off its placement" : "instances are off their placement", misplaced))
    }
  }

  // MARK: - Evictions

  /// How many unforced members the units of a broken rule must lose.
  private func evictions(_ id: Int) -> [String: Int] {
    let rule = facts.rules[id]
    let name = input.desired.rules[rule.index].name.rawValue
    var counts = violations.startCounts[id]
    for member in rule.members where forced.contains(member) {
      if let unit = rule.unit(ofHost: facts.guests[member].host) { counts[unit, default: 0] -= 1 }
    }
    switch rule.kind {
    case .separate(let maximum):
      var evictions: [String: Int] = [:]
      for (unit, count) in counts where count > maximum { evictions["\(name)/\(rule.unitNames[unit])"] = count - maximum }
      return evictions
    case .together:
      let all = counts.values.reduce(0, +)
      return ["\(name)/*": all - (counts.values.max() ?? 0)]
    case .spread(let maxSkew): return ["\(name)/*": fewestToLevel(rule, counts, maxSkew)]
    }
  }

  private func fewestToLevel(_ rule: RuleFacts, _ counts: [Int: Int], _ maxSkew: Int) -> Int {
    let levels = rule.usableUnits.map { counts[$0, default: 0] }
    // Forced members, and members on units that do not count, may be sent where they are wanted.
    let free = rule.members.reduce(0) { $0 + (forced.contains($1) ? 1 : 0) }
    return (0...(levels.max() ?? 0)).reduce(Int.max) { best, low in
      let above = levels.reduce(0) { $0 + max(0, $1 - low - maxSkew) }
      let below = levels.reduce(0) { $0 + max(0, low - $1) }
      return min(best, max(above, below - free))
    }
  }

  private func fewestToLeave(_ host: Int, _ guests: [Int]) -> Int {
    let state = facts.hosts[host]
    let gone = forced.filter { facts.guests[$0].host == host }
    func fewest(_ over: Int, _ charge: (GuestFacts) -> Int) -> Int {
      var over = over - gone.reduce(0) { $0 + charge(facts.guests[$1]) }
      var count = 0
      for amount in guests.map({ charge(facts.guests[$0]) }).sorted(by: >) where over > 0 {
        over -= amount
        count += 1
      }
      return count
    }
    return max(fewest(state.memory - state.memoryCapacity, \.memory), fewest(state.vcpus - state.vcpuCapacity, \.vcpus))
  }

  /// The proof in plain words.
  func because(moves: Int) -> String {
    if total == 0 { return moves == 0 ? "nothing that is violated can be mended" : "no move is proved to be needed" }
    let list = causes.map { "\($0.text) (\($0.count))" }.joined(separator: ", ")
    return "\(total) of \(moves) moves \(total == 1 ? "is" : "are") forced: \(list)"
  }
}
