/// Makes a complete target lighter, step by step, by taking moved items home and giving the rest other places within the new limit.
package struct NeighbourhoodSearch: Sendable {
  private let facts: RepairFacts
  private let seed: UInt64

  package init(_ problem: PlacementProblem, seed: UInt64) {
    facts = RepairFacts(problem)
    self.seed = seed
  }

  /// Stops when the weight is `bound`; a target that is no end is first repaired.
  package func run(from target: [Int], bound: Int, budget: inout StepBudget) -> RepairOutcome {
    var state = TargetState(facts, target: target)
    state.loosen()
    var search = EjectionSearch(state, seed: seed)
    search.placeAll(budget: &budget)
    search.takeHome()
    guard search.outcome.isComplete else { return search.outcome }
    search.commit()
    var round = 0
    while search.saved.weight > bound, !budget.isSpent {
      round += 1
      budget.spend()
      search.focusSomewhere()
      let isSideways = round % RepairLimits.roundsPerSidestep == 0
      let limit = search.saved.weight - (isSideways ? 0 : 1)
      let ejections = RepairLimits.ejectionsPerRound
      if search.run(limit: limit, ejections: ejections, budget: &budget) {
        search.takeHome()
        search.commit()
      } else {
        search.goBack()
      }
    }
    search.look(on: [])
    return search.outcome
  }
}
