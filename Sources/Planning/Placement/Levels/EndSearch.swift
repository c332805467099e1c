import Fleet

/// The best plan of a cell by way of its best ends: each is put in order, and one that cannot be is excluded with what makes it so.
///
/// What is proved: a plan in which everybody moves once ends on one of the ends that are left, so it is no better than the best of them. Any other
/// plan has a move more than its own end needs, so it is no better than the best end of all with a move more.
struct EndSearch {
  private let greedy: GreedySearch
  private let cell: CellProblem
  private let maker: LegMaker
  private var facts: CellFacts { greedy.facts }
  private var best: Plan
  /// Levels 1 to 3 of the best end of all, as many as are proved; nil: none is found yet.
  private var floor: [Int]?
  /// No plan in which everybody moves once is better than this; as many levels as are proved.
  private var direct: [Int] = []
  /// An end was left out whose order is in question, so that nothing beyond the floor is proved.
  private var isInQuestion = false

  /// Ends put in order one after another.
  private static let roundsMax = 400
  /// Ends that could only be reached by a detour for which one is looked for.
  private static let detoursMax = 60

  struct Plan {
    var legs: [Leg]
    var score: Score
  }

  struct Outcome {
    var plan: Plan
    /// Levels that no plan goes below, compared as far as they go.
    var least: [Int]
    var cell: CellProblem
  }

  /// `cell`: all movable guests of the cell are its items. `known`: legs of a plan that can be carried out.
  init(_ greedy: GreedySearch, _ cell: CellProblem, known: [Leg]) {
    self.greedy = greedy
    self.cell = cell
    maker = LegMaker(greedy)
    best = Plan(legs: known, score: Score(greedy.facts, greedy.violations, known, greedy.input.objective))
  }

  /// nil: the cell is too large for it.
  mutating func run(_ budget: inout StepBudget) -> Outcome? {
    var near = cell.problem.items.map(\.start)
    let itemOf = Dictionary(uniqueKeysWithValues: cell.guests.enumerated().map { ($1, $0) })
    for leg in best.legs { if let item = itemOf[leg.guest] { near[item] = leg.to } }
    guard let model = LevelModel(cell, facts, greedy.violations, near: near) else { return nil }
    var levels = LevelSearch(model)
    var isOpen = true
    var rounds = 0
    while isOpen, rounds < Self.roundsMax {
      switch levels.next(&budget) {
      case .found(let target, let provedLevels):
        isOpen = take(target, provedLevels, rounds, &levels, &budget)
      case .none:
        if !isInQuestion { direct = [.max] }
        isOpen = false
      case .outOfBudget: isOpen = false
      }
      rounds += 1
    }
    return Outcome(plan: best, least: least, cell: cell)
  }

  /// False: nothing better is left to be found.
  private mutating func take(
    _ target: [Int], _ provedLevels: Int, _ round: Int, _ levels: inout LevelSearch, _ budget: inout StepBudget
  ) -> Bool {
    let straight = maker.straight(cell, target)
    let score = Score(facts, greedy.violations, straight, greedy.input.objective)
    let provedLevels = min(provedLevels, score.provable.count)
    let proved = Array(score.provable.prefix(provedLevels))
    if floor == nil { floor = proved }
    if !isInQuestion { direct = proved }
    if best.score.provable.prefix(provedLevels).elementsEqual(proved), provedLevels == score.provable.count { return false }
    if !(score < best.score) { return false }
    switch DirectOrder.find(cell.problem, target: target, &budget) {
    case .ordered(let items):
      keep(items.map { SequenceLeg(item: $0, from: cell.problem.items[$0].start, to: target[$0]) })
      return best.score != score && provedLevels == score.provable.count
        && exclude(Array(target.indices), target, &levels, isInQuestion: true)
    case .stuck:
      if round < Self.detoursMax { detour(target, score, &budget) }
      guard provedLevels == score.provable.count else { return false }
      return exclude(DirectOrder.core(cell.problem, target: target, &budget), target, &levels, isInQuestion: false)
    case .unknown:
      detour(target, score, &budget)
      guard best.score != score, provedLevels == score.provable.count else { return false }
      return exclude(Array(target.indices), target, &levels, isInQuestion: true)
    }
  }

  private mutating func exclude(
    _ items: [Int], _ target: [Int], _ levels: inout LevelSearch, isInQuestion: Bool
  ) -> Bool {
    self.isInQuestion = self.isInQuestion || isInQuestion
    levels.exclude(items.map { ($0, target[$0]) })
    return true
  }

  /// The least weight of detours to the end, if one with a move more would still be better than what is known.
  private mutating func detour(_ target: [Int], _ score: Score, _ budget: inout StepBudget) {
    guard withMore(score.provable).lexicographicallyPrecedes(best.score.provable) else { return }
    let sequencer = Sequencer(cell.problem, target: target, seed: greedy.seed)
    keep(sequencer.legs(&budget))
  }

  private mutating func keep(_ moves: [SequenceLeg]) {
    guard let legs = maker.legs(cell, moves) else { return }
    let score = Score(facts, greedy.violations, legs, greedy.input.objective)
    if score < best.score { best = Plan(legs: legs, score: score) }
  }

  // MARK: - What is proved

  /// Levels of an end reached with a move more than it needs.
  private func withMore(_ levels: [Int]) -> [Int] {
    var levels = levels
    if levels.count > Score.thirdPosition { levels[Score.thirdPosition] += cell.leastThird }
    return levels
  }

  private var least: [Int] {
    guard let floor else { return [] }
    let detoured = withMore(floor)
    return direct.lexicographicallyPrecedes(detoured) ? direct : detoured
  }
}
