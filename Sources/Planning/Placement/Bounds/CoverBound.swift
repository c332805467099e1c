/// Least weight of items whose demands together reach a need.
enum CoverBound {
  /// Table entries and items up to which the least weight is worked out exactly.
  static let tableMax = 1 << 16

  /// A lower bound, the least weight itself where all weigh the same or the table is small; nil: all together do not reach it.
  static func least(_ candidates: [(weight: Int, demand: Int)], need: Int) -> Int? {
    guard need > 0 else { return 0 }
    let useful = candidates.filter { $0.demand > 0 }
    var sum = 0
    for candidate in useful { sum += candidate.demand }
    guard sum >= need, let first = useful.first else { return nil }
    if useful.allSatisfy({ $0.weight == first.weight }) { return first.weight * count(useful.map(\.demand), need: need) }
    let unit = useful.reduce(0) { gcd($0, $1.demand) }
    let steps = (need + unit - 1) / unit
    if steps <= tableMax / useful.count { return exact(useful, steps: steps, unit: unit) }
    return fractional(useful, need: need)
  }

  /// Fewest demands that reach the need: the largest ones.
  private static func count(_ demands: [Int], need: Int) -> Int {
    var missing = need
    var count = 0
    for demand in demands.sorted(by: >) where missing > 0 {
      missing -= demand
      count += 1
    }
    return count
  }

  /// By dynamic programming over what is reached, in multiples of `unit`.
  private static func exact(_ candidates: [(weight: Int, demand: Int)], steps: Int, unit: Int) -> Int? {
    var least = [Int?](repeating: nil, count: steps + 1)
    least[0] = 0
    for candidate in candidates {
      let width = candidate.demand / unit
      for reached in (0...steps).reversed() {
        guard let weight = least[reached] else { continue }
        let next = min(steps, reached + width)
        least[next] = min(least[next] ?? .max, weight + candidate.weight)
      }
    }
    return least[steps]
  }

  /// The last item in parts: the bound of the linear relaxation, rounded up (Dantzig 1957).
  static func fractional(_ candidates: [(weight: Int, demand: Int)], need: Int) -> Int {
    // Products of weights and demands may be wider than an integer.
    let sorted = candidates.sorted { first, second in
      let (left, right) = (first.weight.multipliedFullWidth(by: second.demand), second.weight.multipliedFullWidth(by: first.demand))
      return (left.high, left.low, second.demand) < (right.high, right.low, first.demand)
    }
    var missing = need
    var weight = 0
    for candidate in sorted {
      if candidate.demand >= missing { return weight + share(candidate.weight, missing, of: candidate.demand) }
      missing -= candidate.demand
      weight += candidate.weight
    }
    return weight
  }

  /// `value * part / whole`, rounded up, for `part` up to `whole`.
  private static func share(_ value: Int, _ part: Int, of whole: Int) -> Int {
    let (quotient, remainder) = whole.dividingFullWidth(value.multipliedFullWidth(by: part))
    return remainder > 0 ? quotient + 1 : quotient
  }

  static func gcd(_ first: Int, _ second: Int) -> Int {
    var (a, b) = (first, second)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
