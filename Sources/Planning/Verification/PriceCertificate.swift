/// Prices that prove how much every plan must weigh at least, or that no plan exists; `PriceCheck` re-computes what they prove.
///
/// Lagrangian of the balance of items: for any prices p ≥ 0, Σ p·items - Σ over hosts of the best worth of a content, worth being p for each item on
/// the host less the weight of each that arrived.
package struct PriceCertificate: Sendable, Equatable, Codable {
  /// By class of the problem, in units of weight / `scale`.
  package var prices: [Int]
  /// 0: weights count for nothing, and a positive sum proves that there is no placement at all.
  package var scale: Int
  /// By resource: room and needs are counted in whole units of so much, rounded down; 0: left out.
  package var units: [Int]

  package init(prices: [Int], scale: Int, units: [Int]) {
    self.prices = prices
    self.scale = scale
    self.units = units
  }

  /// What suffices where prices do not matter: what can only be in one place is too much already.
  package static func anyPrices(for problem: PlacementProblem) -> PriceCertificate {
    PriceCertificate(
      prices: [Int](repeating: 0, count: problem.classes.count), scale: 0, units: [Int](repeating: 0, count: problem.resourceCount))
  }
}
