import Fleet

/// A cell after some legs, one after the other; every leg is checked before it is added.
struct CellState {
  let facts: CellFacts
  let startCounts: [[Int: Int]]
  private(set) var legs: [Leg] = []
  private(set) var hostOf: [Int: Int] = [:]
  private(set) var memory: [Int]
  private(set) var vcpus: [Int]
  private(set) var poolUse: [CellFacts.PoolKey: Int] = [:]
  private(set) var counts: [[Int: Int]]
  /// Hosts by free memory.
  private(set) var room: RoomIndex

  init(_ facts: CellFacts, _ startCounts: [[Int: Int]], _ classes: HostClasses) {
    self.facts = facts
    self.startCounts = startCounts
    counts = startCounts
    memory = facts.hosts.map(\.memory)
    vcpus = facts.hosts.map(\.vcpus)
    room = RoomIndex(classes) { facts.hosts[$0].memoryCapacity - facts.hosts[$0].memory }
  }

  func host(of guest: Int) -> Int { hostOf[guest] ?? facts.guests[guest].host }
  func hasMoved(_ guest: Int) -> Bool { hostOf[guest] != nil }
  func freeMemory(_ host: Int) -> Int { facts.hosts[host].memoryCapacity - memory[host] }
  func isOver(_ host: Int) -> Bool { memory[host] > facts.hosts[host].memoryCapacity || vcpus[host] > facts.hosts[host].vcpuCapacity }

  // MARK: - May it?

  /// Room on the host and in its pools, now.
  func fits(_ guest: Int, on host: Int, _ option: MoveOption) -> Bool {
    let charge = facts.guests[guest]
    guard memory[host] + charge.memory <= facts.hosts[host].memoryCapacity, vcpus[host] + charge.vcpus <= facts.hosts[host].vcpuCapacity
    else {
      return false
    }
    return option.poolNeeds.allSatisfy { need in
      let key = CellFacts.PoolKey(host: host, pool: need.pool)
      return poolUse[key, default: 0] + need.bytes <= facts.poolRoom[key] ?? 0
    }
  }

  /// No required rule ends worse, and none that holds always is worse while the guest counts on both hosts.
  func rulesAllow(_ guest: Int, to host: Int, ignoring ignored: Int? = nil) -> Bool {
    guard let rules = facts.rulesOfGuest[guest] else { return true }
    let from = self.host(of: guest)
    for id in rules where facts.rules[id].required {
      let rule = facts.rules[id]
      let (old, new) = (rule.unit(ofHost: from), rule.unit(ofHost: host))
      if old == new { continue }
      if id != ignored, isWorse(rule, id, old, new) { return false }
      if rule.always, !holds(rule, id, old, new) { return false }
    }
    return true
  }

  /// No rule that holds always is worse while the guest counts on both hosts; how the others end is the end's affair.
  func alwaysRulesAllow(_ guest: Int, to host: Int) -> Bool {
    let from = self.host(of: guest)
    return (facts.rulesOfGuest[guest] ?? []).allSatisfy { id in
      let rule = facts.rules[id]
      guard rule.required, rule.always else { return true }
      return holds(rule, id, rule.unit(ofHost: from), rule.unit(ofHost: host))
    }
  }

  private func isWorse(_ rule: RuleFacts, _ id: Int, _ old: Int?, _ new: Int?) -> Bool {
    if case .separate(let maximum) = rule.kind {
      guard let new, counts[id][new, default: 0] >= maximum else { return false }
      // One more on a full unit, made good only if the unit it leaves is over as well.
      return !(old.map { counts[id][$0, default: 0] > maximum } ?? false)
    }
    var after = counts[id]
    shift(&after, old, new)
    return rule.excess(after) > rule.excess(counts[id])
  }

  private func holds(_ rule: RuleFacts, _ id: Int, _ old: Int?, _ new: Int?) -> Bool {
    rule.alwaysAllows(from: old, to: new, counts[id], start: startCounts[id])
  }

