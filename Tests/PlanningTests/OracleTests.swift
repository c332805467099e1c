import Fleet
import Planning
import Testing

/// Plans of tiny cells against a brute-force planner of their own.
@Suite struct OracleTests {
  static let blocks = 40
  static let seedsPerBlock = 60

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
    }
  }
}
