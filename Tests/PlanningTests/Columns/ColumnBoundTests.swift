import Planning
import Testing

/// The price bound and what re-computes it, against every placement of tiny problems.
@Suite struct ColumnBoundTests {
  static let blocks = 40
  static let seedsPerBlock = 100
  static let steps = 100_000

  @Test(arguments: 0..<blocks) func boundIsNeverAboveTheOptimum(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      let least = PlacementOracle(problem).least
      var budget = StepBudget(Self.steps)
      var generation = ColumnGeneration(problem)
      let outcome = generation.solve(budget: &budget)
      if outcome.infeasible { #expect(least == nil, "seed \(seed)") }
      if let least { #expect(outcome.bound <= least, "seed \(seed)") }
      guard let certificate = outcome.certificate else { continue }
      let proved = PriceCheck(problem).proved(by: certificate)
      #expect(outcome.infeasible ? proved == PriceCheck.noPlan : proved >= outcome.bound, "seed \(seed)")
      if let least { #expect(proved <= least, "seed \(seed)") }
    }
  }

  /// Whatever prices say, what they prove holds.
  @Test(arguments: 0..<blocks) func changedCertificatesNeverProveTooMuch(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      guard let least = PlacementOracle(problem).least else { continue }
      var budget = StepBudget(Self.steps)
      var generation = ColumnGeneration(problem)
      guard let certificate = generation.solve(budget: &budget).certificate else { continue }
      var random = SeededGenerator(seed: seed)
      let check = PriceCheck(problem)
      for _ in 0..<20 {
        let changed = Self.changed(certificate, &random)
        let proved = check.proved(by: changed)
        #expect(proved <= least, "seed \(seed): \(changed)")
      }
    }
  }

  static func changed(_ certificate: PriceCertificate, _ random: inout SeededGenerator) -> PriceCertificate {
    var changed = certificate
    switch random.below(6) {
    case 0: changed.scale = random.chance(30) ? random.below(4) - 1 : certificate.scale + random.below(certificate.scale + 1)
    case 1 where !changed.units.isEmpty: changed.units[random.below(changed.units.count)] = random.below(5) - 1
    case 2: changed.prices.removeLast()
    case 3: changed.prices[random.below(changed.prices.count)] = random.chance(50) ? Int.max >> random.below(20) : -1
    default:
      for index in changed.prices.indices where random.chance(50) {
        changed.prices[index] =
          random.chance(30) ? random.below(6) * max(1, changed.scale) : changed.prices[index] / 100 * random.below(300)
      }
    }
    return changed
  }

  /// The bound is worth something: without groups it is mostly the optimum.
  @Test func boundIsMostlyTight() {
    var tight = 0
    var all = 0
    for seed in 0..<1_000 as Range<UInt64> {
      let problem = TinyProblem.make(seed: seed)
      guard problem.groups.isEmpty, let least = PlacementOracle(problem).least, least > 0 else { continue }
      var budget = StepBudget(Self.steps)
      var generation = ColumnGeneration(problem)
      all += 1
      tight += generation.solve(budget: &budget).bound == least ? 1 : 0
    }
    #expect(all > 50)
    #expect(tight * 10 >= all * 8, "\(tight) of \(all)")
  }
}
