import Fleet

/// What is to be done in one cell, in an order that is safe one after the other, and how good it is proved to be.
struct CellSolution {
  var legs: [Leg] = []
  var status = PlanProof.Status.minimal
  var lowerBound = 0
  var because = "nothing is violated"
  var certificate = Certificate(kind: .empty)
  /// Proofs that what is left undone cannot be done.
  var impossible: [Impossibility] = []

  var restarts: Int { legs.reduce(0) { $0 + ($1.option.mode == .cold ? 1 : 0) } }
}

/// Solves one cell: exactly where it is small, else by search with a lower bound.
struct CellSolver {
  let facts: CellFacts
  let input: PlanningInput
  let violations: Violations
  let finder: LegFinder
  let seed: UInt64
  /// Small cells are searched whole.
  let searchesWhole: Bool

  /// `steps` is reduced by what was used.
  func solve(steps: inout Int) -> CellSolution {
    let tasks = Tasks(facts, violations)
    if tasks.isEmpty { return CellSolution() }
    if searchesWhole, let exact = solveExactly(tasks, &steps) { return exact }
    return solveInStages(tasks, &steps)
  }

  /// nil: there is nothing to time.
  func schedule(_ legs: [Leg]) -> CellSchedule? {
    guard !legs.isEmpty else { return nil }
    return CellSchedule(legs, problem(.only(Set(legs.map(\.guest))), Tasks(facts, violations)), seed: seed)
  }

  private func problem(_ scope: CellProblem.Scope, _ tasks: Tasks, barred: Set<Int> = []) -> CellProblem {
    CellProblem(facts, violations, tasks, finder, HostClasses(facts), input: input, scope: scope, barred: barred)
  }

  /// The solver of placement problems first; where it leaves something stuck, the guest by guest search may mend more.
  private func solveInStages(_ tasks: Tasks, _ steps: inout Int) -> CellSolution {
    var greedy = GreedySearch(facts, violations, finder, tasks, input: input, seed: seed)
    let staged = StagedSearch(greedy).solve(steps: &steps)
    guard greedy.isStuck(staged.state) else { return staged.solution() }
    let state = greedy.search(steps: &steps)
    var solution =
      greedy.rank(state).lexicographicallyPrecedes(greedy.rank(staged.state)) ? greedy.proved(state) : staged.solution()
    solution.impossible = staged.cell.impossibilities(staged.placement)
    return solution
  }

  private func solveExactly(_ tasks: Tasks, _ steps: inout Int) -> CellSolution? {
    let guests = facts.guests.indices.filter { facts.guests[$0].movable }
    let hosts = facts.hosts.indices.filter { host in
      facts.hosts[host].usable || facts.hosts[host].maintenance || guests.contains { facts.guests[$0].host == host }
    }
    guard guests.count <= Window.guestsMax, hosts.count <= Window.hostsMax,
      ExactSearch.size(guests: guests.count, hosts: hosts.count) <= ExactSearch.placementsMax
    else { return nil }
    let sorted = guests.sorted { (facts.name(of: facts.guests[$0], input), $0) < (facts.name(of: facts.guests[$1], input), $1) }
    var search = ExactSearch(
      Window(facts, guests: sorted, hosts: hosts, finder: finder, violations: violations), objective: input.objective)
    // Half of the budget, so that a search that does not end leaves the other half for one that does.
    var half = steps / 2
    defer { steps -= steps / 2 - half }
    guard let outcome = search.run(steps: &half) else { return nil }
    return proved(outcome, tasks)
  }

  private func proved(_ outcome: ExactSearch.Outcome, _ tasks: Tasks) -> CellSolution {
    var solution = CellSolution(legs: outcome.legs)
    let bound = LowerBound(facts, violations, tasks, legs: outcome.legs, input)
    let moves = outcome.legs.count
    solution.lowerBound = moves
    let moved = Set(outcome.legs.map(\.guest))
    let left = tasks.movers.filter { !moved.contains($0) }
    let barred = left.filter { !Ways(of: $0, facts, HostClasses(facts), finder).isPossible($0, facts) }
    let settled = left.count == barred.count
    if !left.isEmpty || !tasks.rules.isEmpty || !tasks.overloaded.isEmpty {
      solution.impossible = problem(.all, tasks, barred: Set(barred)).impossibilities()
    }
    if bound.total == moves && settled {
      solution.certificate = bound.certificate
      solution.because = bound.because(moves: moves)
    } else {
      solution.certificate = Certificate(
        kind: .exhaustive, data: Certificate.Data(forced: bound.certificate.data.forced, placementsSearched: outcome.placementsSearched))
      solution.because = "all \(outcome.placementsSearched) placements that can be reached were searched"
    }
    return solution
  }
}
