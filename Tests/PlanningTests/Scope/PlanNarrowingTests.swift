import Fleet
import Testing

@testable import Planning

/// A part of a plan is never less safe than the whole: it can be carried out by itself, and no rule and no room is worse at its end than now.
@Suite struct PlanNarrowingTests {
  @Test(arguments: 0..<20) func everyPartIsSafe(block: Int) {
    for seed in UInt64(block * 20)..<UInt64(block * 20 + 20) {
      let input = seed % 10 == 0 ? RandomFleet.medium(seed: seed) : RandomFleet.make(seed: seed)
      let plan = Planning.plan(input, budget: SearchBudget(steps: 5000), seed: seed)
      guard plan.moves.count > 1 else { continue }
      let scopes =
        input.desired.hosts.map { PlanScope(hosts: [$0.name]) }
        + Set(plan.moves.map(\.instance)).sorted().map { PlanScope(instances: [$0]) } + [PlanScope(cells: [plan.moves[0].cell])]
      for scope in scopes { check(scope, plan, input, seed) }
    }
  }

  private func check(_ scope: PlanScope, _ plan: Plan, _ input: PlanningInput, _ seed: UInt64) {
    let part = PlanNarrowing.narrow(plan, to: scope, input)
    let wanted = plan.moves.filter(scope.contains)
    let along = Set(part.rest?.companions.map(\.move) ?? [])
    #expect(part.moves.filter(scope.contains) == wanted, "seed \(seed), \(scope.words)")
    #expect(along == Set(part.moves.map(\.id)).subtracting(wanted.map(\.id)), "seed \(seed), \(scope.words): each companion is told")
    #expect(part.moves.count + (part.rest?.moves ?? 0) == plan.moves.count, "seed \(seed), \(scope.words)")
    for cell in PlanChecker.cells(plan, input) {
      var (now, then) = (cell, cell)
      now.moves = []
      then.moves = part.moves.filter { $0.cell == cell.desired.name }
      let (before, end) = (PlanChecker.end(of: now, input), PlanChecker.end(of: then, input))
      #expect(end.problems == before.problems, "seed \(seed), \(scope.words)")
      #expect(end.faults <= before.faults && end.excess <= before.excess, "seed \(seed), \(scope.words)")
    }
  }

  @Test func theWholeIsLeftAsItIs() {
    let input = RandomFleet.medium(seed: 3)
    let plan = Planning.plan(input, budget: SearchBudget(steps: 5000), seed: 3)
    #expect(PlanNarrowing.narrow(plan, to: PlanScope(), input) == plan)
  }

  /// b moves to where a is while the two must be apart: alone, it would stand there beside a.
  @Test func whatKeepsARuleComesAlong() throws {
    var fleet = TinyFleet(hosts: 3, memoryGiB: 8, cpus: 8)
    fleet.add("a", on: "hv1", memoryGiB: 4, placement: .host("hv2"), labels: ["app": "db"])
    fleet.add("b", on: "hv3", memoryGiB: 4, placement: .host("hv1"), labels: ["app": "db"])
    let plan = Planning.plan(fleet.input)
    #expect(plan.moves.count == 2)
    let part = PlanNarrowing.narrow(plan, to: PlanScope(instances: ["b"]), fleet.input)
    #expect(part.moves.map(\.instance).contains("b"))
    fleet.desired.rules = [
      PlacementRule(name: "apart", kind: .separate(maximum: 1), selector: ["app": "db"], location: fleet.desired.location)
    ]
    let strict = Planning.plan(fleet.input)
    let both = PlanNarrowing.narrow(strict, to: PlanScope(instances: ["b"]), fleet.input)
    #expect(both.moves.map(\.instance).sorted() == ["a", "b"], "\(both.moves) \(both.rest?.companions ?? [])")
    #expect(both.rest?.companions.count == 1)
    #expect(PlanNarrowing.narrow(strict, to: PlanScope(instances: ["a"]), fleet.input).moves.map(\.instance) == ["a"])
  }
}
