/// Least weight of a placement by column generation over host contents: a price bound that is proved, and contents that come near or reach it.
///
/// Groups are left out: the bound holds with them too, the target may break them. Gilmore and Gomory 1961; Vanderbeck 2000.
package struct ColumnGeneration {
  /// Pivots of one solution of the master.
  private static let pivotsMax = 20_000
  /// Part of the way from the last prices to the best ones that is kept (Wentges 1997).
  private static let smoothing = 0.5

  private let problem: PlacementProblem
  /// Weight of a plan is known to be no less; prices that prove no more are of no use where a whole target is known too.
  private let known: Int?
  private(set) package var rounds = 0
  private(set) package var pivots = 0

  /// `known`: a bound that the prices must beat to be worth while; nil: prices and targets of any kind are wanted.
  package init(_ problem: PlacementProblem, known: Int? = nil) {
    self.problem = problem
    self.known = known
  }

  package mutating func solve(budget: inout StepBudget) -> ColumnOutcome {
    guard let model = ColumnModelBuilder.model(of: problem) else { return ColumnOutcome() }
    guard !model.isStuck else { return ColumnOutcome(certificate: .anyPrices(for: problem), infeasible: true) }
    guard var master = ColumnMaster(model) else { return ColumnOutcome() }
    master.simplex.start()
    guard raiseBound(&master, &budget) else { return ColumnOutcome() }
    var outcome = ColumnOutcome(certificate: certificate(master), bound: master.bound)
    var dive = ColumnDive(master)
    guard let contents = dive.run(&budget), let target = ContentAssignment(problem, master.model).target(contents) else { return outcome }
    outcome.target = target
    outcome.weight = problem.weight(ofTarget: target)
    return outcome
  }

  /// Column generation until the bound cannot become a higher integer.
  /// False: it can only become what is known already.
  private mutating func raiseBound(_ master: inout ColumnMaster, _ budget: inout StepBudget) -> Bool {
    let steps = max(1, master.model.types.count)
    while budget.spend(steps) {
      rounds += 1
      guard master.simplex.solve(pivotsMax: Self.pivotsMax) else { break }
      pivots = master.simplex.pivots
      if master.simplex.shortage < 1e-4 {
        // More columns only make it cheaper.
        if let known, master.cost <= Double(known) + 1e-6 { return false }
        if master.cost <= Double(master.bound) + 1e-6 * Double(max(1, master.bound)) { break }
      }
      let last = master.simplex.duals.map(master.scale.price)
      if master.bestBound > 0 {
        let smooth = last.indices.map { Int(Self.smoothing * Double(master.bestPrices[$0]) + (1 - Self.smoothing) * Double(last[$0])) }
        if smooth != last {
          let (_, added) = master.price(smooth)
          if added > 0 { continue }
        }
      }
      let (_, added) = master.price(last)
      if added == 0 { break }
    }
    return true
  }

  private func certificate(_ master: ColumnMaster) -> PriceCertificate {
    PriceCertificate(
      prices: master.model.sizeClassOfClass.map { $0 < 0 ? 0 : master.bestPrices[$0] }, scale: master.scale.scale,
      units: master.pricer.grid.units)
  }
}
