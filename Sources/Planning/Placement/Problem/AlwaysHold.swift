/// What `hold: always` asks: at every instant of a plan, a moving member counting on both sides, a rule is no worse than its limit or than it
/// was at the start.
///
/// `separate` is asked unit by unit, the others as a whole. A move brings about two instants: the member counts on both units, and, once the
/// move has ended, on the new one alone; a search asks about both before the move begins.
package enum AlwaysHold {
  /// True if a move of a member from one unit to another (nil: none) keeps the rule at both instants. Cost: linear in `units`.
  ///
  /// - Parameters:
  ///   - units: `together`: all that may be in use, `spread`: those that count; each once.
  ///   - count: members on a unit before the move; `start`: the same at the start of the plan.
  ///   - excessMax: excess at the start.
  package static func allows(
    _ kind: ItemGroup.Kind, from: Int?, to: Int?, units: some Collection<Int>, count: (Int) -> Int, start: (Int) -> Int, excessMax: Int
  ) -> Bool {
    if from == to { return true }
    if case .separate(let max) = kind {
      guard let to else { return true }
      return count(to) < Swift.max(max, start(to))
    }
    let during = excess(kind, units) { count($0) + ($0 == to ? 1 : 0) }
    let after = excess(kind, units) { count($0) + ($0 == to ? 1 : 0) - ($0 == from ? 1 : 0) }
    return during <= excessMax && after <= excessMax
  }

  /// separate: members above the maximum, summed over the units. together: units in use beyond the first. spread: skew above the limit.
  private static func excess(_ kind: ItemGroup.Kind, _ units: some Collection<Int>, _ count: (Int) -> Int) -> Int {
    switch kind {
    case .separate(let max): return units.reduce(0) { $0 + Swift.max(0, count($1) - max) }
    case .together: return Swift.max(0, units.reduce(0) { $0 + (count($1) > 0 ? 1 : 0) } - 1)
    case .spread(let maxSkew):
      var (low, high) = (Int.max, 0)
      for unit in units {
        let count = count(unit)
        (low, high) = (min(low, count), Swift.max(high, count))
      }
      return low == .max ? 0 : Swift.max(0, high - low - maxSkew)
    }
  }
}

/// A unit of a group.
struct GroupUnit: Hashable {
  var group: Int
  /// -1: hosts without the label.
  var unit: Int
}
