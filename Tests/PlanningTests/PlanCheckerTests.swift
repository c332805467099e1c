import Fleet
import Planning
import Testing

/// The checker passes every plan that was made and stops every plan that was spoilt.
@Suite struct PlanCheckerTests {
  @Test(arguments: 0..<20) func everyPlanPasses(block: Int) {
    for seed in UInt64(block * 60)..<UInt64(block * 60 + 60) {
      let input = RandomFleet.make(seed: seed)
      let problems = PlanChecker.check(plan(input, budget: SearchBudget(), seed: seed), input)
      #expect(problems.isEmpty, "seed \(seed)")
    }
  }
}
