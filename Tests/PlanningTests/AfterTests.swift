import Fleet
import Planning
import Testing

/// `after` is enough: whatever the durations, a move may start as soon as all it comes after have ended.
@Suite struct AfterTests {
  @Test(arguments: 0..<20) func anyTimingIsSafe(block: Int) {
    for seed in UInt64(block * 40)..<UInt64(block * 40 + 40) {
      let input = seed % 16 == 0 ? RandomFleet.medium(seed: seed) : RandomFleet.make(seed: seed)
      let plan = plan(input, budget: SearchBudget(steps: 5000), seed: seed)
      guard plan.moves.contains(where: { !$0.after.isEmpty }) || plan.moves.count > 1 else { continue }
      for trial in 0..<6 as Range<UInt64> {
        let retimed = retimed(plan, seed: seed &* 31 &+ trial)
        var loose = input
        // The limits are the executor's to keep; without them the timing is as free as it can be.
        loose.desired.cells[0].limits = MigrationLimits(total: 1000, perHost: 1000, perHostIncoming: 1000, perHostOutgoing: 1000)
        let problems = PlanChecker.check(retimed, loose)
        #expect(problems.isEmpty, "seed \(seed), trial \(trial)")
      }
    }
  }

  /// The same moves, each starting when the last of its `after` ended (or somewhat later), with durations of its own.
  private func retimed(_ plan: Plan, seed: UInt64) -> Plan {
    var random = SeededGenerator(seed: seed)
    var plan = plan
    var ends: [String: Int] = [:]
    for index in plan.moves.indices {
      let ready = plan.moves[index].after.map { ends[$0] ?? 0 }.max() ?? 0
      plan.moves[index].start = ready + (random.chance(50) ? 0 : random.below(40))
      plan.moves[index].end = plan.moves[index].start + 1 + random.below(50)
      ends[plan.moves[index].id] = plan.moves[index].end
    }
    plan.moves.sort { ($0.start, $0.id.count, $0.id) < ($1.start, $1.id.count, $1.id) }
    let names = Dictionary(uniqueKeysWithValues: plan.moves.enumerated().map { ($1.id, "m\($0 + 1)") })
    for index in plan.moves.indices {
      plan.moves[index].id = "m\(index + 1)"
      plan.moves[index].after = plan.moves[index].after.compactMap { names[$0] }
    }
    return plan
  }
}
