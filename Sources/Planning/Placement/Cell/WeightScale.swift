import Fleet

/// Levels 2 to 4 of the objective as one number a move: reboots, then what the objective puts third, then fourth.
struct WeightScale {
  /// A reboot outweighs every move of a cell; more items than this would overflow, and no cell plans so many moves.
  private static let itemsMax = 200_000
  /// Costs above it weigh the same: 2²² is a copy of a million GiB.
  private static let costMax = 1 << 22
  private static let movesShift = 24
  private static let costShift = 8

  private let objective: Objective
  private let shift: Int
  private let restart: Int

  init(_ objective: Objective, items: Int) {
    self.objective = objective
    shift = objective == .moves ? Self.movesShift : Self.costShift
    // A typical cost is a few thousand at most, so that a reboot outweighs a cell's moves by cost too.
    restart = (min(items, Self.itemsMax) + 1) * (objective == .moves ? 1 : 1 << 12)
  }

  func weight(_ option: MoveOption) -> Int {
    let cost = min(option.cost, Self.costMax)
    let third = objective == .moves ? 1 : cost
    let fourth = objective == .moves ? cost : 1
    return ((option.mode == .cold ? restart : 0) + third) << shift + fourth
  }

  /// Levels 2 and 3 alone: what a proof is about.
  func proved(_ weight: Int) -> Int { weight >> shift }
}
