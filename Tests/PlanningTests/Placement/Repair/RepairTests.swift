import Planning
import Testing

/// Both stages of repair against the oracle: what they call an end is one, never lighter than the lightest, and mostly as light.
@Suite struct RepairTests {
  static let blocks = 10
  static let seedsPerBlock: UInt64 = 400
  static let steps = 20_000

  /// What came of the problems of one block that have an end.
  struct Tally {
    var ends = 0
    var foundEnds = 0
    var lightest = 0
  }

  static func seeds(_ block: Int) -> Range<UInt64> { UInt64(block) * seedsPerBlock..<UInt64(block + 1) * seedsPerBlock }

  static func count(_ outcome: RepairOutcome, _ problem: PlacementProblem, _ oracle: PlacementOracle, _ tally: inout Tally, _ seed: UInt64)
  {
    #expect(outcome == RepairOutcome(problem, target: outcome.target), "seed \(seed)")
    #expect(outcome.isComplete == problem.problems(ofTarget: outcome.target).isEmpty, "seed \(seed)")
    #expect(outcome.weight == problem.weight(ofTarget: outcome.target), "seed \(seed)")
    guard let least = oracle.least else {
      #expect(!outcome.isComplete, "seed \(seed)")
      return
    }
    tally.ends += 1
    guard outcome.isComplete else { return }
    tally.foundEnds += 1
    #expect(outcome.weight >= least, "seed \(seed)")
    if outcome.weight == least { tally.lightest += 1 }
  }

  @Test(arguments: 0..<blocks) func firstFit(block: Int) {
    var tally = Tally()
    for seed in Self.seeds(block) {
      let problem = TinyProblem.make(seed: seed)
      var budget = StepBudget(Self.steps)
      Self.count(FirstFit(problem, seed: seed).run(budget: &budget), problem, PlacementOracle(problem), &tally, seed)
    }
    #expect(tally.foundEnds * 100 >= tally.ends * 99, "\(tally)")
    #expect(tally.lightest * 100 >= tally.ends * 98, "\(tally)")
  }

  @Test(arguments: 0..<blocks) func neighbourhoodSearch(block: Int) {
    var tally = Tally()
    for seed in Self.seeds(block) {
      let problem = TinyProblem.make(seed: seed)
      let oracle = PlacementOracle(problem)
      var budget = StepBudget(Self.steps)
      let search = NeighbourhoodSearch(problem, seed: seed)
      let outcome = search.run(from: problem.items.map(\.start), bound: oracle.least ?? 0, budget: &budget)
      Self.count(outcome, problem, oracle, &tally, seed)
    }
    #expect(tally.foundEnds * 100 >= tally.ends * 99, "\(tally)")
    #expect(tally.lightest * 100 >= tally.ends * 98, "\(tally)")
  }

  /// The same seed and budget, the same outcome.
  @Test(arguments: 0..<200 as Range<UInt64>) func isDeterministic(seed: UInt64) {
    let problem = TinyProblem.make(seed: seed)
    var budgets = [StepBudget(Self.steps), StepBudget(Self.steps)]
    #expect(
      FirstFit(problem, seed: seed).run(budget: &budgets[0]) == FirstFit(problem, seed: seed).run(budget: &budgets[1]), "seed \(seed)")
    #expect(budgets[0] == budgets[1], "seed \(seed)")
  }

  /// A complete target stays as it is but for what can go home.
  @Test(arguments: 0..<500 as Range<UInt64>) func keepsWhatIsRight(seed: UInt64) {
    let problem = TinyProblem.make(seed: seed)
    let oracle = PlacementOracle(problem)
    guard oracle.least != nil else { return }
    var budget = StepBudget(Self.steps)
    let outcome = FirstFit(problem, seed: seed).run(budget: &budget, from: oracle.target)
    #expect(outcome.target == oracle.target, "seed \(seed)")
  }

  /// What finds no place leaves nothing worse than it was.
  @Test(arguments: 0..<blocks) func makesNothingWorse(block: Int) {
    var incomplete = 0
    for seed in Self.seeds(block) {
      let problem = TinyProblem.make(seed: seed)
      let start = RepairOutcome(problem, target: problem.items.map(\.start))
      for steps in [40, Self.steps / 4] {
        var budget = StepBudget(steps)
        let outcome = FirstFit(problem, seed: seed).run(budget: &budget)
        incomplete += outcome.isComplete ? 0 : 1
        #expect(Set(outcome.unplaced).isSubset(of: start.unplaced), "seed \(seed)")
        #expect(Set(outcome.brokenGroups).isSubset(of: start.brokenGroups), "seed \(seed)")
        #expect(Set(outcome.overHosts).isSubset(of: start.overHosts), "seed \(seed)")
      }
    }
    #expect(incomplete > 20)
  }

  /// With no budget at all nothing is claimed that does not hold.
  @Test(arguments: 0..<200 as Range<UInt64>) func sparesTheBudget(seed: UInt64) {
    let problem = TinyProblem.make(seed: seed)
    var budget = StepBudget(0)
    let outcome = FirstFit(problem, seed: seed).run(budget: &budget)
    #expect(outcome.isComplete == problem.problems(ofTarget: outcome.target).isEmpty, "seed \(seed)")
  }
}
