extension GreedySearch {
  /// Legs of guests that need not move, looked at one by one.
  private static let idleLegsMax = 64

  /// Drops what mends nothing: no move without a violation it mends, or pass after pass would shift the same guests to and fro.
  ///
  /// Tries to do without all legs of guests that need not move, then without each neighbouring two of them, then each one.
  mutating func withoutIdleLegs(_ state: CellState) -> CellState {
    var best = state
    if let idle = replay([]), isAsGood(idle, best) { return idle }
    let optional = best.legs.map(\.guest).filter { !tasks.moverSet.contains($0) }.prefix(Self.idleLegsMax)
    let pairs = zip(optional, optional.dropFirst()).map { Set([$0, $1]) }
    for dropped in [Set(optional)] + pairs + optional.map({ [$0] }) where !dropped.isEmpty && steps > 0 {
      guard let trial = replay(best.legs.filter { !dropped.contains($0.guest) }), trial.legs.count < best.legs.count else { continue }
      if isAsGood(trial, best) { best = trial }
    }
    return best
  }

  private func isAsGood(_ one: CellState, _ other: CellState) -> Bool {
    !undone(other).lexicographicallyPrecedes(undone(one))
  }

  /// The legs again, one after the other; nil if one of them needed another that is gone.
  private mutating func replay(_ legs: [Leg]) -> CellState? {
    var state = CellState(facts, violations.startCounts, classes)
    for leg in legs {
      steps -= 1
      guard state.host(of: leg.guest) == leg.from, state.fits(leg.guest, on: leg.to, leg.option), state.rulesAllow(leg.guest, to: leg.to)
      else { return nil }
      state.add(leg)
    }
    return state
  }
}
