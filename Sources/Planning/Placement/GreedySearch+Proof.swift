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
    guard input.objective == .moves else { return proved(solution, cost: state) }
    solution.lowerBound = bound.total
    solution.because = bound.because(moves: moves)
    if bound.total < moves { solution.status = .bounded }
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

  /// By cost: every guest that may not stay costs its cheapest move at least.
  private func proved(_ solution: CellSolution, cost state: CellState) -> CellSolution {
    var solution = solution
    let forced = tasks.movers.filter(state.hasMoved)
    solution.lowerBound = forced.reduce(0) { $0 + (ways[$1]?.list.map(\.option.cost).min() ?? 0) }
    solution.certificate = Certificate(kind: .exhaustive)
    solution.because = "it takes a cost of at least \(solution.lowerBound): what cannot stay costs so much at least"
    if solution.lowerBound < state.legs.reduce(0, { $0 + $1.option.cost }) { solution.status = .bounded }
    return solution
  }
}
