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
    guard search.run(limit: .max, ejections: .max, budget: &budget) else {
      return RepairOutcome(facts.problem, target: search.state.target)
    }
    search.takeHome()
    var best = search.state
    var rounds = 0
    while best.weight > bound, !budget.isSpent {
      rounds += 1
      budget.spend()
      if rounds % RepairLimits.roundsPerRestart == 0 { search.restore(best.hostOf, choices: best.groups.choice) }
      search.loosenSome()
      guard search.run(limit: best.weight - 1, ejections: RepairLimits.ejectionsPerRound, budget: &budget) else { continue }
      search.takeHome()
      best = search.state
    }
    return RepairOutcome(facts.problem, target: best.target)
  }
}
