import Fleet

struct GreedySearch {
  init(_ facts: CellFacts, _ violations: Violations, _ finder: LegFinder, _ tasks: Tasks, objective: Objective, seed: UInt64) {}
  func solve(steps: inout Int) -> CellSolution { CellSolution() }
}
