import Planning
import Testing

/// The solver of placement problems against every placement of tiny ones.
@Suite struct PlacementSolverTests {
  static let blocks = 50
  static let seedsPerBlock = 200
  static let steps = 20_000

  /// A wrong proof is the worst it could do.
  @Test(arguments: 0..<blocks) func whatIsProvedIsTrue(block: Int) {
    var (proved, all) = (0, 0)
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      var budget = StepBudget(Self.steps)
      var solver = PlacementSolver(seed: seed)
      let outcome = solver.solve(problem, budget: &budget)
      let least = PlacementOracle(problem).least
      guard let least else {
        #expect(!outcome.isComplete, "seed \(seed)")
        continue
      }
      all += 1
      #expect(outcome.bound <= least, "seed \(seed)")
      let obstructions = outcome.proofs.flatMap(\.obstructions)
      #expect(obstructions.isEmpty, "seed \(seed)")
      guard outcome.isComplete else { continue }
      #expect(problem.problems(ofTarget: outcome.target).isEmpty, "seed \(seed)")
      #expect(outcome.weight == problem.weight(ofTarget: outcome.target), "seed \(seed)")
      #expect(outcome.weight >= least, "seed \(seed)")
      proved += outcome.isProved ? 1 : 0
    }
    #expect(proved * 10 > all * 8, "\(proved) of \(all) proved")
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func theSameSeedFindsTheSame(seed: UInt64) {
    for number in 0..<100 as Range<UInt64> {
      let problem = TinyProblem.make(seed: number)
      let outcomes = (0..<2).map { _ in
        var budget = StepBudget(Self.steps)
        var solver = PlacementSolver(seed: seed)
        return solver.solve(problem, budget: &budget)
      }
      #expect(outcomes[0] == outcomes[1], "problem \(number)")
    }
  }

  /// A problem that did not change costs nothing, one that did starts from what was found.
  @Test func solvedPartsAreTakenOver() {
    for number in 0..<200 as Range<UInt64> {
      let problem = TinyProblem.make(seed: number)
      var solver = PlacementSolver(seed: number)
      var budget = StepBudget(Self.steps)
      let first = solver.solve(problem, budget: &budget)
      let left = budget.left
      #expect(solver.solve(problem, budget: &budget) == first, "problem \(number)")
      #expect(budget.left == left, "problem \(number)")
    }
  }
}
