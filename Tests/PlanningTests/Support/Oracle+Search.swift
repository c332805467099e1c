import Fleet
import Planning

extension Oracle {
  /// Levels of the objective, the first the most important.
  typealias Levels = [Int]

  func charge(_ guest: Guest) -> (memory: Int, vcpus: Int) {
    let doubted = input.memory.inDoubt.contains { $0.uuid == guest.seen.uuid }
    guard guest.seen.power == .running || guest.seen.power == .paused || doubted else { return (0, 0) }
    return (guest.seen.memoryMaxBytes + guest.seen.overheadBytes, guest.seen.vcpus)
  }

  func capacity(_ host: Int) -> (memory: Int, vcpus: Int) {
    (wantedHosts[host].capacity.memoryBytes(of: hosts[host].memoryBytes), wantedHosts[host].capacity.vcpus(of: hosts[host].cpus))
  }

  func places(_ state: [Int], also moving: Int? = nil, _ to: Int? = nil) -> [[Int]] {
    var places = guests.map(\.places)
    for (index, mover) in movers.enumerated() { places[mover] = [state[index]] }
    if let moving, let to { places[movers[moving]].append(to) }
    return places
  }

  func use(_ places: [[Int]], _ host: Int) -> (memory: Int, vcpus: Int) {
    var total = (memory: 0, vcpus: 0)
    for (guest, at) in zip(guests, places) where at.contains(host) {
      let charge = charge(guest)
      total = (total.memory + charge.memory, total.vcpus + charge.vcpus)
    }
    return total
  }

  // MARK: - Rules

  func unit(_ rule: PlacementRule, _ host: Int) -> String? {
    switch rule.across {
    case .host: return hosts[host].name.rawValue
    case .label(let key):
      if let value = wantedHosts[host].labels[key] { return "=" + value }
      return rule.kind == .together ? "!" + hosts[host].name.rawValue : nil
    }
  }

  func counts(_ rule: PlacementRule, _ places: [[Int]]) -> [String: Int] {
    var counts: [String: Int] = [:]
    for (guest, at) in zip(guests, places) {
      guard let wanted = guest.wanted, rule.selector.allSatisfy({ wanted.labels[$0.key] == $0.value }) else { continue }
      for unit in Set(at.compactMap { unit(rule, $0) }) { counts[unit, default: 0] += 1 }
    }
    return counts
  }

  func excess(_ rule: PlacementRule, _ places: [[Int]]) -> Int {
    let counts = counts(rule, places)
    switch rule.kind {
    case .separate(let maximum): return counts.values.map { max(0, $0 - maximum) }.reduce(0, +)
    case .together: return max(0, counts.count - 1)
    case .spread(let skew):
      let units = Set(hosts.indices.filter(receives).compactMap { unit(rule, $0) })
      let levels = units.map { counts[$0] ?? 0 }
      guard let top = levels.max(), let low = levels.min() else { return 0 }
      return max(0, top - low - skew)
    }
  }

  func holdsAlways(_ before: [[Int]], _ during: [[Int]]) -> Bool {
    for rule in input.desired.rules where rule.enforcement == .required && rule.hold == .always {
      if case .separate(let maximum) = rule.kind {
        let start = counts(rule, guests.map(\.places))
        let old = counts(rule, before)
        for (unit, count) in counts(rule, during) where count > old[unit, default: 0] && count > max(maximum, start[unit, default: 0]) {
          return false
        }
      } else if excess(rule, during) > excess(rule, guests.map(\.places)), counts(rule, during) != counts(rule, before) {
        return false
      }
    }
    return true
  }

  // MARK: - Levels

  /// Nil if a plan may not end there.
  func levels(_ state: [Int]) -> Levels? {
    for (index, mover) in movers.enumerated() where state[index] != guests[mover].places[0] {
      if !goals(guests[mover]).contains(state[index]) { return nil }
    }
    let end = places(state)
    let start = guests.map(\.places)
    var broken = 0
    var ruleExcess = 0
    var preferred = [0, 0]
    for rule in input.desired.rules {
      let now = excess(rule, end)
      guard rule.enforcement == .required else {
        preferred = [preferred[0] + (now > 0 ? 1 : 0), preferred[1] + now]
        continue
      }
      if now > excess(rule, start) { return nil }
      broken += now > 0 ? 1 : 0
      ruleExcess += now
    }
    var (left, kept, overload, displaced) = (0, 0, 0, 0)
    for host in hosts.indices {
      if wantedHosts[host].maintenance != nil {
        let here = end.filter { $0.contains(host) }.count
        left += here
        kept += here > 0 ? 1 : 0
      } else if wantedHosts[host].capacity.relieve && hosts[host].reachable {
        let (used, room) = (use(end, host), capacity(host))
        let over = max(0, used.memory - room.memory) + max(0, used.vcpus - room.vcpus) * gib
        broken += over > 0 ? 1 : 0
        overload += over
      }
    }
    for (index, mover) in movers.enumerated() {
      if isMisplaced(guests[mover], at: state[index]) { broken += 1 }
      if isDisplaced(guests[mover], at: state[index]) { displaced += 1 }
    }
    return [left, kept, broken, ruleExcess, overload, displaced] + preferred
  }

