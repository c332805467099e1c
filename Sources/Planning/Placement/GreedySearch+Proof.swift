import Fleet

extension GreedySearch {
  /// The solution with what is proved of it.
  ///
  /// Level 1 is proved if everything that any host could take was mended; level 2 if only guests were rebooted that cannot move otherwise;
  /// then `minimal` if the moves meet the lower bound, else `bounded`.
  func proved(_ state: CellState) -> CellSolution {
    var solution = CellSolution(legs: state.legs)
    let moves = state.legs.count
    let bound = LowerBound(facts, violations, tasks, legs: state.legs, input)
    solution.certificate = bound.certificate
    guard !isStuck(state) else {
      solution.status = .none
      solution.because = "the search left something that might be mended; \(moves) moves do what it found"
      solution.certificate = Certificate(kind: .empty)
      return solution
    }
    let rebooted = Set(state.legs.filter { $0.option.mode == .cold }.map(\.guest))
    let needed = rebooted.allSatisfy { tasks.moverSet.contains($0) && ways[$0]?.onlyCold ?? false } && solution.restarts == rebooted.count
    guard needed, isLeastDisplacing(state) else {
      solution.status = .none
      solution.because = "\(moves) moves mend all that can be mended; not proved that it takes \(solution.restarts) reboots"
      solution.certificate = Certificate(kind: .empty)
      return solution
    }
    solution.lowerBound = bound.total
    solution.because = bound.because(moves: moves)
    if bound.total < moves {
      solution.status = .bounded
    } else if input.objective == .cost && !isCheapest(state, bound) {
      solution.status = .bounded
      solution.because += "; not proved to be the cheapest"
    }
    return solution
  }

  /// All displaced guests stood on hosts in maintenance, so that they had to go somewhere else.
  func isLeastDisplacing(_ state: CellState) -> Bool {
    state.hostOf.allSatisfy { guest, host in
      let placement = facts.placements[facts.guests[guest].placement]
      guard placement.displaced, !placement.home.contains(host) else { return true }
      return violations.isOnMaintenance(facts.guests[guest]) || !placement.home.contains(facts.guests[guest].host)
    }
  }

  private func isCheapest(_ state: CellState, _ bound: LowerBound) -> Bool {
    guard bound.certificate.data.evictions.isEmpty else { return false }
    return state.legs.allSatisfy { leg in ways[leg.guest]?.list.first.map { leg.option.cost <= $0.option.cost } ?? false }
  }
}
