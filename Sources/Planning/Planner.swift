package import Fleet

/// The plan that brings the observed fleet closest to the declared one with the fewest moves, why it does, and what is blocked.
///
/// Pure: the same input, budget and seed give the same plan, byte for byte. Nothing is thrown: what cannot be had is a blocked item.
package func plan(_ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1) -> Plan {
  countedPlan(input, budget: budget, seed: seed).plan
}

/// The plan and the steps of search it took, so that tests can hold the growth of the work to a figure without a clock.
///
/// `searchesWhole`: false: small cells are solved as large ones are, so that tests can hold that against what is known to be best.
package func countedPlan(
  _ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1, searchesWhole: Bool = true
) -> (plan: Plan, steps: Int) {
  var planner = Planner(input, seed: seed, searchesWhole: searchesWhole)
  planner.addCells(budget)
  let steps = planner.steps
  return (planner.finish(), steps)
}

/// Plans one pass after another: a cell in which nothing changed is not solved again.
///
/// Its plans are those of `plan`, byte for byte.
package struct Replanner: Sendable {
  private var last: [CellName: SolvedCell] = [:]
  /// Cells that the last plan had to solve.
  package private(set) var cellsSolved: [CellName] = []

  package init() {}

  package mutating func plan(_ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1) -> Plan {
    var planner = Planner(input, seed: seed, searchesWhole: true, last: last)
    planner.addCells(budget)
    cellsSolved = planner.cellsSolved
    last = planner.solved
    return planner.finish()
  }
}

/// Gathers the cells' parts of a plan.
private struct Planner {
  private let input: PlanningInput
  private let seed: UInt64
  private let searchesWhole: Bool
  private let policies: PolicyTable
  private var moves: [(cell: Int, leg: Int, move: Move, after: [Int])] = []
  private var proofs: [CellProof] = []
  private var blocked: [BlockedItem] = []
  private var warnings: [String] = []
  private var notInSync = NotInSync()
  private var fingerprints: [CellName: String] = [:]
  private var inSync = 0
  private let last: [CellName: SolvedCell]
  private(set) var solved: [CellName: SolvedCell] = [:]
  private(set) var cellsSolved: [CellName] = []
  private(set) var steps = 0

  init(_ input: PlanningInput, seed: UInt64, searchesWhole: Bool, last: [CellName: SolvedCell] = [:]) {
    self.input = input
    self.seed = seed
    self.searchesWhole = searchesWhole
    self.last = last
    policies = PolicyTable(input.desired)
    for cell in input.observation.cells { fingerprints[cell.name] = Fingerprint.of(cell) }
    for left in input.memory.hostsLeftBehind { blocked.append(.hostLeft(left)) }
  }

  mutating func addCells(_ budget: SearchBudget) {
    let fleet = FleetFacts(input)
    // Each cell gets an even share, so that no cell starves another and the order of cells does not matter.
    let share = max(1, budget.steps / max(1, fleet.cells.count))
    for facts in fleet.cells { add(facts, steps: share) }
  }

  private mutating func add(_ facts: CellFacts, steps share: Int) {
    let violations = Violations(facts, input)
    let finder = LegFinder(facts, input, policies: policies)
    let found = solve(facts, violations, finder, steps: share)
    solved[facts.cell.name] = found
    var solution = found.solution
    let limit = input.maxMoves ?? facts.cell.maxMovesPerPass
    let needed = solution.legs.count
    var findings = BlockedFindings(facts, input, violations, finder, legs: solution.legs)
    findings.collect()
    if findings.isUnmended { findings.add(solution.impossible) }
    file(facts, violations, moved: Set(solution.legs.map(\.guest)), blocked: findings.instances)
    if needed > limit {
      blocked.append(.tooManyMoves(facts.cell, needed: needed, limit: limit))
      solution = CellSolution(status: .none, because: "refused: it needs \(needed) moves and its limit is \(limit)")
    }
    blocked += findings.items
    warnings += facts.warnings
    proofs.append(
      CellProof(
        cell: facts.cell.name, status: solution.status, moves: solution.legs.count, lowerBound: solution.lowerBound,
        restarts: solution.restarts, because: solution.because, certificate: solution.certificate))
    if let schedule = found.schedule, needed <= limit { add(facts, solution.legs, schedule, violations) }
  }

  private mutating func solve(_ facts: CellFacts, _ violations: Violations, _ finder: LegFinder, steps share: Int) -> SolvedCell {
    let question = CellQuestion(facts, input, seed: seed, steps: share)
    if let known = last[facts.cell.name], known.question == question { return known }
    cellsSolved.append(facts.cell.name)
    let solver = CellSolver(
      facts: facts, input: input, violations: violations, finder: finder, seed: seed, searchesWhole: searchesWhole)
    var left = share
    let solution = solver.solve(steps: &left)
    steps += share - left
    return SolvedCell(question: question, solution: solution, schedule: solver.schedule(solution.legs))
  }