  private func shift(_ counts: inout [Int: Int], _ old: Int?, _ new: Int?) {
    if let old {
      let left = counts[old, default: 0] - 1
      counts[old] = left == 0 ? nil : left
    }
    if let new { counts[new, default: 0] += 1 }
  }

  /// The freest or the fullest of some hosts that pass `accept`; of equals the first.
  func choose(from hosts: [Int], freestFirst: Bool, accept: (Int) -> Bool) -> Int? {
    var best: Int?
    for host in hosts {
      if let best, freestFirst ? freeMemory(host) <= freeMemory(best) : freeMemory(host) >= freeMemory(best) { continue }
      if accept(host) { best = host }
    }
    return best
  }

  // MARK: - Do it

  mutating func add(_ leg: Leg) {
    let charge = facts.guests[leg.guest]
    for id in facts.rulesOfGuest[leg.guest] ?? [] {
      shift(&counts[id], facts.rules[id].unit(ofHost: leg.from), facts.rules[id].unit(ofHost: leg.to))
    }
    memory[leg.from] -= charge.memory
    vcpus[leg.from] -= charge.vcpus
    memory[leg.to] += charge.memory
    vcpus[leg.to] += charge.vcpus
    room.change(leg.from, to: freeMemory(leg.from))
    room.change(leg.to, to: freeMemory(leg.to))
    for need in leg.option.poolNeeds { poolUse[CellFacts.PoolKey(host: leg.to, pool: need.pool), default: 0] += need.bytes }
    hostOf[leg.guest] = leg.to
    legs.append(leg)
  }
}

/// The usable hosts of each class in order of free memory.
struct RoomIndex {
  private struct Entry: Comparable {
    var free: Int
    var host: Int

    /// Of two equally free hosts the one with the earlier name counts as the freer.
    static func < (one: Entry, other: Entry) -> Bool { (one.free, -one.host) < (other.free, -other.host) }
  }

  private var sorted: [[Entry]]
  private var classOf: [Int: Int] = [:]
  private var freeOf: [Int: Int] = [:]

  init(_ classes: HostClasses, free: (Int) -> Int) {
    sorted = []
    for (id, hosts) in classes.hosts.enumerated() {
      var entries: [Entry] = []
      for host in hosts {
        classOf[host] = id
        freeOf[host] = free(host)
        entries.append(Entry(free: free(host), host: host))
      }
      sorted.append(entries.sorted())
    }
  }

  mutating func change(_ host: Int, to free: Int) {
    guard let id = classOf[host], let old = freeOf.updateValue(free, forKey: host), old != free else { return }
    sorted[id].remove(at: position(Entry(free: old, host: host), id))
    let entry = Entry(free: free, host: host)
    sorted[id].insert(entry, at: position(entry, id))
  }

  /// The host with the most free memory.
  var freest: Int? { sorted.compactMap(\.last).max()?.host }

  /// The freest hosts of a class, the freest first.
  func freest(of id: Int, count: Int) -> [Int] { sorted[id].suffix(count).reversed().map(\.host) }

  private func position(_ entry: Entry, _ id: Int) -> Int {
    var low = 0
    var high = sorted[id].count
    while low < high {
      let middle = (low + high) / 2
      if sorted[id][middle] < entry { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Hosts of a class with at least `needed` free, the freest or the fullest first, that pass `accept`; looks at no more than `limit`.
  func first(of id: Int, needed: Int, freestFirst: Bool, limit: Int, accept: (Int) -> Bool) -> Int? {
    let entries = sorted[id]
    let low = position(Entry(free: needed, host: Int.max), id)
    guard low < entries.count else { return nil }
    for step in 0..<min(limit, entries.count - low) {
      let host = entries[freestFirst ? entries.count - 1 - step : low + step].host
      if accept(host) { return host }
    }
    return nil
  }
}
