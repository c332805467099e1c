extension TargetModel {
  mutating func addGroup(_ group: ItemGroup) {
    let map = problem.unitMaps[group.unitMap]
    let unitCount = max(map.max() ?? -1, group.base.keys.max() ?? -1, group.counted.last ?? -1) + 1
    var members = [[SumTerm]](repeating: [], count: unitCount)
    for member in group.members {
      for option in options[member] where map[option.host] >= 0 {
        members[map[option.host]].append(SumTerm(literal: option.literal, amount: 1))
      }
    }
    switch group.kind {
    case .separate(let max):
      for unit in members.indices { search.addSum(members[unit], atMost: max - group.base[unit, default: 0]) }
    case .together: addTogether(members, group.base)
    case .spread(let maxSkew): addSpread(group, members, maxSkew)
    }
  }

  /// At most one unit is in use.
  private mutating func addTogether(_ members: [[SumTerm]], _ base: [Int: Int]) {
    var inUse: [SumTerm] = []
    for unit in members.indices where !members[unit].isEmpty || base[unit, default: 0] > 0 {
      let literal = any(members[unit].map(\.literal) + (base[unit, default: 0] > 0 ? [certain()] : []))
      inUse.append(SumTerm(literal: literal, amount: 1))
    }
    search.addSum(inUse, atMost: 1)
  }

  /// A literal that is always true.
  private mutating func certain() -> Literal {
    let literal = search.addVariable()
    search.addClause([literal])
    return literal
  }

  /// Every counted unit has at least the level, a number in unary, and at most `maxSkew` more.
  private mutating func addSpread(_ group: ItemGroup, _ members: [[SumTerm]], _ maxSkew: Int) {
    guard !group.counted.isEmpty else { return }
    let bases = group.counted.map { group.base[$0, default: 0] }
    let levelMax = (group.members.count + bases.reduce(0, +)) / group.counted.count
    var level: [Literal] = []
    for index in 0..<levelMax {
      let next = search.addVariable()
      if index > 0 { search.addClause([!next, level[index - 1]]) }
      level.append(next)
    }
    for (unit, base) in zip(group.counted, bases) {
      // members + base >= level, and members + base <= level + maxSkew, both as sums at most a limit.
      let fewest = level.map { SumTerm(literal: $0, amount: 1) } + members[unit].map { SumTerm(literal: !$0.literal, amount: 1) }
      search.addSum(fewest, atMost: base + members[unit].count)
      let most = members[unit] + level.map { SumTerm(literal: !$0, amount: 1) }
      search.addSum(most, atMost: maxSkew - base + levelMax)
    }
  }
}
