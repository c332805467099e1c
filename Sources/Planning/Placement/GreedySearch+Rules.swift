import Fleet

extension GreedySearch {
  private static func noReserve(_ host: Int) -> Int { 0 }

  /// Lessens what breaks a required rule.
  mutating func mend(rule id: Int, _ state: inout CellState, _ strategy: Strategy) {
    let rule = facts.rules[id]
    switch rule.kind {
    case .together: _ = gather(id, &state, strategy, leaving: nil)
    case .separate(let maximum):
      for unit in violations.startCounts[id].keys.sorted() {
        for member in leavers(rule, unit, state) where state.counts[id][unit, default: 0] > maximum {
          // Only to a unit with a place left: shifting what is too much from one unit to another mends nothing.
          let counts = state.counts[id]
          let hasPlace = { (host: Int) in rule.unit(ofHost: host).map { $0 != unit && counts[$0, default: 0] < maximum } ?? true }
          _ = move(member, &state, strategy, within: hasPlace, Self.noReserve)
        }
      }
    case .spread: level(id, &state, strategy)
    }
  }

  /// Movable members on a unit, the cheapest to move first.
  private func leavers(_ rule: RuleFacts, _ unit: Int, _ state: CellState) -> [Int] {
    rule.members.filter { facts.guests[$0].movable && !state.hasMoved($0) && rule.unit(ofHost: state.host(of: $0)) == unit }
      .sorted { (facts.guests[$0].memory, $0) < (facts.guests[$1].memory, $1) }
  }

  /// Moves members from the fullest units to the emptiest until the skew is allowed or nothing helps.
  private mutating func level(_ id: Int, _ state: inout CellState, _ strategy: Strategy) {
    let rule = facts.rules[id]
    for _ in 0..<rule.members.count where rule.excess(state.counts[id]) > 0 {
      let units = rule.usableUnits.sorted { (state.counts[id][$0, default: 0], $0) < (state.counts[id][$1, default: 0], $1) }
      guard let low = units.first, let high = units.last else { return }
      // Members on units that do not count are as good to move as those on the fullest.
      let others = Set(state.counts[id].keys).subtracting(units).sorted()
      var moved = false
      for unit in [high] + others where !moved {
        for member in leavers(rule, unit, state) where !moved {
          moved = move(member, &state, strategy, within: { rule.unit(ofHost: $0) == low }, Self.noReserve)
        }
      }
      if !moved { return }
    }
  }

  /// Brings all members of a `together` rule onto one unit; all or none.
  mutating func gather(_ id: Int, _ state: inout CellState, _ strategy: Strategy, leaving guest: Int?) -> Bool {
    let rule = facts.rules[id]
    let before = rule.excess(state.counts[id])
    for unit in targets(rule, id, state) {
      var trial = state
      let away = rule.members.filter { rule.unit(ofHost: trial.host(of: $0)) != unit }
        .sorted { (-facts.guests[$0].memory, $0) < (-facts.guests[$1].memory, $1) }
      let done = away.allSatisfy { member in
        move(member, &trial, strategy, within: { rule.unit(ofHost: $0) == unit }, ignoring: id, Self.noReserve)
      }
      let after = rule.excess(trial.counts[id])
      guard done, guest.map(trial.hasMoved) ?? (after < before), after <= before else { continue }
      state = trial
      return true
    }
    return false
  }

  /// Units with a usable host, those with most members first, then the roomiest.
  private func targets(_ rule: RuleFacts, _ id: Int, _ state: CellState) -> [Int] {
    var room: [Int: Int] = [:]
    for host in facts.hosts.indices where facts.hosts[host].usable {
      if let unit = rule.unit(ofHost: host) { room[unit] = max(room[unit] ?? Int.min, state.freeMemory(host)) }
    }
    let units = room.keys.sorted { one, other in
      let (a, b) = (state.counts[id][one, default: 0], state.counts[id][other, default: 0])
      if a != b { return a > b }
      return (-(room[one] ?? 0), one) < (-(room[other] ?? 0), other)
    }
    return Array(units.prefix(Self.unitsTriedMax))
  }

  /// Takes guests off a host that is over its capacity, as few as it takes: the smallest that suffices, else the largest.
  mutating func relieve(_ host: Int, _ state: inout CellState, _ strategy: Strategy) {
    var guests = facts.guests.indices.filter { facts.guests[$0].movable && state.host(of: $0) == host && !state.hasMoved($0) }
    guests.sort { (facts.guests[$0].memory, facts.guests[$0].vcpus, $0) < (facts.guests[$1].memory, facts.guests[$1].vcpus, $1) }
    while state.isOver(host), !guests.isEmpty {
      let memory = state.memory[host] - facts.hosts[host].memoryCapacity
      let vcpus = state.vcpus[host] - facts.hosts[host].vcpuCapacity
      let enough = guests.firstIndex { facts.guests[$0].memory >= memory && facts.guests[$0].vcpus >= vcpus }
      let guest = guests.remove(at: enough ?? guests.count - 1)
      _ = move(guest, &state, strategy, Self.noReserve)
    }
  }
}
