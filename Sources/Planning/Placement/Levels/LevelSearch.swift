/// Ends of a cell from the best on, level by level; each that turns out not to be reachable is excluded, and the next best is found.
///
/// At each level the values found are bettered until a search shows that they cannot be: then the level is held at that value for the next one.
struct LevelSearch {
  enum Answer: Equatable {
    /// No end that is not excluded is better in the first `provedLevels` levels.
    case found(target: [Int], provedLevels: Int)
    /// All ends are excluded.
    case none
    /// Not even one end was found.
    case outOfBudget
  }

  private var model: LevelModel
  /// By level and value: true only if the level counts at most so much.
  private var limits: [[Int: Literal]]
  /// What the best end had that was found last: those still to come are no better.
  private var least: [Int]?

  /// Share of the budget that one call may spend on the last level, which no proof speaks of.
  private static let lastLevelShare = 8

  init(_ model: LevelModel) {
    self.model = model
    limits = model.levels.map { _ in [:] }
  }

  /// The best end that is left. A step is one literal made true.
  mutating func next(_ budget: inout StepBudget) -> Answer {
    if let least {
      let same = least.indices.map { limit($0, least[$0]) }
      switch run(same, &budget) {
      case .found(let end): return .found(target: end.target, provedLevels: least.count)
      case .refused: break
      case .outOfBudget: return .outOfBudget
      }
    }
    switch run([], &budget) {
    case .found(let end): return bettered(end, &budget)
    case .refused: return .none
    case .outOfBudget: return .outOfBudget
    }
  }

  private mutating func bettered(_ first: End, _ budget: inout StepBudget) -> Answer {
    var end = first
    var held: [Literal] = []
    var isLeast = true
    for level in model.levels.indices {
      let floor = isLeast ? least?[level] ?? 0 : 0
      let isLast = level == model.levels.count - 1
      var share = isLast ? budget.take(budget.left / Self.lastLevelShare) : budget.take(budget.left)
      defer { budget.giveBack(share) }
      search: while end.values[level] > floor {
        switch run(held + [limit(level, end.values[level] - 1)], &share) {
        case .found(let better): end = better
        case .refused: break search
        case .outOfBudget:
          if isLast { break search }
          least = nil
          return .found(target: end.target, provedLevels: level)
        }
      }
      if end.values[level] > floor { isLeast = false }
      held.append(limit(level, end.values[level]))
    }
    least = end.values
    return .found(target: end.target, provedLevels: end.values.count)
  }

  /// Not all of these items end on these hosts together.
  mutating func exclude(_ ends: [(item: Int, host: Int)]) {
    model.search.addClause(ends.compactMap { model.literal($0.item, on: $0.host).map { !$0 } })
  }

  // MARK: - Asking

  private struct End {
    var target: [Int]
    var values: [Int]
  }
  private enum Found {
    case found(End)
    case refused
    case outOfBudget
  }

  private mutating func run(_ assumptions: [Literal], _ budget: inout StepBudget) -> Found {
    defer { model.search.backtrack(to: 0) }
    switch model.search.run(assumptions, budget: &budget) {
    case .found:
      let (target, values) = model.found()
      return .found(End(target: target, values: values))
    case .refused: return .refused
    case .outOfBudget: return .outOfBudget
    }
  }

  private mutating func limit(_ level: Int, _ value: Int) -> Literal {
    if let known = limits[level][value] { return known }
    let literal = model.search.addVariable(phase: true)
    let terms = model.levels[level]
    let whole = terms.reduce(0) { $0 + $1.amount }
    if whole > value {
      model.search.addSum(terms + [SumTerm(literal: literal, amount: whole - value)], atMost: whole)
    }
    limits[level][value] = literal
    return literal
  }
}
