/// Between the floating duals of the master and integer prices.
struct PriceScale {
  /// Heavier moves are not priced: their sums could overflow.
  static let weightMax = 1 << 43
  /// Highest price times scale.
  private static let priceMax = 1 << 45
  /// Highest price in units of the highest weight.
  private static let highest = 64
  /// Multiples of many small denominators, so that most prices of a basis are exact.
  private static let scales = [720_720 * 64, 720_720, 5_040, 60, 12, 2, 1]

  /// Weight that costs 1 in the master.
  let unit: Double
  let scale: Int
  /// Highest price, scaled.
  let most: Int

  /// nil: moves too heavy.
  init?(_ model: ColumnModel) {
    var least = Int.max
    var heaviest = 1
    for arrivals in model.arrivals {
      for arrival in arrivals {
        least = min(least, arrival.weight)
        heaviest = max(heaviest, arrival.weight)
      }
    }
    guard heaviest <= Self.weightMax else { return nil }
    unit = Double(least == .max ? 1 : least)
    let most = min(Self.priceMax, Int.max / 4 / model.counts.reduce(1, +))
    let dearest = heaviest * Self.highest
    scale = Self.scales.first { dearest <= most / $0 } ?? 1
    self.most = min(dearest * scale, most)
  }

  /// Scaled price of a dual.
  func price(_ dual: Double) -> Int { max(0, min(most, Int((dual * unit * Double(scale)).rounded()))) }

  /// In the master's costs.
  var shortCost: Double { Double(most) / (unit * Double(scale)) }
}
