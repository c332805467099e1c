/// Whole contents from the master's solution: fixes the surest, solves what is left anew with contents priced for it, until all is whole.
struct ColumnDive {
  /// Contents of a type for so many of its hosts.
  struct Choice {
    var type: Int
    var change: [ColumnModel.Amount]
    var count: Int
  }

  /// Dives that begin differently, as long as none reaches the bound.
  private static let divesMax = 12
  /// Rounds of pricing between two fixings.
  private static let roundsMax = 6
  private static let pivotsMax = 5_000
  /// From a whole number.
  private static let wholeGap = 1e-3

  private var master: ColumnMaster
  private let forced: [Int]
  /// What is still to be covered, by class.
  private var demand: [Int] = []
  /// Hosts left, by type.
  private var counts: [Int] = []
  private var fixed: [(column: Int, count: Int)] = []
  private var fixedCost = 0.0
  private var best: [Choice]?
  private var bestWeight = Int.max
  private var random = SplitMix(0)

  init(_ master: ColumnMaster) {
    self.master = master
    forced = master.model.forced()
    let contents = master.contents
    self.master.simplex.keepOnly { contents[$0].isReal }
  }

  /// nil: no dive came to an end.
  mutating func run(_ budget: inout StepBudget) -> [Choice]? {
    for dive in 0..<Self.divesMax where bestWeight > master.bound && !budget.isSpent {
      random = SplitMix(UInt64(dive))
      self.dive(isFirst: dive == 0, &budget)
    }
    return best
  }

  private mutating func dive(isFirst: Bool, _ budget: inout StepBudget) {
    demand = forced
    counts = master.model.types.map(\.hosts.count)
    fixed = []
    fixedCost = 0
    while solveRest(&budget) {
      let solution = master.simplex.solution()
      if solution.allSatisfy({ abs($0.value - $0.value.rounded()) < Self.wholeGap }) {
        finish(solution)
        return
      }
      if !fixWhole(solution) { fixLargest(solution, isFirst: isFirst) }
    }
  }

  /// False: what is left cannot be placed, or not for less than the best so far.
  private mutating func solveRest(_ budget: inout StepBudget) -> Bool {
    master.simplex.restart(demand: demand, counts: counts)
    let counts = counts
    for _ in 0..<Self.roundsMax {
      guard budget.spend(max(1, counts.count)), master.simplex.solve(pivotsMax: Self.pivotsMax) else { return false }
      guard master.extend({ counts[$0] > 0 }) else { break }
    }
    guard master.simplex.solve(pivotsMax: Self.pivotsMax) else { return false }
    let weight = master.cost + fixedCost
    return master.simplex.shortage < 1e-3 && (best == nil || weight < Double(bestWeight) - 0.5)
  }

  // MARK: - Fixing

  private mutating func fix(_ column: Int, _ count: Int) {
    let content = master.contents[column]
    fixed.append((column, count))
    fixedCost += Double(content.weight * count)
    counts[content.type] -= count
    for amount in content.change { demand[amount.sizeClass] -= amount.count * count }
  }

  /// Fixes the whole part of everything that changes a host.
  private mutating func fixWhole(_ solution: [(column: Int, value: Double)]) -> Bool {
    var isFixed = false
    for (column, value) in solution where !master.contents[column].change.isEmpty {
      let whole = Int((value + Self.wholeGap).rounded(.down))
      if whole > 0 {
        fix(column, whole)
        isFixed = true
      }
    }
    return isFixed
  }

  private mutating func fixLargest(_ solution: [(column: Int, value: Double)], isFirst: Bool) {
    var largest: (column: Int, value: Double)?
    for (column, value) in solution {
      let part = value - value.rounded(.down)
      guard part >= Self.wholeGap, part <= 1 - Self.wholeGap, !master.contents[column].change.isEmpty else { continue }
      let drawn = isFirst ? part : part * (0.5 + Double(random.next() % 1_000) / 1_000)
      if drawn > largest?.value ?? 0 { largest = (column, drawn) }
    }
    if let largest { fix(largest.column, 1) }
  }

  private mutating func finish(_ solution: [(column: Int, value: Double)]) {
    for (column, value) in solution { fix(column, Int(value.rounded())) }
    guard !counts.contains(where: { $0 != 0 }), !demand.contains(where: { $0 > 0 }) else { return }
    let weight = fixed.reduce(master.model.fixedWeight) { $0 + master.contents[$1.column].weight * $1.count }
    guard weight < bestWeight else { return }
    bestWeight = weight
    best = fixed.map { Choice(type: master.contents[$0.column].type, change: master.contents[$0.column].change, count: $0.count) }
  }
}
