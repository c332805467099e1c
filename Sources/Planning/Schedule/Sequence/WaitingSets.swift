/// Items that want to move, split into sets that share no host and no group that always holds.
enum WaitingSets {
  /// Each sorted, in the order of their first items.
  static func of(_ items: [Int], _ order: LegOrder) -> [[Int]] {
    let facts = order.facts
    let hostCount = facts.problem.hosts.count
    var parent = Array(0..<hostCount + facts.problem.groups.count)
    func root(_ node: Int) -> Int {
      var node = node
      while parent[node] != node {
        parent[node] = parent[parent[node]]
        node = parent[node]
      }
      return node
    }
    func join(_ one: Int, _ other: Int) {
      let (one, other) = (root(one), root(other))
      if one != other { parent[max(one, other)] = min(one, other) }
    }
    for item in items {
      join(order.position[item], order.target[item])
      join(order.position[item], facts.startOf[item])
      for group in facts.alwaysGroups[facts.classOf[item]] { join(order.position[item], hostCount + group) }
    }
    var setOf: [Int: Int] = [:]
    var sets: [[Int]] = []
    for item in items {
      let key = root(order.position[item])
      if let set = setOf[key] {
        sets[set].append(item)
      } else {
        setOf[key] = sets.count
        sets.append([item])
      }
    }
    return sets
  }
}
