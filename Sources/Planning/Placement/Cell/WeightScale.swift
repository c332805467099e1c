import Fleet

/// Levels 2 to 4 of the objective as one number a move: reboots, then what the objective puts third, then fourth.
struct WeightScale {
  /// A reboot outweighs every move of a cell; more items than this would overflow, and no cell plans so many moves.
  private static let itemsMax = 200_000
  /// Dearer moves weigh the same; it is a copy of 16 TiB.
  private static let costMax = 1 << 16 - 1
  private static let movesShift = 24
  private static let costShift = 8

  private let objective: Objective
  private let shift: Int
  private let restart: Int

  init(_ objective: Objective, items: Int) {
    self.objective = objective
    shift = objective == .moves ? Self.movesShift : Self.costShift
    restart = (min(items, Self.itemsMax) + 1) * (objective == .moves ? 1 : Self.costMax + 1)
  }

  /// False: the move is dearer than its weight tells, so that nothing is proved of what it costs.
  func isExact(_ option: MoveOption) -> Bool { objective == .moves || option.cost <= Self.costMax }

  func weight(_ option: MoveOption) -> Int {
    let cost = min(option.cost, Self.costMax)
    let third = objective == .moves ? 1 : cost
    let fourth = objective == .moves ? cost : 1
    return ((option.mode == .cold ? restart : 0) + third) << shift + fourth
  }

  /// Levels 2 and 3 alone: what a proof is about.
  func proved(_ weight: Int) -> Int { weight >> shift }

  /// Reboots of a sum of proved weights.
  func restarts(_ proved: Int) -> Int { proved / restart }
  /// Level 3 of a sum of proved weights.
  func third(_ proved: Int) -> Int { proved % restart }
  /// Level 4 of a weight.
  func fourth(_ weight: Int) -> Int { weight & (1 << shift - 1) }
}
