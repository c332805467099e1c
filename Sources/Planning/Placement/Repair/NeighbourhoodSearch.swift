/// Makes a complete target lighter, step by step: large neighbourhood search (Shaw 1998) with an ejection pool as its repair.
///
/// Each round takes moved items of a few hosts out and puts them back, one of them home, under a limit on the weight of all; a round that
/// does not come to an end is undone. Now and then a target no lighter, and seldom a heavier one, is gone on from.
package struct NeighbourhoodSearch: Sendable {
  private let facts: RepairFacts
  private let seed: UInt64

  package init(_ problem: PlacementProblem, seed: UInt64) {
    facts = RepairFacts(problem)
    self.seed = seed
  }

  /// The lightest target found, at once when its weight is `bound`; a target that is no end is first repaired.
  package func run(from target: [Int], bound: Int, budget: inout StepBudget) -> RepairOutcome {
    var state = TargetState(facts, target: target)
    state.loosen()
    var search = EjectionSearch(state, seed: seed)
    search.placeAll(budget: &budget)
    search.takeHome()
    guard search.outcome.isComplete else { return search.outcome }
    search.commit()
    var best = search.saved
    var round = 0
    while best.weight > bound, !budget.isSpent {
      round += 1
      budget.spend()
      search.focusSomewhere()
      var limit = search.saved.weight - 1
      if round % RepairLimits.roundsPerSidestep == 0 { limit += 1 }
      if round % RepairLimits.roundsPerClimb == 0 { limit = best.weight + best.weight / RepairLimits.climbShare }
      if search.run(limit: limit, ejections: RepairLimits.ejectionsPerRound, budget: &budget) {
        search.takeHome()
        search.commit()
        if search.saved.weight < best.weight { best = search.saved }
      } else {
        search.goBack()
      }
    }
    return RepairOutcome(facts.problem, target: best.hosts.map { Int($0) })
  }
}
