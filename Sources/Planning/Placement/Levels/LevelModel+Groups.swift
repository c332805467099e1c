extension LevelModel {
  /// A rule ends no worse than it began; how badly it is broken counts.
  mutating func addGroup(_ index: Int) {
    let group = problem.groups[index]
    let map = problem.unitMaps[group.unitMap]
    let unitCount = max(map.max() ?? -1, group.base.keys.max() ?? -1, group.counted.last ?? -1) + 1
    var members = [[SumTerm]](repeating: [], count: unitCount)
    for member in group.members {
      for option in options[member] where map[option.host] >= 0 {
        members[map[option.host]].append(SumTerm(literal: option.literal, amount: 1))
      }
    }
    let start = problem.counts(index) { problem.items[$0].start }
    let excess = group.excess(start)
    let broken = excess > 0 ? search.addVariable() : nil
    if let broken { note(2, broken) }
    switch group.kind {
    case .separate(let max): addSeparate(group, members, max, start, excess, broken)
    case .together: addTogether(group, members, excess, broken)
    case .spread(let maxSkew): addSpread(group, members, maxSkew, excess, broken)
    }
  }

  /// Literals of which one more is true for each member or unit that is too many.
  private mutating func tooMany(_ count: Int, _ broken: Literal?) -> [SumTerm] {
    guard let broken else { return [] }
    var last = broken
    return (0..<max(0, count)).map { _ in
      let one = search.addVariable()
      search.addClause([!one, last])
      last = one
      note(3, one)
      return SumTerm(literal: one, amount: 1)
    }
  }

  /// `terms` at most `limit`, and as much more as literals of `tooMany` say.
  private mutating func add(_ terms: [SumTerm], atMost limit: Int, beyond: [SumTerm]) {
    search.addSum(terms + beyond.map { SumTerm(literal: !$0.literal, amount: 1) }, atMost: limit + beyond.count)
  }

  private mutating func addSeparate(
    _ group: ItemGroup, _ members: [[SumTerm]], _ max: Int, _ start: [Int: Int], _ excess: Int, _ broken: Literal?
  ) {
    var all: [SumTerm] = []
    for unit in members.indices where !members[unit].isEmpty {
      let base = group.base[unit, default: 0]
      // One that holds always is never worse on a unit than that unit began.
      let most = group.always ? start[unit, default: 0] - max : base + members[unit].count - max
      let beyond = tooMany(min(most, excess), broken)
      add(members[unit], atMost: max - base, beyond: beyond)
      all += beyond
    }
    let fixed = group.base.reduce(0) { sum, entry in
      entry.key < members.count && members[entry.key].isEmpty ? sum + Swift.max(0, entry.value - max) : sum
    }
    if !all.isEmpty { search.addSum(all, atMost: excess - fixed) }
  }

  private mutating func addTogether(_ group: ItemGroup, _ members: [[SumTerm]], _ excess: Int, _ broken: Literal?) {
    var inUse: [SumTerm] = []
    var fixed = 0
    for unit in members.indices {
      if group.base[unit, default: 0] > 0 {
        fixed += 1
      } else if !members[unit].isEmpty {
        inUse.append(SumTerm(literal: any(members[unit].map(\.literal)), amount: 1))
      }
    }
    let beyond = tooMany(excess, broken)
    add(inUse, atMost: 1 - fixed, beyond: beyond)
  }

  /// Every counted unit has at least the level, a number in unary, and at most `maxSkew` more.
  private mutating func addSpread(_ group: ItemGroup, _ members: [[SumTerm]], _ maxSkew: Int, _ excess: Int, _ broken: Literal?) {
    guard !group.counted.isEmpty else { return }
    let bases = group.counted.map { group.base[$0, default: 0] }
    let levelMax = (group.members.count + bases.reduce(0, +)) / group.counted.count
    var level: [Literal] = []
    for index in 0..<levelMax {
      let next = search.addVariable()
      if index > 0 { search.addClause([!next, level[index - 1]]) }
      level.append(next)
    }
    let beyond = tooMany(excess, broken)
    for (unit, base) in zip(group.counted, bases) {
      let fewest = level.map { SumTerm(literal: $0, amount: 1) } + members[unit].map { SumTerm(literal: !$0.literal, amount: 1) }
      search.addSum(fewest, atMost: base + members[unit].count)
      add(members[unit] + level.map { SumTerm(literal: !$0, amount: 1) }, atMost: maxSkew - base + levelMax, beyond: beyond)
    }
  }
}
