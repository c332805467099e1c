import Fleet

extension Score {
  /// The levels that legs reach, counted from the facts of the cell. Cost: linear in guests, hosts and members.
  init(_ facts: CellFacts, _ violations: Violations, _ legs: [Leg], _ objective: Objective) {
    let end = EndState(facts, legs)
    countGuests(facts, violations, end)
    for id in facts.rules.indices { count(facts.rules[id], excess: end.excess(of: id)) }
    for (id, host) in facts.hosts.enumerated() where !host.maintenance && host.relieve && host.isMeasured {
      let over = max(0, end.memory[id] - host.memoryCapacity) + max(0, end.vcpus[id] - host.vcpuCapacity) << 30
      if over > 0 { broken += 1 }
      overload += over
    }
    let cost = legs.reduce(0) { $0 + $1.option.cost }
    restarts = legs.count { $0.option.mode == .cold }
    (third, fourth) = objective == .moves ? (legs.count, cost) : (cost, legs.count)
  }

  private mutating func countGuests(_ facts: CellFacts, _ violations: Violations, _ end: EndState) {
    var isKept = [Bool](repeating: false, count: facts.hosts.count)
    for (id, guest) in facts.guests.enumerated() {
      var ended = guest
      ended.host = end.host(of: id)
      for host in [ended.host] + guest.alsoOn where facts.hosts[host].maintenance {
        left += 1
        isKept[host] = true
      }
      guard guest.movable else { continue }
      if violations.isMisplaced(ended) { broken += 1 }
      let placement = facts.placements[guest.placement]
      if placement.displaced && !placement.home.contains(ended.host) { displaced += 1 }
    }
    kept = isKept.count { $0 }
  }

  private mutating func count(_ rule: RuleFacts, excess: Int) {
    guard rule.required else {
      preferredBroken += excess > 0 ? 1 : 0
      preferredExcess += excess
      return
    }
    broken += excess > 0 ? 1 : 0
    ruleExcess += excess
  }

  /// Levels 1 to 3, the first the most important: what `minimal` claims.
  var provable: [Int] { ends + [restarts, third] }
  /// Position of level 3 in `provable`.
  static let thirdPosition = 7
}
