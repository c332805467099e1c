/// Evictions that relieved hosts need whatever else happens: a host's are bounded on their own, and hosts share no item.
struct OverloadBound {
  let facts: BoundFacts
  /// Items by start host: those of host h are `order[first[h]..<first[h + 1]]`, ascending.
  let order: [Int]
  let first: [Int]

  init(_ facts: BoundFacts) {
    self.facts = facts
    let items = facts.problem.items
    var first = [Int](repeating: 0, count: facts.problem.hosts.count + 1)
    for item in items { first[item.start + 1] += 1 }
    for host in facts.problem.hosts.indices { first[host + 1] += first[host] }
    var next = first
    var order = [Int](repeating: 0, count: items.count)
    for (index, item) in items.enumerated() {
      order[next[item.start]] = index
      next[item.start] += 1
    }
    self.order = order
    self.first = first
  }

  func items(on host: Int) -> ArraySlice<Int> { order[first[host]..<first[host + 1]] }

  /// Charged on a host by those that may stay on it, laid out like `capacity`.
  func stayingUse() -> [Int] {
    let rows = facts.rows
    var use = [Int](repeating: 0, count: facts.room.count)
    for (index, item) in facts.problem.items.enumerated() where facts.stays[index] {
      for resource in 0..<rows { use[item.start * rows + resource] += facts.demand[item.classID * rows + resource] }
    }
    return use
  }

  /// The host's best bound over its resources without the items that are counted elsewhere; nil: it needs none.
  func part(_ host: Int, staying: [Int], isCounted: [Bool]) -> OverloadPart? {
    guard facts.problem.hosts[host].isRelieved else { return nil }
    let rows = facts.rows
    var best: OverloadPart?
    for resource in 0..<rows {
      let cell = host * rows + resource
      var need = staying[cell] - facts.room[cell]
      guard need > 0 else { continue }
      var scope: [Int] = []
      var candidates: [(weight: Int, demand: Int)] = []
      for item in items(on: host) where facts.stays[item] {
        let classID = facts.problem.items[item].classID
        let demand = facts.demand[classID * rows + resource]
        if isCounted[item] { need -= demand }
        guard !isCounted[item], let weight = facts.least[classID] else { continue }
        scope.append(item)
        candidates.append((weight, demand))
      }
      guard let value = CoverBound.least(candidates, need: need), value > best?.value ?? 0 else { continue }
      best = OverloadPart(host: host, resource: resource, items: scope, value: value)
    }
    return best
  }
}