  // MARK: - Search

  /// [restarts, third, fourth] of the cheapest way to each placement.
  private func edges(_ state: [Int]) -> [(next: [Int], price: [Int])] {
    let before = places(state)
    var edges: [(next: [Int], price: [Int])] = []
    for index in movers.indices {
      for to in hosts.indices {
        guard let way = knownWay(index, state[index], to) else { continue }
        let used = use(before, to)
        let charge = charge(guests[movers[index]])
        let room = capacity(to)
        guard used.memory + charge.memory <= room.memory, used.vcpus + charge.vcpus <= room.vcpus, hasPools(state, index, way) else {
          continue
        }
        var next = state
        next[index] = to
        // While it moves, and once it has come.
        guard holdsAlways(before, places(state, also: index, to)), holdsAlways(before, places(next)) else { continue }
        edges.append((next, input.objective == .moves ? [way.restarts, 1, way.cost] : [way.restarts, way.cost, 1]))
      }
    }
    return edges
  }

  private func hasPools(_ state: [Int], _ index: Int, _ way: Way) -> Bool {
    var use: [String: Int] = [:]
    for (other, mover) in movers.enumerated() where other != index && state[other] != guests[mover].places[0] {
      for copy in knownWay(other, guests[mover].places[0], state[other])?.copies ?? [] { use[copy.pool, default: 0] += copy.bytes }
    }
    for copy in way.copies { use[copy.pool, default: 0] += copy.bytes }
    return way.copies.allSatisfy { copy in
      let parts = copy.pool.split(separator: "/")
      let storage = hosts[Int(parts[0]) ?? 0].storages.first { $0.id.rawValue == parts[1] }
      return use[copy.pool, default: 0] <= storage?.freeBytes ?? 0
    }
  }

  /// The best levels any executable plan reaches: ends, prices, then ties.
  func best() -> Levels {
    let start = movers.map { guests[$0].places[0] }
    var price: [[Int]: [Int]] = [start: [0, 0, 0]]
    // Waves of improvements until nothing changes: slower than a heap and without its traps.
    var wave: Set<[Int]> = [start]
    while !wave.isEmpty {
      var next: Set<[Int]> = []
      for state in wave {
        guard let here = price[state] else { continue }
        for edge in edges(state) {
          let there = zip(here, edge.price).map { $0 + $1 }
          if let known = price[edge.next], !there.lexicographicallyPrecedes(known) { continue }
          price[edge.next] = there
          next.insert(edge.next)
        }
      }
      wave = next
    }
    var best: Levels?
    for (state, price) in price {
      guard let ends = levels(state) else { continue }
      let all = ends.prefix(6) + price + ends.suffix(2)
      if best.map({ all.lexicographicallyPrecedes($0) }) ?? true { best = Array(all) }
    }
    return best ?? []
  }

  /// The levels of a plan, by replaying its moves one after the other; nil with a reason in `problems` if it may not end so.
  func levels(of plan: Plan) -> Levels? {
    var state = movers.map { guests[$0].places[0] }
    var price = [0, 0, 0]
    for move in plan.moves {
      guard let index = movers.firstIndex(where: { guests[$0].seen.uuid == move.uuid }),
        let to = hosts.firstIndex(where: { $0.name == move.to }),
        let way = knownWay(index, state[index], to), way.mode == move.mode, way.cost == move.cost
      else { return nil }
      state[index] = to
      price = zip(price, input.objective == .moves ? [way.restarts, 1, way.cost] : [way.restarts, way.cost, 1]).map { $0 + $1 }
    }
    return levels(state).map { $0.prefix(6) + price + $0.suffix(2) }
  }
}