  private mutating func add(_ facts: CellFacts, _ legs: [Leg], _ schedule: CellSchedule, _ violations: Violations) {
    let reasons = MoveReasons(facts, input, violations, legs, users: schedule.users)
    let cell = proofs.count - 1
    proofs[cell].makespan = schedule.makespan
    for (index, leg) in legs.enumerated() {
      let guest = facts.guests[leg.guest]
      let start = schedule.starts[index]
      let move = Move(
        id: "", instance: facts.name(of: guest, input), uuid: facts.observation(of: guest, input).uuid, cell: facts.cell.name,
        from: facts.hosts[leg.from].name, to: facts.hosts[leg.to].name, mode: leg.option.mode, storage: leg.option.storage,
        disks: leg.option.disks, hop: reasons.isHop(index), reason: reasons.reason(index), start: start,
        end: start + schedule.seconds[index], bytes: leg.option.bytes, cost: leg.option.cost)
      moves.append((cell, index, move, schedule.after[index]))
    }
  }

  /// Puts each declared instance of the cell into its list.
  private mutating func file(_ facts: CellFacts, _ violations: Violations, moved: Set<Int>, blocked: Set<Int>) {
    for declared in facts.declared {
      let name = input.desired.instances[declared.index].name
      switch declared.bucket {
      case .missing: notInSync.missing.append(name)
      case .unknown: notInSync.unknown.append(name)
      case .ambiguous: notInSync.ambiguous.append(name)
      case .frozen: notInSync.frozen.append(name)
      case .busy: notInSync.busy.append(name)
      // One that needs no move has nothing to be tried again.
      case .backingOff where declared.guest.map { isWhereItBelongs($0, facts, violations) } == true: inSync += 1
      case .backingOff:
        if let item = keepsFailing(declared, facts) { self.blocked.append(item) } else { notInSync.backingOff.append(name) }
      case .inSync, .violating:
        // What would move but for the cell's limit is not in sync either.
        if declared.guest.map({ moved.contains($0) || blocked.contains($0) }) != true { inSync += 1 }
      }
    }
  }

  /// What failed again and again does not pass by itself, and has a reason that was told.
  private func keepsFailing(_ declared: DeclaredFacts, _ facts: CellFacts) -> BlockedItem? {
    guard let guest = declared.guest.map({ facts.guests[$0] }),
      let failing = input.memory.failing[facts.observation(of: guest, input).uuid],
      let until = input.memory.backOff[facts.observation(of: guest, input).uuid]
    else { return nil }
    let desired = input.desired.instances[declared.index]
    let why = failing.text.isEmpty ? "" : ", the last one: \(failing.text)"
    return BlockedItem(
      instance: desired.name, host: facts.hosts[guest.host].name, cell: facts.cell.name, reason: .keepsFailing,
      text: "its last \(failing.failures) moves failed\(why)",
      hint: "mend that; it is tried again at \(until), or when the manifests change", manifest: desired.location.pathAndLine)
  }

  private func isWhereItBelongs(_ id: Int, _ facts: CellFacts, _ violations: Violations) -> Bool {
    let guest = facts.guests[id]
    return !violations.isOnMaintenance(guest) && !violations.isMisplaced(guest)
      && (facts.rulesOfGuest[id] ?? []).allSatisfy { facts.rules[$0].excess(violations.startCounts[$0]) == 0 }
  }

  consuming func finish() -> Plan {
    moves.sort { ($0.move.start, $0.cell, $0.leg) < ($1.move.start, $1.cell, $1.leg) }
    var place: [[Int: Int]] = proofs.map { _ in [:] }
    for (index, item) in moves.enumerated() { place[item.cell][item.leg] = index }
    var list: [Move] = []
    list.reserveCapacity(moves.count)
    for (index, item) in moves.enumerated() {
      var move = item.move
      move.id = "m\(index + 1)"
      move.after = item.after.compactMap { place[item.cell][$0] }.sorted().map { "m\($0 + 1)" }
      list.append(move)
    }
    notInSync.sort()
    return Plan(
      fleet: input.desired.name, revision: input.revision, fingerprints: fingerprints, observedAt: input.observation.at,
      objective: input.objective, proof: fleetProof(), moves: list, blocked: blocked, notInSync: notInSync, warnings: warnings,
      inSync: inSync)
  }

  private func fleetProof() -> PlanProof {
    let total = proofs.reduce(0) { $0 + $1.moves }
    let worst = proofs.map(\.status).max() ?? .minimal
    let telling = proofs.filter { $0.moves > 0 || $0.status != .minimal }
    let because = telling.prefix(20).map { proofs.count == 1 ? $0.because : "\($0.cell): \($0.because)" }
    let more = telling.count > 20 ? "; \(telling.count - 20) more cells" : ""
    return PlanProof(
      status: worst, moves: total, lowerBound: proofs.reduce(0) { $0 + $1.lowerBound }, restarts: proofs.reduce(0) { $0 + $1.restarts },
      because: telling.isEmpty ? (proofs.first?.because ?? "no cell is declared") : because.joined(separator: "; ") + more,
      makespan: makespan(), cells: proofs)
  }

  /// The cells go ahead side by side.
  private func makespan() -> Makespan? {
    let all = proofs.compactMap(\.makespan)
    guard let longest = all.map(\.seconds).max(), let bound = all.map(\.atLeastSeconds).max() else { return nil }
    return Makespan(seconds: longest, atLeastSeconds: bound)
  }
}

extension NotInSync {
  fileprivate mutating func sort() {
    missing.sort()
    unknown.sort()
    ambiguous.sort()
    frozen.sort()
    busy.sort()
    backingOff.sort()
  }
}
