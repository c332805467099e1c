import Fleet

/// Moves of one cell that must come along with chosen ones.
struct CompanionSearch {
  private let cell: CheckedCell
  private let input: PlanningInput
  private let moves: [String: Move]
  private(set) var chosen: Set<String>
  private(set) var companions: [PlanRest.Companion] = []

  init(_ cell: CheckedCell, _ input: PlanningInput, chosen: Set<String>) {
    (self.cell, self.input, self.chosen) = (cell, input, chosen)
    moves = Dictionary(cell.moves.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func run() {
    close()
    let before = end([])
    guard isWorse(end(chosen), than: before) else { return }
    var tried = 0
    while tried < PlanNarrowing.triedMax, let helper = nextHelper(before, &tried) {
      add(helper, why: "without it a rule or a room would be worse than it is now")
      close()
      if !isWorse(end(chosen), than: before) { return }
    }
    for move in cell.moves where !chosen.contains(move.id) { add(move.id, why: "the cell's moves keep its rules and rooms only together") }
  }

  // MARK: what is needed before and after

  /// What a chosen move comes after, and where a guest that steps aside goes on to.
  private mutating func close() {
    var open = Array(chosen)
    let byGuest = Dictionary(grouping: cell.moves, by: \.uuid)
    while let id = open.popLast() {
      guard let move = moves[id] else { continue }
      for earlier in move.after where add(earlier, why: "\(id) (\(move.instance)) comes after it") { open.append(earlier) }
      for own in byGuest[move.uuid] ?? [] where add(own.id, why: "\(move.instance) does not stay half way") { open.append(own.id) }
    }
  }

  @discardableResult
  private mutating func add(_ id: String, why: String) -> Bool {
    guard chosen.insert(id).inserted else { return false }
    companions.append(PlanRest.Companion(move: id, why: why))
    return true
  }

  // MARK: how it ends

  private struct End { var problems, faults, excess: Int }

  private func end(_ ids: Set<String>) -> End {
    var cell = cell
    cell.moves = self.cell.moves.filter { ids.contains($0.id) }
    let end = PlanChecker.end(of: cell, input)
    return End(problems: end.problems.count, faults: end.faults, excess: end.excess)
  }

  private func isWorse(_ end: End, than before: End) -> Bool {
    end.problems > 0 || end.faults > before.faults || end.excess > before.excess
  }

  /// The first move that makes the end better; nil: none alone does.
  private func nextHelper(_ before: End, _ tried: inout Int) -> String? {
    let now = end(chosen)
    let left = cell.moves.filter { !chosen.contains($0.id) }
    for move in left where tried < PlanNarrowing.triedMax {
      tried += 1
      var with = self
      with.add(move.id, why: "")
      with.close()
      let then = end(with.chosen)
      if (then.problems, then.faults, then.excess) < (now.problems, now.faults, now.excess) { return move.id }
    }
    return nil
  }
}
