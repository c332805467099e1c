import Fleet

/// Plans of cells too large to search whole, by way of a placement problem: where everything ends, in which order, and what that proves.
struct StagedSearch {
  private let greedy: GreedySearch
  private var facts: CellFacts { greedy.facts }

  /// `greedy` knows the tasks of the cell and where its guests may go.
  init(_ greedy: GreedySearch) {
    self.greedy = greedy
  }

  /// `steps` is reduced by what was used.
  func solve(steps: inout Int) -> StagedOutcome {
    var budget = StepBudget(steps)
    defer { steps = budget.left }
    let barred = Set(greedy.tasks.movers.filter { !greedy.isPossible($0) })
    let concerned = cellProblem(.concerned, barred)
    let near = place(concerned, .quick, &budget)
    if near.isProvedWhateverOthersDo { return carriedOut(concerned, near, &budget) }
    let all = cellProblem(.all, barred)
    return carriedOut(all, place(all, .whole, &budget), &budget)
  }

  private func cellProblem(_ scope: CellProblem.Scope, _ barred: Set<Int>) -> CellProblem {
    CellProblem(
      facts, greedy.violations, greedy.tasks, greedy.finder, greedy.classes, input: greedy.input, scope: scope, barred: barred)
  }

  private func place(_ cell: CellProblem, _ effort: PlacementSolver.Effort, _ budget: inout StepBudget) -> PlacementOutcome {
    let scale = cell.scale
    var solver = PlacementSolver(seed: greedy.seed) { scale.proved($0.weight) }
    return solver.solve(cell.problem, effort, budget: &budget)
  }

  // MARK: - Order

  private func carriedOut(_ cell: CellProblem, _ placement: PlacementOutcome, _ budget: inout StepBudget) -> StagedOutcome {
    var sequencer = Sequencer(cell.problem, target: placement.target, seed: greedy.seed)
    let sequence = sequencer.run(budget: &budget)
    var placement = placement
    if sequence.hops > 0 { placement.addFullHosts(cell.problem.reweighed { cell.scale.proved($0.weight) }) }
    var state = start
    for move in sequence.moves {
      let guest = cell.guests[move.item]
      let from = state.host(of: guest)
      let isFirst = !state.hasMoved(guest)
      // What cannot be made as it was meant is left out, and what needed it with it: the plan then shows something stuck, never something unsafe.
      guard from == move.from, let option = isFirst ? firstOption(guest, move.to) : greedy.finder.onward(guest, via: from, to: move.to),
        state.fits(guest, on: move.to, option), state.alwaysRulesAllow(guest, to: move.to)
      else { continue }
      state.add(Leg(guest: guest, from: from, to: move.to, option: option))
    }
    return StagedOutcome(search: greedy, cell: cell, placement: placement, sequence: sequence, state: isEnd(state) ? state : start)
  }

  private func firstOption(_ guest: Int, _ host: Int) -> MoveOption? {
    if case .success(let option) = greedy.finder.option(guest, to: host) { option } else { nil }
  }

  private var start: CellState { CellState(facts, greedy.violations.startCounts, greedy.classes) }

  /// Nobody was left on a stop on its way, and no required rule ends worse than it began.
  private func isEnd(_ state: CellState) -> Bool {
    let isAtEnd = state.hostOf.allSatisfy { guest, host in
      host == facts.guests[guest].host || facts.placements[facts.guests[guest].placement].allowed.contains(host)
    }
    return isAtEnd
      && facts.rules.indices.allSatisfy { id in
        let rule = facts.rules[id]
        return !rule.required || rule.excess(state.counts[id]) <= rule.excess(state.startCounts[id])
      }
  }
}

extension PlacementOutcome {
  /// Proved by what the items must do themselves, so that it holds as well where others are free to move.
  fileprivate var isProvedWhateverOthersDo: Bool {
    isProved
      && proofs.allSatisfy { proof in
        guard case .counting(let bound) = proof.kind else { return false }
        return bound.parts.allSatisfy { if case .slot = $0 { false } else { true } }
      }
  }
}
