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

  /// `steps` is reduced by what was used. Throws if a search contradicted itself: what the others found may rest on it.
  func solve(steps: inout Int) throws(PlannerFailure) -> CellSolution {
    let tasks = Tasks(facts, violations)
    if tasks.isEmpty { return CellSolution() }
    var solution: CellSolution
    if let exact = searchesWhole ? solveExactly(tasks, &steps) : nil {
      solution = exact
    } else {
      var budget = StepBudget(steps)
      solution = solveInStages(tasks, &budget)
      steps = budget.left
      if let failure = budget.failure { throw failure }
    }
    if !solution.legs.isEmpty {
      var breaker = TieBreaker(facts, violations, finder, solution.legs)
      solution.legs = breaker.run()
    }
    return solution
  }

  /// nil: there is nothing to time.
  func schedule(_ legs: [Leg]) throws(PlannerFailure) -> CellSchedule? {
    guard !legs.isEmpty else { return nil }
    return try CellSchedule(
      legs, problem(.only(Set(legs.map(\.guest))), Tasks(facts, violations)),
      emptied: facts.hosts.indices.filter { facts.hosts[$0].maintenance }, seed: seed)
  }

  private func problem(_ scope: CellProblem.Scope, _ tasks: Tasks, barred: Set<Int> = []) -> CellProblem {
    CellProblem(facts, violations, tasks, finder, HostClasses(facts), input: input, scope: scope, barred: barred)
  }

  /// Pairs of guest and host up to which ends are searched level by level before anything else but counting.
  private static let middlePairsMax = 4_096

  /// Counting first; then the best ends of middling cells, or the solver of placement problems for large ones; where that leaves something
  /// stuck, the guest by guest search may mend more, and the best ends after it.
  private func solveInStages(_ tasks: Tasks, _ budget: inout StepBudget) -> CellSolution {
    var greedy = GreedySearch(facts, violations, finder, tasks, input: input, seed: seed)
    let staged = StagedSearch(greedy)
    let all = greedy.cellProblem(.all)
    if let counted = staged.quick(all, &budget) {
      let solution = counted.solution()
      if solution.status == .minimal { return solution }
    }
    var best = CellSolution(legs: [])
    let isMiddling = all.guests.count * facts.hosts.count <= Self.middlePairsMax
    if isMiddling {
      var share = budget.take(budget.left / 2)
      best = searchEnds(&greedy, all, known: [], &share) ?? best
      budget.giveBack(share)
      if best.status == .minimal { return best }
    }
    let whole = staged.whole(all, &budget)
    best = better(best, greedy.isStuck(whole.state) ? mended(whole, &greedy, &budget) : whole.solution(), isFirst: !isMiddling)
    if !isMiddling, best.status != .minimal, let found = searchEnds(&greedy, all, known: best.legs, &budget) {
      best = better(best, found, isFirst: false)
    }
    if best.impossible.isEmpty, greedy.isStuck(best.legs) { best.impossible = all.impossibilities(whole.placement) }
    return best
  }

  private func searchEnds(
    _ greedy: inout GreedySearch, _ all: CellProblem, known: [Leg], _ budget: inout StepBudget
  ) -> CellSolution? {
    var search = EndSearch(greedy, all, known: known)
    guard let outcome = search.run(&budget) else { return nil }
    var solution = outcome.solution(greedy)
    if greedy.isStuck(solution.legs) { solution.impossible = all.impossibilities() }
    return solution
  }

  private func mended(_ staged: StagedOutcome, _ greedy: inout GreedySearch, _ budget: inout StepBudget) -> CellSolution {
    var steps = budget.take(budget.left / 2)
    defer { budget.giveBack(steps) }
    var left = steps.left
    let state = greedy.search(steps: &left)
    steps = StepBudget(left)
    var solution =
      greedy.rank(state).lexicographicallyPrecedes(greedy.rank(staged.state)) ? greedy.proved(state) : staged.solution()
    solution.impossible = staged.cell.impossibilities(staged.placement)
    return solution
  }

  /// The better of two; of two as good, the one with the stronger proof.
  private func better(_ one: CellSolution, _ other: CellSolution, isFirst: Bool) -> CellSolution {
    if isFirst { return other }
    let (first, second) = (score(one), score(other))
    if first != second { return first < second ? one : other }
    return (other.status, -other.lowerBound) < (one.status, -one.lowerBound) ? other : one
  }

  private func score(_ solution: CellSolution) -> Score { Score(facts, violations, solution.legs, input.objective) }

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
    solution.lowerBound = outcome.score.third
    let moved = Set(outcome.legs.map(\.guest))
    let left = tasks.movers.filter { !moved.contains($0) }
    let barred = left.filter { !Ways(of: $0, facts, HostClasses(facts), finder).isPossible($0, facts) }
    let settled = left.count == barred.count
    if !left.isEmpty || !tasks.rules.isEmpty || !tasks.overloaded.isEmpty {
      solution.impossible = problem(.all, tasks, barred: Set(barred)).impossibilities()
    }
    if bound.total == moves && settled && input.objective == .moves {
      solution.certificate = bound.certificate
      solution.because = bound.because(moves: moves)
    } else {
      solution.certificate = Certificate(
        kind: .exhaustive, data: Certificate.Data(forced: bound.certificate.data.forced, placementsSearched: outcome.placementsSearched))
      let searched = "all \(outcome.placementsSearched) placements that can be reached were searched"
      solution.because = input.objective == .moves || moves == 0 ? searched : "it takes a cost of \(outcome.score.third): \(searched)"
    }
    return solution
  }
}
