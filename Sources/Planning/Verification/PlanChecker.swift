package import Fleet

/// Replays a plan against the facts it was made from; shares no code with what made it.
package struct PlanChecker {
  /// What is wrong with the plan, each a sentence that names the move; empty: nothing is.
  package static func check(_ plan: Plan, _ input: PlanningInput) -> [String] {
    var checker = PlanChecker(plan, input)
    checker.checkOrder()
    checker.checkCounts()
    for cell in checker.cells.values.sorted(by: { $0.desired.name < $1.desired.name }) { checker.check(cell) }
    return checker.problems
  }

  /// The cells of a plan as the checker sees them, by name.
  static func cells(_ plan: Plan, _ input: PlanningInput) -> [CheckedCell] {
    PlanChecker(plan, input).cells.values.sorted { $0.desired.name < $1.desired.name }
  }

  /// How the moves of a cell end: problems of the replay, what required rules lack, and what hosts to be relieved have too much of.
  static func end(of cell: CheckedCell, _ input: PlanningInput) -> (problems: [String], faults: Int, excess: Int) {
    var checker = PlanChecker(input)
    let end = checker.replay(cell)
    return (checker.problems, CheckedRules(cell, input).faults(end), checker.excess(cell, end))
  }

  let plan: Plan
  let input: PlanningInput
  var cells: [CellName: CheckedCell] = [:]
  var problems: [String] = []

  /// For a replay alone.
  private init(_ input: PlanningInput) {
    plan = Plan(
      fleet: input.desired.name, revision: "", fingerprints: [:], observedAt: input.now, objective: input.objective,
      proof: PlanProof(status: .none, moves: 0, lowerBound: 0, restarts: 0, because: "", cells: []), moves: [], blocked: [],
      notInSync: NotInSync(), inSync: 0)
    self.input = input
  }

  private init(_ plan: Plan, _ input: PlanningInput) {
    self.plan = plan
    self.input = input
    var seen: [CellName: CellObservation] = [:]
    for cell in input.observation.cells { seen[cell.name] = cell }
    for cell in input.desired.cells { cells[cell.name] = CheckedCell(cell, seen[cell.name]) }
    for host in input.desired.hosts { cells[host.cell]?.hosts[host.name] = host }
    for instance in input.desired.instances { cells[instance.cell]?.instances.append(instance) }
    for move in plan.moves { cells[move.cell]?.moves.append(move) }
    for name in cells.keys { cells[name]?.join(input) }
  }

  // MARK: - The list of moves

  private mutating func checkOrder() {
    var ends: [String: Int] = [:]
    for move in plan.moves { ends[move.id] = move.end }
    if ends.count != plan.moves.count { problems.append("two moves have one id") }
    for (index, move) in plan.moves.enumerated() {
      if move.id != "m\(index + 1)" { problems.append("\(move.id): ids must be m1, m2, … in order") }
      if index > 0 && plan.moves[index - 1].start > move.start { problems.append("\(move.id): starts before the move listed before it") }
      if move.end <= move.start || move.start < 0 { problems.append("\(move.id): takes from \(move.start) to \(move.end)") }
      if cells[move.cell] == nil { problems.append("\(move.id): there is no cell \(move.cell)") }
      for earlier in move.after {
        guard let end = ends[earlier] else {
          problems.append("\(move.id): comes after \(earlier), which is not in the plan")
          continue
        }
        if end > move.start { problems.append("\(move.id): starts at \(move.start), before \(earlier) ends") }
      }
    }
  }

  // MARK: - Sums

  private mutating func checkCounts() {
    let proof = plan.proof
    let cold = plan.moves.filter { $0.mode == .cold }.count
    if proof.moves != plan.moves.count { problems.append("the proof counts \(proof.moves) moves of \(plan.moves.count)") }
    if proof.restarts != cold { problems.append("the proof counts \(proof.restarts) reboots of \(cold)") }
    if proof.cells.map(\.cell).sorted() != cells.keys.sorted() { problems.append("the proof does not name each cell once") }
    if proof.cells.reduce(0, { $0 + $1.lowerBound }) != proof.lowerBound { problems.append("the lower bounds of the cells do not add up") }
    if let worst = proof.cells.map(\.status).max(), worst != proof.status {
      problems.append("the proof's status is not that of its worst cell")
    }
    for cell in proof.cells { checkProof(cell) }
    checkPartition()
  }

  private mutating func checkProof(_ proof: CellProof) {
    let moves = cells[proof.cell]?.moves.count ?? 0
    if proof.moves != moves { problems.append("cell \(proof.cell): the proof counts \(proof.moves) moves of \(moves)") }
    // What the bound is about: moves, or by the objective what they cost.
    let third = input.objective == .moves ? moves : cells[proof.cell]?.moves.reduce(0) { $0 + $1.cost } ?? 0
    if proof.status != .none && proof.lowerBound > third { problems.append("cell \(proof.cell): the lower bound is above the plan") }
    if proof.status == .minimal && proof.lowerBound != third { problems.append("cell \(proof.cell): minimal, but the bound differs") }
    guard proof.certificate.kind == .forcedMoves else { return }
    let data = proof.certificate.data
    // Each set of hosts that is too full needs one move more.
    if data.forced.count + data.evictions.values.reduce(0, +) + (data.fullHosts?.count ?? 0) != proof.lowerBound {
      problems.append("cell \(proof.cell): the certificate does not add up to the lower bound")
    }
    let moved = Set(cells[proof.cell]?.moves.map(\.instance) ?? [])
    for name in data.forced where !moved.contains(name) {
      problems.append("cell \(proof.cell): \(name) is said to be forced and does not move")
    }
  }

  /// Every declared instance is moved, blocked, not in sync or in sync, and the four add up.
  private mutating func checkPartition() {
    let lists = [
      plan.notInSync.missing, plan.notInSync.unknown, plan.notInSync.ambiguous, plan.notInSync.frozen, plan.notInSync.busy,
      plan.notInSync.backingOff,
    ]
    let aside = lists.reduce(plan.underWay?.count ?? 0) { $0 + $1.count }
    struct Key: Hashable {
      var cell: CellName
      var name: InstanceName
    }
    var touched: Set<Key> = []
    for move in plan.moves { touched.insert(Key(cell: move.cell, name: move.instance)) }
    for item in plan.blocked {
      if let name = item.instance, let cell = item.cell, item.reason != .unmanaged, item.reason != .crashedDuringMigration,
        item.reason != .lost
      {
        touched.insert(Key(cell: cell, name: name))
      }
    }
    let declared = Set(input.desired.instances.map { Key(cell: $0.cell, name: $0.name) })
    let sum = aside + touched.intersection(declared).count + plan.inSync
    let count = input.desired.instances.count
    // What a refused cell would have moved is in none of the four.
    if sum != count && !(sum < count && plan.blocked.contains { $0.reason == .tooManyMoves || $0.reason == .planningFailed }) {
      problems.append(
        "\(plan.inSync) in sync, \(aside) not, \(touched.intersection(declared).count) moved or blocked: not the \(input.desired.instances.count) declared"
      )
    }
  }
}
