/// Solves one independent part of a problem: bounds and searches in turn, the cheapest first, until one meets the other.
struct PartSolver {
  private let problem: PlacementProblem
  /// The same in the weights that proofs are about.
  private let proved: PlacementProblem
  private let seed: UInt64
  private let last: SolvedPart?
  private var best: RepairOutcome
  private var proof = PartProof(value: 0, kind: .counting(BoundProof()))

  init(_ problem: PlacementProblem, proved: PlacementProblem?, seed: UInt64, last: SolvedPart?) {
    self.problem = problem
    self.proved = proved ?? problem
    self.seed = seed
    self.last = last
    best = RepairOutcome(problem, target: problem.items.map(\.start))
  }

  mutating func solve(_ effort: PlacementSolver.Effort, _ budget: inout StepBudget) -> SolvedPart {
    search(effort, &budget)
    return SolvedPart(problem: problem, found: best, proof: proof, weight: weight)
  }

  private var weight: Int { proved.weight(ofTarget: best.target) }
  private var isDone: Bool { best.isComplete && weight == proof.value }

  private mutating func search(_ effort: PlacementSolver.Effort, _ budget: inout StepBudget) {
    let bounds = CountingBounds(proved)
    take(bounds.quick())
    if let last, last.found.target.count == problem.items.count {
      firstFit(from: last.found.target, &budget)
      if isDone { return }
    }
    firstFit(from: nil, &budget)
    if isDone { return }
    take(bounds.best())
    if isDone || effort == .quick { return }
    if !best.isComplete { proof.obstructions = InfeasibilityFinder(proved).find() }
    if !proof.obstructions.isEmpty {
      // As much as can be had is had without a search for the whole, which is not there.
      var share = budget.take(Self.obstructedSteps)
      take(FirstFit(problem, seed: seed).run(budget: &share))
      budget.giveBack(share)
      return
    }
    generateColumns(&budget)
    if isDone { return }
    searchWhole(&budget)
    if isDone || proof.isImpossible { return }
    take(NeighbourhoodSearch(proved, seed: seed).run(from: best.target, bound: proof.value, budget: &budget))
  }

  // MARK: - Stages

  /// Steps of the first try for each item, and at least: what has room takes fewer, also where one item is shown no more than
  /// `RepairLimits.probesMax` of many hosts, and what has not is for the prices.
  private static let firstStepsPerItem = RepairLimits.probesMax + 8
  private static let firstStepsMin = 10_000
  /// Steps for what can be had where not everything can.
  private static let obstructedSteps = 200_000

  private mutating func firstFit(from target: [Int]?, _ budget: inout StepBudget) {
    var share = budget.take(min(budget.left / 2, Self.firstStepsMin + Self.firstStepsPerItem * problem.items.count))
    defer { budget.giveBack(share) }
    take(FirstFit(problem, seed: seed).run(budget: &share, from: target))
  }

  private mutating func generateColumns(_ budget: inout StepBudget) {
    var share = budget.take(budget.left / 2)
    defer { budget.giveBack(share) }
    var generation = ColumnGeneration(proved, known: best.isComplete ? proof.value : nil)
    let outcome = generation.solve(budget: &share)
    if let certificate = outcome.certificate { take(certificate) }
    guard let target = outcome.target else { return }
    take(FirstFit(problem, seed: seed).run(budget: &share, from: target))
  }

  private mutating func searchWhole(_ budget: inout StepBudget) {
    var share = budget.take(budget.left / 2)
    defer { budget.giveBack(share) }
    let known = best.isComplete ? best.target : nil
    let outcome = TargetSearch(proved).run(from: known, lower: proof.value, budget: &share)
    if let target = outcome.target { take(RepairOutcome(problem, target: target)) }
    proof.isImpossible = outcome.isSearchedWhole && outcome.target == nil
    guard outcome.target != nil, outcome.bound > proof.value else { return }
    proof.value = outcome.bound
    proof.kind = .searched
  }

  // MARK: - The best so far

  private mutating func take(_ bound: BoundProof) {
    let value = BoundCheck(proved).value(of: bound)
    guard value > proof.value else { return }
    proof.value = value
    proof.kind = .counting(bound)
  }

  private mutating func take(_ certificate: PriceCertificate) {
    let value = PriceCheck(proved).proved(by: certificate)
    // That there is no plan at all is no bound; what is best then is still looked for.
    guard value != PriceCheck.noPlan, value > proof.value else { return }
    proof.value = value
    proof.kind = .prices(certificate)
  }

  private mutating func take(_ found: RepairOutcome) {
    if rank(found).lexicographicallyPrecedes(rank(best)) { best = found }
  }

  private func rank(_ outcome: RepairOutcome) -> [Int] {
    [
      outcome.unplaced.count, outcome.brokenGroups.count + outcome.overHosts.count, proved.weight(ofTarget: outcome.target),
      problem.weight(ofTarget: outcome.target),
    ]
  }
}
