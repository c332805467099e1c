import Fleet

/// Plans of cells too large to search whole, by way of a placement problem: where everything ends, in which order, and what that proves.
struct StagedSearch {
  private let greedy: GreedySearch
  private var facts: CellFacts { greedy.facts }

  /// `greedy` knows the tasks of the cell and where its guests may go.
  init(_ greedy: GreedySearch) {
    self.greedy = greedy
  }

  /// What is proved by counting alone; nil: that does not do, or not everything that must move found a place.
  ///
  /// Only what must move and those its rules bind are looked at. A proof about them alone would take the room of all others for gone, although
  /// they may move, so what is found is held against a count of the whole problem.
  func quick(_ all: CellProblem, _ budget: inout StepBudget) -> StagedOutcome? {
    let concerned = greedy.cellProblem(.concerned)
    let near = place(concerned, .quick, &budget)
    guard near.isComplete else { return nil }
    let problem = all.problem.reweighed { all.scale.proved($0.weight) }
    var target = problem.items.map(\.start)
    let itemOf = Dictionary(uniqueKeysWithValues: all.guests.enumerated().map { ($1, $0) })
    for (item, guest) in concerned.guests.enumerated() { if let whole = itemOf[guest] { target[whole] = near.target[item] } }
    let bounds = CountingBounds(problem)
    var bound = bounds.quick()
    var placement = PlacementOutcome(target: target)
    placement.weight = problem.weight(ofTarget: target)
    if BoundCheck(problem).value(of: bound) < placement.weight { bound = bounds.best() }
    guard BoundCheck(problem).value(of: bound) == placement.weight else { return nil }
    placement.proofs = [
      PartProof(
        value: placement.weight, kind: .counting(bound), hosts: Array(problem.hosts.indices), items: Array(problem.items.indices),
        groups: Array(problem.groups.indices))
    ]
    return carriedOut(all, placement, &budget)
  }

  /// The whole problem with all that is there to find and to prove.
  func whole(_ all: CellProblem, _ budget: inout StepBudget) -> StagedOutcome {
    carriedOut(all, place(all, .whole, &budget), &budget)
  }

  private func place(_ cell: CellProblem, _ effort: PlacementSolver.Effort, _ budget: inout StepBudget) -> PlacementOutcome {
    let scale = cell.scale
    var solver = PlacementSolver(seed: greedy.seed) { scale.proved($0.weight) }
    return solver.solve(cell.problem, effort, budget: &budget)
  }

  private func carriedOut(_ cell: CellProblem, _ placement: PlacementOutcome, _ budget: inout StepBudget) -> StagedOutcome {
    let moves = Sequencer(cell.problem, target: placement.target, seed: greedy.seed).legs(&budget)
    var placement = placement
    if moves.count > Set(moves.map(\.item)).count { placement.addFullHosts(cell.problem.reweighed { cell.scale.proved($0.weight) }) }
    return StagedOutcome(search: greedy, cell: cell, placement: placement, state: LegMaker(greedy).state(cell, moves))
  }
}

extension GreedySearch {
  /// Guests that no host would ever take stay.
  func cellProblem(_ scope: CellProblem.Scope) -> CellProblem {
    CellProblem(
      facts, violations, tasks, finder, classes, input: input, scope: scope, barred: Set(tasks.movers.filter { !isPossible($0) }))
  }
}
