import Fleet
import Planning
import Testing

/// Plans of tiny cells against a brute-force planner of their own.
@Suite struct OracleTests {
  static let blocks = 40
  static let seedsPerBlock = 52

  @Test(arguments: 0..<blocks) func plansAreOptimal(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let input = RandomFleet.make(seed: seed)
      let plan = plan(input, budget: SearchBudget(), seed: seed)
      let oracle = Oracle(input)
      let best = oracle.best()
      let reached = oracle.levels(of: plan)
      #expect(reached == best, "seed \(seed): \(plan.moves.map { "\($0.id) \($0.instance) \($0.from)>\($0.to) \($0.mode)" })")
      #expect(plan.proof.status == .minimal, "seed \(seed)")
      // Saved and carried out at once, it is what facts and manifests make of it, and no move is needless.
      #expect(SavedMoves.differences(plan, input) == [], "seed \(seed)")
    }
  }

  /// Starved of budget, the search may miss the best, but never says it has what it has not.
  @Test(arguments: [20, 4000]) func starvedPlansAreHonest(steps: Int) {
    var found = [PlanProof.Status: Int]()
    for seed in 0..<400 as Range<UInt64> {
      let input = RandomFleet.make(seed: seed)
      let plan = plan(input, budget: SearchBudget(steps: steps), seed: seed)
      found[plan.proof.status, default: 0] += 1
      expectHonest(plan, input, seed)
    }
    #expect(found[.minimal, default: 0] > 0)
  }

  /// As large cells are solved: what is proved is true, and most of it is proved (three in four over all blocks; fleets differ).
  @Test(arguments: 0..<blocks) func solvedInStagesPlansAreHonest(block: Int) {
    var minimal = 0
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let input = RandomFleet.make(seed: seed)
      let plan = countedPlan(input, budget: SearchBudget(steps: 200_000), seed: seed, searchesWhole: false).plan
      minimal += plan.proof.status == .minimal ? 1 : 0
      expectHonest(plan, input, seed)
    }
    #expect(minimal * 5 > Self.seedsPerBlock * 2, "\(minimal)")
  }

  private func expectHonest(_ plan: Plan, _ input: PlanningInput, _ seed: UInt64) {
    let problems = PlanChecker.check(plan, input)
    #expect(problems.isEmpty, "seed \(seed)")
    let oracle = Oracle(input)
    let best = oracle.best()
    guard let reached = oracle.levels(of: plan) else {
      Issue.record("seed \(seed): the plan may not end so")
      return
    }
    #expect(!reached.lexicographicallyPrecedes(best), "seed \(seed)")
    // Six levels of ends, then reboots, then what the objective puts third.
    switch plan.proof.status {
    case .minimal: #expect(reached.prefix(8) == best.prefix(8), "seed \(seed): \(plan.proof.because)")
    case .bounded:
      #expect(reached.prefix(7) == best.prefix(7), "seed \(seed): \(plan.proof.because)")
      let moves = input.objective == .moves ? best[7] : best[8]
      #expect(plan.proof.lowerBound <= moves, "seed \(seed): \(plan.proof.because)")
    case .none: break
    }
  }
}
