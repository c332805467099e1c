/// Members of a `separate` or `spread` group as rows, its units as columns: what the group forces is a transport problem.
struct GroupTransport {
  /// Sum of a group's largest weights up to which it is looked at: what keeps every product below within an integer.
  static let weightsMax = 1 << 40

  private let facts: BoundFacts
  private let group: Int
  private let declared: ItemGroup
  private let map: [Int]
  /// Units that count, in the order in which they were found, and their column.
  private var units: [Int] = []
  private var columnOf: [Int: Int] = [:]
  /// By member: columns it may end on, cheapest weight each, and the weight of being where nothing counts.
  private var options: [[(column: Int, weight: Int)]] = []
  private var free: [Int?] = []
  /// What an unkept demand weighs: more than all moves together.
  private var unkept = 1
  /// Being on some host counts for no unit.
  private let hasFree: Bool
  private let unitCountMax: Int

  /// nil: it is always kept, or its weights are too large.
  init?(_ facts: BoundFacts, _ group: Int) {
    self.facts = facts
    self.group = group
    declared = facts.problem.groups[group]
    map = facts.problem.unitMaps[declared.unitMap]
    let counted = Set(declared.counted)
    var seen = Set<Int>()
    for unit in map { seen.insert(unit) }
    if case .spread = declared.kind {
      hasFree = seen.contains { !counted.contains($0) }
    } else {
      hasFree = seen.contains(-1)
    }
    unitCountMax = seen.count
    if isSpread {
      if declared.counted.isEmpty { return nil }
      for unit in declared.counted { addUnit(unit) }
    }
    // Where only maxima count, a member needs no more units than there are members to fill them.
    let enough = isSpread && levelMax > 0 ? Int.max : declared.members.count + 1
    for member in declared.members { addRow(member, enough: enough) }
    var sum = 1
    for member in declared.members {
      // All that a move of it could weigh, wherever it goes: a sum beyond it is what the check takes for impossible.
      sum += facts.problem.classOf(member).passages.reduce(0) { max($0, $1?.weight ?? 0) }
      if sum > Self.weightsMax { return nil }
    }
    unkept = sum
  }

  private var isSpread: Bool { if case .spread = declared.kind { true } else { false } }

  /// Most members that every counted unit can have.
  private var levelMax: Int {
    guard isSpread else { return 0 }
    let all = declared.counted.reduce(declared.members.count) { $0 + declared.base[$1, default: 0] }
    return all / declared.counted.count
  }

  /// Places of a unit where every unit has at least `level` members.
  private func places(_ unit: Int, _ level: Int) -> Int {
    switch declared.kind {
    case .separate(let max): max - declared.base[unit, default: 0]
    case .spread(let maxSkew): level + maxSkew - declared.base[unit, default: 0]
    case .together: Int.max
    }
  }

  // MARK: - Rows and columns

  @discardableResult private mutating func addUnit(_ unit: Int) -> Int {
    columnOf[unit] = units.count
    units.append(unit)
    return units.count - 1
  }

  /// The unit's column; -1: being there does not count.
  private mutating func column(_ unit: Int) -> Int {
    if unit < 0 { return -1 }
    if let known = columnOf[unit] { return known }
    return isSpread ? -1 : addUnit(unit)
  }

  private mutating func addRow(_ member: Int, enough: Int) {
    let item = facts.problem.items[member]
    let least = facts.least[item.classID]
    var weights: [Int: Int] = [:]
    var row: [(column: Int, weight: Int)] = []
    var free: Int?
    if facts.stays[member] {
      let column = column(map[item.start])
      if column < 0 { free = 0 } else { row.append((column, 0)) }
    }
    let stayColumn = row.first?.column ?? -1
    var atLeast = 0
    for host in facts.problem.hostSets[facts.problem.classes[item.classID].ends].hosts where host != item.start && least != nil {
      guard let weight = facts.weightIfEnd(item.classID, host) else { continue }
      let column = column(map[host])
      if column < 0 {
        free = min(free ?? weight, weight)
        continue
      }
      if column == stayColumn || weights[column].map({ $0 <= weight }) ?? false { continue }
      weights[column] = weight
      if weight == least, places(units[column], 0) > 0 { atLeast += 1 }
      if atLeast >= enough || (!hasFree && atLeast >= unitCountMax) { break }
    }
    for column in units.indices { if let weight = weights[column] { row.append((column, weight)) } }
    options.append(row)
    self.free.append(free)
  }

  // MARK: - Bound

  /// Rows times columns of the assignments of one group.
  private static let cellsMax = 1 << 22

  func outcome(_ budget: inout StepBudget) -> GroupBound.Outcome {
    var levels: [[UnitPrice]] = []
    for level in 0...levelMax {
      guard let prices = prices(level, &budget) else { return .unknown }
      levels.append(prices)
    }
    let part = GroupPart(group: group, levels: levels, value: 0)
    switch GroupCheck(facts.ends).value(of: part) {
    case .atLeast(let value): return .bounded(GroupPart(group: group, levels: levels, value: value))
    case .impossible: return .impossible(part)
    case .nothing: return .unknown
    }
  }

  /// Prices of the units that make the bound largest where every counted unit ends with at least `level`; nil: out of budget.
  private func prices(_ level: Int, _ budget: inout StepBudget) -> [UnitPrice]? {
    var unitOf: [Int] = []
    var isDemanded: [Bool] = []
    for (column, unit) in units.enumerated() {
      let base = declared.base[unit, default: 0]
      let most = min(max(0, places(unit, level)), options.count)
      let least = isSpread ? min(max(0, level - base), most) : 0
      for place in 0..<most {
        unitOf.append(column)
        isDemanded.append(place < least)
      }
    }
    let columns = unitOf.count
    guard options.count * (columns + options.count) <= Self.cellsMax,
      budget.spend(options.count * options.count * (columns + options.count))
    else { return nil }
    var cost = [Int](repeating: TransportDual.barred, count: options.count * columns)
    for (row, choices) in options.enumerated() {
      var weightOf = [Int](repeating: -1, count: units.count)
      for choice in choices { weightOf[choice.column] = choice.weight }
      for place in 0..<columns where weightOf[unitOf[place]] >= 0 {
        cost[row * columns + place] = weightOf[unitOf[place]] - (isDemanded[place] ? unkept : 0)
      }
    }
    let dual = TransportDual(columns: columns, cost: cost, escape: free.map { $0 ?? unkept })
    var least = [Int?](repeating: nil, count: units.count)
    for place in 0..<columns {
      let price = dual.prices[place] - (isDemanded[place] ? unkept : 0)
      least[unitOf[place]] = min(least[unitOf[place]] ?? .max, price)
    }
    // Who may not come at all pays for it like one who finds no place.
    return units.indices.compactMap { column in
      let price = least[column] ?? unkept
      return price == 0 ? nil : UnitPrice(unit: units[column], price: price)
    }
  }
}
