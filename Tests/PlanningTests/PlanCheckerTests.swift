import Fleet
import Planning
import Testing

/// The checker passes every plan that was made and stops every plan that was spoilt.
@Suite struct PlanCheckerTests {
  @Test(arguments: 0..<20) func everyPlanOfATinyCellPasses(block: Int) {
    for seed in UInt64(block * 60)..<UInt64(block * 60 + 60) {
      let input = RandomFleet.make(seed: seed)
      let problems = PlanChecker.check(plan(input, budget: SearchBudget(), seed: seed), input)
      #expect(problems.isEmpty, "seed \(seed)")
    }
  }

  @Test(arguments: 0..<10) func everyPlanOfAMediumCellPasses(block: Int) {
    for seed in UInt64(block * 10)..<UInt64(block * 10 + 10) {
      let input = RandomFleet.medium(seed: seed)
      let problems = PlanChecker.check(plan(input, budget: SearchBudget(steps: 10_000), seed: seed), input)
      #expect(problems.isEmpty, "seed \(seed)")
    }
  }

  /// Ways to spoil a plan; each makes it wrong whatever the fleet.
  enum Damage: CaseIterable {
    case dropMove, dropFirstLeg, swapEnds, toMaintenance, toItself, startTogether, wrongMode, wrongCount, wrongInSync, unknownAfter,
      startBeforeItEnds
    case hopFlag, falseReason, otherInstance, moveTwice, sharedInsteadOfCopied
  }

  private static let samples: [(seed: UInt64, input: PlanningInput, plan: Plan)] = (0..<600 as Range<UInt64>).map { seed in
    let input = RandomFleet.make(seed: seed)
    return (seed, input, plan(input, budget: SearchBudget(), seed: seed))
  }.filter { !$0.2.moves.isEmpty }

  @Test(arguments: Damage.allCases) func everySpoiltPlanIsStopped(damage: Damage) {
    var spoilt = 0
    for (seed, input, good) in Self.samples {
      guard let bad = spoil(good, damage, input) else { continue }
      spoilt += 1
      #expect(!PlanChecker.check(bad, input).isEmpty, "seed \(seed)")
    }
    #expect(spoilt > 0, "no plan could be spoilt so")
  }

  private func spoil(_ good: Plan, _ damage: Damage, _ input: PlanningInput) -> Plan? {
    var plan = good
    guard let last = plan.moves.indices.last else { return nil }
    switch damage {
    case .dropMove: plan.moves.remove(at: last)
    case .dropFirstLeg:
      guard let hop = plan.moves.firstIndex(where: \.hop) else { return nil }
      plan.moves.remove(at: hop)
    case .swapEnds: (plan.moves[last].from, plan.moves[last].to) = (plan.moves[last].to, plan.moves[last].from)
    case .toMaintenance:
      guard let host = input.desired.hosts.first(where: { $0.maintenance != nil && $0.name != plan.moves[last].from }) else { return nil }
      plan.moves[last].to = host.name
    case .toItself: plan.moves[last].to = plan.moves[last].from
    case .startTogether:
      guard let late = plan.moves.firstIndex(where: { !$0.after.isEmpty }) else { return nil }
      plan.moves[late].start = 0
    case .wrongMode: plan.moves[last].mode = plan.moves[last].mode == .offline ? .live : .offline
    case .wrongCount: plan.proof.moves += 1
    case .wrongInSync: plan.inSync += 1
    case .unknownAfter: plan.moves[last].after = ["m99"]
    case .startBeforeItEnds:
      guard last > 0 else { return nil }
      plan.moves[0].after = [plan.moves[last].id]
    case .hopFlag: plan.moves[last].hop = true
    case .falseReason:
      guard plan.moves[last].reason.kind != .maintenance, !onMaintenance(plan.moves[last].from, input) else { return nil }
      plan.moves[last].reason.kind = .maintenance
    case .otherInstance: plan.moves[last].uuid = "nobody"
    case .moveTwice:
      var again = plan.moves[last]
      again.id = "m\(last + 2)"
      plan.moves.append(again)
    case .sharedInsteadOfCopied:
      guard let copying = plan.moves.firstIndex(where: { $0.disks.contains { $0.action == .copy } }) else { return nil }
      for disk in plan.moves[copying].disks.indices { plan.moves[copying].disks[disk].action = .share }
    }
    return plan
  }

  private func onMaintenance(_ host: HostName, _ input: PlanningInput) -> Bool {
    input.desired.hosts.contains { $0.name == host && $0.maintenance != nil }
  }
}
