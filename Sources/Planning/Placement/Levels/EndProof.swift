import Fleet

extension EndSearch.Outcome {
  /// What each of `Score.provable` counts, in the words of a proof.
  private static let fewer = [
    "leaves fewer guests on hosts in maintenance", "empties more of those hosts", "breaks fewer placements, rules and capacities",
    "breaks the rules less", "leaves hosts less over their capacity", "displaces fewer instances", "reboots fewer guests",
  ]

  /// The plan with what is proved of it, level by level.
  func solution(_ greedy: GreedySearch) -> CellSolution {
    var solution = CellSolution(legs: plan.legs)
    let reached = plan.score.provable
    let proved = zip(reached, least).prefix { $0 == $1 }.count
    let isCost = greedy.input.objective == .cost
    solution.certificate = Certificate(kind: .exhaustive)
    guard proved >= Score.thirdPosition else {
      solution.status = .none
      let said = Self.fewer.prefix(proved).last.map { "proved: no plan \($0)" } ?? "nothing is proved"
      solution.because = "\(said); not proved: that none \(Self.fewer[proved])"
      solution.certificate = Certificate(kind: .empty)
      return solution
    }
    solution.lowerBound = least.count > Score.thirdPosition ? least[Score.thirdPosition] : 0
    let what = isCost ? "a cost of \(solution.lowerBound)" : "\(solution.lowerBound) \(solution.lowerBound == 1 ? "move" : "moves")"
    let isMinimal = proved == reached.count && (cell.isExact || !isCost)
    solution.status = isMinimal ? .minimal : .bounded
    let goal = greedy.isStuck(plan.legs) ? "no plan mends more, and what can be mended" : "it"
    solution.because = "\(goal) takes at least \(what): all ends that could be better were searched"
    if isCost && !cell.isExact { solution.because += "; not proved to be the cheapest" }
    guard isMinimal, !greedy.isStuck(plan.legs), !isCost else { return solution }
    let counted = LowerBound(greedy.facts, greedy.violations, greedy.tasks, legs: plan.legs, greedy.input)
    if counted.total == plan.legs.count {
      solution.certificate = counted.certificate
      solution.because = counted.because(moves: plan.legs.count)
    }
    return solution
  }
}
