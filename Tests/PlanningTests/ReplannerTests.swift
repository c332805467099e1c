import Fleet
import Planning
import Testing

/// A cell in which nothing changed is not solved again, and the plan is the same as if it were.
@Suite struct ReplannerTests {
  @Test(arguments: 0..<200 as Range<UInt64>) func plansAreThoseOfPlan(seed: UInt64) {
    var replanner = Replanner()
    for step in 0..<3 as Range<UInt64> {
      let input = RandomFleet.make(seed: seed + step / 2)
      let planned = replanner.plan(input, budget: SearchBudget(), seed: 1)
      #expect(planned == plan(input, budget: SearchBudget(), seed: 1), "seed \(seed), step \(step)")
      if step == 1 { #expect(replanner.cellsSolved.isEmpty, "seed \(seed)") }
    }
  }

  @Test func onlyTheTouchedCellIsSolvedAgain() {
    var input = RandomFleet.make(seed: 1)
    var replanner = Replanner()
    _ = replanner.plan(input, budget: SearchBudget(), seed: 1)
    #expect(!replanner.cellsSolved.isEmpty)
    input.observation.at = input.observation.at.adding(milliseconds: 1)
    input.now = input.observation.at
    _ = replanner.plan(input, budget: SearchBudget(), seed: 1)
    #expect(replanner.cellsSolved.isEmpty)
    for index in input.observation.cells[0].instances.indices { input.observation.cells[0].instances[index].vcpus += 1 }
    _ = replanner.plan(input, budget: SearchBudget(), seed: 1)
    #expect(replanner.cellsSolved == [input.observation.cells[0].name])
  }
}
