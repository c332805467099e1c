import Fleet

extension GreedySearch {
  /// Guests and hosts of one window; 5 hosts and 6 guests are at most 15,625 placements.
  private static let windowGuests = 6
  private static let windowHosts = 5

  /// Searches a small window around each guest that is stuck: finds hops, swaps and guests that make room.
  mutating func mend(_ state: inout CellState) {
    for guest in tasks.movers where !state.hasMoved(guest) && isPossible(guest) && steps > 0 {
      let hosts = windowHosts(guest, state)
      let guests = windowGuests(guest, hosts, state)
      guard hosts.count > 1 else { continue }
      let window = Window(facts, guests: guests, hosts: hosts, finder: finder, violations: violations, after: state)
      var search = ExactSearch(window, objective: input.objective)
      guard let outcome = search.run(steps: &steps) else { continue }
      for leg in outcome.legs { state.add(leg) }
    }
  }

  /// Its own host, the hosts it may go to, the hosts that others stuck there want to go to, and the roomiest host to stop on.
  private mutating func windowHosts(_ guest: Int, _ state: CellState) -> [Int] {
    let goals = goals(of: guest, state)
    var hosts = [facts.guests[guest].host]
    func add(_ host: Int) { if hosts.count < Self.windowHosts, !hosts.contains(host) { hosts.append(host) } }
    for goal in goals.prefix(1) { add(goal) }
    // Follow the chain: who is stuck on the last goal, and where does that one want to go?
    for _ in 0..<2 {
      let last = hosts[hosts.count - 1]
      let next = (guestsOn[last] ?? []).first { !state.hasMoved($0) && tasks.moverSet.contains($0) }
      guard let next, let goal = self.goals(of: next, state).first, !hosts.contains(goal) else { break }
      add(goal)
    }
    if let stop = state.room.freest { add(stop) }
    for goal in goals { add(goal) }
    return hosts.sorted()
  }

  /// Hosts it may end on, the freest first, a few.
  private mutating func goals(of guest: Int, _ state: CellState) -> [Int] {
    var goals: [Int] = []
    for way in waysOf(guest).list {
      switch way.place {
      case .hosts(let hosts): goals += hosts
      case .hostClass(let id): goals += state.room.freest(of: id, count: Self.windowHosts)
      }
    }
    goals = goals.filter { $0 != facts.guests[guest].host && facts.guests[guest].memory <= facts.hosts[$0].memoryCapacity }
    return Array(goals.sorted { (-state.freeMemory($0), $0) < (-state.freeMemory($1), $1) }.prefix(Self.windowHosts))
  }

  /// The guest, others that are stuck on the window's hosts, then guests that might make room, the smallest first.
  private mutating func windowGuests(_ guest: Int, _ hosts: [Int], _ state: CellState) -> [Int] {
    let onHosts = guestsOn
    let candidates = hosts.flatMap { onHosts[$0] ?? [] }.filter { $0 != guest && facts.guests[$0].movable && !state.hasMoved($0) }
    let stuck = tasks.moverSet
    let sorted = candidates.sorted { one, other in
      if stuck.contains(one) != stuck.contains(other) { return stuck.contains(one) }
      return (facts.guests[one].memory, one) < (facts.guests[other].memory, other)
    }
    // From each host some, so that no host's small guests crowd out all others.
    var taken = [guest]
    var perHost: [Int: Int] = [:]
    for candidate in sorted where taken.count < Self.windowGuests {
      let host = facts.guests[candidate].host
      if !stuck.contains(candidate), perHost[host, default: 0] >= 2 { continue }
      perHost[host, default: 0] += 1
      taken.append(candidate)
    }
    return taken.sorted()
  }
}
