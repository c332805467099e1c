import Fleet

/// A rule over the guests of one cell.
struct RuleFacts: Equatable {
  /// Index in `DesiredFleet.rules`.
  var index: Int
  var kind: PlacementRule.Kind
  var required: Bool
  var always: Bool
  /// Unit of each host; -1: none (the host lacks the label).
  var unitOf: [Int]
  var unitNames: [String]
  /// Units with a host that may receive; only they count for `spread`.
  var usableUnits: [Int]
  /// Guests it selects.
  var members: [Int] = []

  /// How far `counts` (unit → members) is from what the rule asks; 0: kept.
  ///
  /// separate: members above the maximum, summed over the units. together: units in use beyond the first. spread: skew above the limit.
  func excess(_ counts: [Int: Int]) -> Int {
    switch kind {
    case .separate(let maximum): return counts.values.reduce(0) { $0 + max(0, $1 - maximum) }
    case .together: return max(0, counts.values.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } - 1)
    case .spread(let maxSkew):
      guard let skew = skew(counts) else { return 0 }
      return max(0, skew - maxSkew)
    }
  }

  private func skew(_ counts: [Int: Int]) -> Int? {
    guard let first = usableUnits.first else { return nil }
    var low = counts[first, default: 0]
    var high = low
    for unit in usableUnits {
      let count = counts[unit, default: 0]
      low = min(low, count)
      high = max(high, count)
    }
    return high - low
  }

  /// True if a member may go from one unit to another as `AlwaysHold` has it; `counts`: before the move, `start`: at the start of the plan.
  func alwaysAllows(from old: Int?, to new: Int?, _ counts: [Int: Int], start: [Int: Int]) -> Bool {
    var units = usableUnits
    if case .together = kind { units = counts.keys.filter { $0 != new } + (new.map { [$0] } ?? []) }
    return AlwaysHold.allows(
      kind.ofGroup, from: old, to: new, units: units, count: { counts[$0, default: 0] }, start: { start[$0, default: 0] },
      excessMax: excess(start))
  }

  /// The unit a member on `host` counts for, nil if for none.
  ///
  /// A host without the label is no unit: `separate` and `spread` leave its guests out. For `together` it stands for itself,
  /// for a guest on it is certainly not with the others.
  func unit(ofHost host: Int) -> Int? {
    let unit = unitOf[host]
    if unit >= 0 { return unit }
    if case .together = kind { return unitNames.count + host }
    return nil
  }

  func counts(_ hostOf: (Int) -> Int, alsoOn: (Int) -> [Int]) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for member in members {
      var units: [Int] = []
      for host in [hostOf(member)] + alsoOn(member) {
        if let unit = unit(ofHost: host), !units.contains(unit) { units.append(unit) }
      }
      for unit in units { counts[unit, default: 0] += 1 }
    }
    return counts
  }
}

extension PlacementRule.Kind {
  /// The same as a kind of group.
  var ofGroup: ItemGroup.Kind {
    switch self {
    case .separate(let maximum): .separate(max: maximum)
    case .together: .together
    case .spread(let maxSkew): .spread(maxSkew: maxSkew)
    }
  }
}
