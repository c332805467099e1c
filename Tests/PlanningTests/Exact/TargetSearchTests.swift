import Planning
import Testing

/// The exact search against an oracle that tries every placement.
@Suite struct TargetSearchTests {
  static let blocks = 12
  static let seedsPerBlock = 1_000

  @Test(arguments: 0..<blocks) func agreesWithTheOracle(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(1_000_000 + block * Self.seedsPerBlock + offset)
      var problem = TinyProblem.make(seed: seed)
      // Every other problem with weights that differ much.
      if seed % 2 == 1 { problem = problem.reweighed { $0.weight * 1_000 + $0.seconds % 7 } }
      let oracle = PlacementOracle(problem)
      var budget = StepBudget(200_000)
      let found = TargetSearch(problem).run(from: nil, lower: 0, budget: &budget)
      #expect(found.isSearchedWhole, "seed \(seed)")
      #expect(found.target == nil ? oracle.least == nil : found.weight == oracle.least, "seed \(seed)")
      guard let target = found.target else { continue }
      #expect(problem.problems(ofTarget: target).isEmpty, "seed \(seed)")
      #expect(problem.weight(ofTarget: target) == found.weight && found.bound == found.weight, "seed \(seed)")
    }
  }

  /// Larger and tighter ones, searched with a restart after every conflict and nearly everything forgotten.
  @Test(arguments: 0..<8) func agreesWhenRestless(block: Int) {
    for offset in 0..<200 {
      let seed = UInt64(4_000_000 + block * 200 + offset)
      var tiny = TinyProblem(hostsMax: 5, itemsMax: 8, tightPercent: 90)
      let problem = tiny.make(seed: seed)
      let oracle = PlacementOracle(problem)
      var budget = StepBudget(1_000_000)
      let found = TargetSearch(problem, pace: .restless).run(from: nil, lower: 0, budget: &budget)
      #expect(found.isSearchedWhole, "seed \(seed)")
      #expect(found.target == nil ? oracle.least == nil : found.weight == oracle.least, "seed \(seed)")
    }
  }

  /// Cut short at any point it claims nothing that is not so.
  @Test(arguments: 0..<4) func cutShortItClaimsNothingWrong(block: Int) {
    for offset in 0..<400 {
      let seed = UInt64(2_000_000 + block * 400 + offset)
      var problem = TinyProblem.make(seed: seed)
      if seed % 2 == 1 { problem = problem.reweighed { $0.weight * 1_000 + $0.seconds % 7 } }
      let oracle = PlacementOracle(problem)
      for steps in [1, 10, 40, 90, 200] {
        var budget = StepBudget(steps)
        let found = TargetSearch(problem).run(from: nil, lower: 0, budget: &budget)
        if let least = oracle.least {
          #expect(found.bound <= least, "seed \(seed) steps \(steps)")
          #expect(!found.isSearchedWhole || found.weight == least, "seed \(seed) steps \(steps)")
        } else {
          #expect(found.target == nil, "seed \(seed) steps \(steps)")
        }
      }
    }
  }

  /// An end given to start from is taken over only if it is one, and beaten if it can be.
  @Test(arguments: 0..<4) func improvesWhatIsKnown(block: Int) {
    for offset in 0..<400 {
      let seed = UInt64(3_000_000 + block * 400 + offset)
      let problem = TinyProblem.make(seed: seed)
      let oracle = PlacementOracle(problem)
      guard let least = oracle.least else { continue }
      var random = SeededGenerator(seed: seed)
      var from = oracle.target
      for item in from.indices where random.chance(30) { from[item] = random.below(problem.hosts.count) }
      var budget = StepBudget(200_000)
      let found = TargetSearch(problem).run(
        from: from, lower: seed % 3 == 0 ? least : 0, budget: &budget)
      #expect(found.isSearchedWhole && found.weight == least && found.target != nil, "seed \(seed)")
    }
  }

  @Test func sameSearchEveryTime() {
    for seed in 0..<200 as Range<UInt64> {
      let problem = TinyProblem.make(seed: seed)
      let outcomes = (0..<2).map { _ in
        var budget = StepBudget(300)
        let outcome = TargetSearch(problem).run(from: nil, lower: 0, budget: &budget)
        return [outcome.weight, outcome.bound, outcome.isSearchedWhole ? 1 : 0, budget.left] + (outcome.target ?? [])
      }
      #expect(outcomes[0] == outcomes[1], "seed \(seed)")
    }
  }
}
