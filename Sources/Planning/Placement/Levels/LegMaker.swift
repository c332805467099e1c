import Fleet

/// Turns moves of items into legs, each checked by the rules of the cell when it is added.
struct LegMaker {
  private let greedy: GreedySearch
  private var facts: CellFacts { greedy.facts }

  init(_ greedy: GreedySearch) { self.greedy = greedy }

  /// One leg for each item that ends elsewhere, whether they can be put in order or not.
  func straight(_ cell: CellProblem, _ target: [Int]) -> [Leg] {
    target.indices.compactMap { item in
      let guest = cell.guests[item]
      let from = facts.guests[guest].host
      guard target[item] != from, let option = first(guest, target[item]) else { return nil }
      return Leg(guest: guest, from: from, to: target[item], option: option)
    }
  }

  /// The cell after the moves. What cannot be made as it was meant is left out, and what needed it with it: a plan then shows something stuck,
  /// never something unsafe. The cell as it is, if somebody would be left on a stop or a rule would end worse than it began.
  func state(_ cell: CellProblem, _ moves: [SequenceLeg]) -> CellState {
    var state = start
    for move in moves {
      guard let leg = leg(cell, move, state) else { continue }
      state.add(leg)
    }
    return isEnd(state) ? state : start
  }

  /// The legs of the moves; nil: one of them cannot be made.
  func legs(_ cell: CellProblem, _ moves: [SequenceLeg]) -> [Leg]? {
    var state = start
    for move in moves {
      guard let leg = leg(cell, move, state) else { return nil }
      state.add(leg)
    }
    return isEnd(state) ? state.legs : nil
  }

  private func leg(_ cell: CellProblem, _ move: SequenceLeg, _ state: CellState) -> Leg? {
    let guest = cell.guests[move.item]
    let from = state.host(of: guest)
    let option = state.hasMoved(guest) ? greedy.finder.onward(guest, via: from, to: move.to) : first(guest, move.to)
    guard from == move.from, let option, state.fits(guest, on: move.to, option), state.alwaysRulesAllow(guest, to: move.to) else {
      return nil
    }
    return Leg(guest: guest, from: from, to: move.to, option: option)
  }

  private func first(_ guest: Int, _ host: Int) -> MoveOption? {
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
