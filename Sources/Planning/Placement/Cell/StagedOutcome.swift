import Fleet

/// What the staged search of a cell found, as legs that were checked one by one.
struct StagedOutcome {
  let search: GreedySearch
  let cell: CellProblem
  let placement: PlacementOutcome
  let state: CellState

  /// The legs with what is proved of them.
  ///
  /// Level 1 is proved if nothing that any host could take is left, levels 2 and 3 as far as the moves weigh what every plan must at least.
  func solution() -> CellSolution {
    var solution = CellSolution(legs: state.legs)
    guard !search.isStuck(state), placement.isComplete else { return unproved(solution, "the search left something that might be mended") }
    guard search.isLeastDisplacing(state) else { return unproved(solution, "some guests are displaced that might not have to be") }
    let weight = state.legs.reduce(0) { $0 + cell.scale.proved(cell.scale.weight($1.option)) }
    let bound = placement.bound
    guard cell.scale.restarts(bound) == solution.restarts else {
      return unproved(solution, "not proved that it takes \(solution.restarts) reboots")
    }
    let words = ProofWords(self)
    solution.lowerBound = words.fewestMoves
    solution.certificate = words.certificate
    solution.because = words.because
    if bound < weight || (search.input.objective == .moves && solution.lowerBound < state.legs.count) {
      solution.status = .bounded
    } else if !cell.isExact {
      solution.status = .bounded
      solution.because += "; not proved to be the cheapest"
    }
    return solution
  }

  private func unproved(_ solution: CellSolution, _ why: String) -> CellSolution {
    var solution = solution
    solution.status = .none
    solution.because = "\(why); \(solution.legs.count) moves do what it found"
    solution.certificate = Certificate(kind: .empty)
    return solution
  }
}
