/// Stage 1: moves what must move, and evicts as little as possible, by best-fit decreasing and ejection chains under all rules.
///
/// Where nothing has to be put out, the weight of the outcome is that of the forced moves. Else the limit on the weight rises slowly, so that
/// items at home are put out only when those that move anyway were shuffled in vain.
package struct FirstFit: Sendable {
  private let facts: RepairFacts
  private let seed: UInt64

  package init(_ problem: PlacementProblem, seed: UInt64) {
    facts = RepairFacts(problem)
    self.seed = seed
  }

  /// `from`: where to begin, whole or broken; it is repaired with as few changes as possible. nil: from the start.
  package func run(budget: inout StepBudget, from: [Int]? = nil) -> RepairOutcome {
    var share = budget.take(RepairLimits.firstFitSteps + RepairLimits.firstFitStepsPerPart * (facts.itemCount + facts.hostCount))
    defer { budget.giveBack(share) }
    var state = TargetState(facts, target: from ?? facts.start.map { Int($0) })
    state.loosen()
    var search = EjectionSearch(state, seed: seed)
    search.placeAll(budget: &share)
    search.takeHome()
    return search.outcome
  }
}
