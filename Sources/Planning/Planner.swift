package import Fleet

/// The plan that brings the observed fleet closest to the declared one with the fewest moves, why it does, and what is blocked.
///
/// Pure: the same input, budget and seed give the same plan, byte for byte. Nothing is thrown: what cannot be had is a blocked item.
package func plan(_ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1) -> Plan {
  countedPlan(input, budget: budget, seed: seed).plan
}

/// Steps of search: for what moves where and in which order, and for when.
package struct WorkDone: Sendable, Equatable {
  package var placing: Int
  package var scheduling: Int
}

/// The plan and the steps of search it took, so that tests can hold the growth of the work to a figure without a clock.
///
/// `searchesWhole`: false: small cells are solved as large ones are, so that tests can hold that against what is known to be best.
/// `failing`: cells in which the planner contradicts itself with these words, so that tests can see what becomes of the others.
package func countedPlan(
  _ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1, searchesWhole: Bool = true,
  failing: [CellName: String] = [:]
) -> (plan: Plan, steps: WorkDone) {
  var planner = Planner(input, seed: seed, searchesWhole: searchesWhole)
  planner.failing = failing
  planner.addCells(budget)
  let steps = WorkDone(placing: planner.steps, scheduling: planner.scheduleSteps)
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
  private var emptied: [EmptiedHost] = []
  private var moves: [(cell: Int, leg: Int, move: Move, after: [Int])] = []
  private var proofs: [CellProof] = []
  private var blocked: [BlockedItem] = []
  private var warnings: [String] = []
  private var notInSync = NotInSync()
  private var underWay: [MoveUnderWay] = []
  private var unmanaged: [InstanceName] = []
  private var fingerprints: [CellName: String] = [:]
  private var inSync = 0
  private let last: [CellName: SolvedCell]
  private(set) var solved: [CellName: SolvedCell] = [:]
  private(set) var cellsSolved: [CellName] = []
  private(set) var steps = 0
  private(set) var scheduleSteps = 0
  var failing: [CellName: String] = [:]

  init(_ input: PlanningInput, seed: UInt64, searchesWhole: Bool, last: [CellName: SolvedCell] = [:]) {
    self.input = input
    self.seed = seed
    self.searchesWhole = searchesWhole
    self.last = last
    policies = PolicyTable(input.desired)
    for cell in input.observation.cells { fingerprints[cell.name] = Fingerprint.of(cell) }
    for left in input.memory.hostsLeftBehind { blocked.append(.hostLeft(left)) }
    warnings += (input.memory.renamedHosts ?? []).map(\.text)
  }

  mutating func addCells(_ budget: SearchBudget) {
    let cells = FleetFacts(input).cells.map { PreparedCell($0, input) }
    var left = budget.steps
    var weight = cells.reduce(0) { $0 + $1.weight }
    // A share by what is movable where something is to be mended. The small ones come first: what they leave is the others'.
    let order = cells.indices.sorted { (cells[$0].weight, cells[$0].facts.cell.name) < (cells[$1].weight, cells[$1].facts.cell.name) }
    var found: [SolvedCell?] = cells.map { _ in nil }
    for index in order {
      let cell = cells[index]
      let share = cell.weight == 0 ? 0 : Self.rounded(Int(Double(left) / Double(weight) * Double(cell.weight)))
      let solvedCell = solve(cell, steps: share)
      left -= solvedCell.stepsUsed
      weight -= cell.weight
      found[index] = solvedCell
    }
    for (index, cell) in cells.enumerated() { if let found = found[index] { add(cell, found) } }
  }

  /// The steps to three binary digits, so that what another cell left does not make one that did not change a new question each time.
  private static func rounded(_ steps: Int) -> Int {
    let digits = Int.bitWidth - max(1, steps).leadingZeroBitCount
    let dropped = max(0, digits - 3)
    return max(1, (steps >> dropped) << dropped)
  }

  private mutating func add(_ cell: PreparedCell, _ found: SolvedCell) {
    let (facts, violations) = (cell.facts, cell.violations)
    let finder = LegFinder(facts, input, policies: policies)
    solved[facts.cell.name] = found
    var solution = found.solution
    let limit = input.maxMoves ?? facts.cell.maxMovesPerPass
    let needed = solution.legs.count
    var findings = BlockedFindings(
      facts, input, violations, finder, legs: solution.legs, isSettled: solution.status != .none)
    findings.collect()
    if findings.isUnmended { findings.add(solution.impossible) }
    file(facts, violations, moved: Set(solution.legs.map(\.guest)), blocked: findings.instances)
    if needed > limit {
      blocked.append(.tooManyMoves(facts.cell, needed: needed, limit: limit))
      solution = CellSolution(status: .none, because: "refused: it needs \(needed) moves and its limit is \(limit)")
    }
    if let failure = found.failure { blocked.append(.planningFailed(facts.cell, failure)) }
    blocked += findings.items
    unmanaged += facts.unmanaged
    warnings += facts.warnings
    proofs.append(
      CellProof(
        cell: facts.cell.name, status: solution.status, moves: solution.legs.count, lowerBound: solution.lowerBound,
        restarts: solution.restarts, because: solution.because, certificate: solution.certificate))
    if let schedule = found.schedule, needed <= limit { add(facts, solution.legs, schedule, violations) }
  }

  private mutating func solve(_ cell: PreparedCell, steps share: Int) -> SolvedCell {
    let (facts, violations) = (cell.facts, cell.violations)
    let finder = LegFinder(facts, input, policies: policies)
    let question = CellQuestion(facts, input, seed: seed, steps: share)
    if let known = last[facts.cell.name], known.question == question { return known }
    cellsSolved.append(facts.cell.name)
    let solver = CellSolver(
      facts: facts, input: input, violations: violations, finder: finder, seed: seed, searchesWhole: searchesWhole)
    var left = share
    do throws(PlannerFailure) {
      if let text = failing[facts.cell.name] { throw PlannerFailure(text: text) }
      let solution = try solver.solve(steps: &left)
      steps += share - left
      let schedule = try solver.schedule(solution.legs)
      scheduleSteps += schedule?.stepsUsed ?? 0
      return SolvedCell(question: question, solution: solution, schedule: schedule, stepsUsed: share - left)
    } catch {
      let nothing = CellSolution(status: .none, because: "the planner failed: \(error.text)")
      return SolvedCell(question: question, solution: nothing, failure: error, stepsUsed: share - left)
    }
  }

  private mutating func add(_ facts: CellFacts, _ legs: [Leg], _ schedule: CellSchedule, _ violations: Violations) {
    let reasons = MoveReasons(facts, input, violations, legs, users: schedule.users)
    let cell = proofs.count - 1
    proofs[cell].makespan = schedule.makespan
    emptied += schedule.emptied(legs, facts)
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
      case .moving: underWay.append(move(of: declared, facts))
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

  private func move(of declared: DeclaredFacts, _ facts: CellFacts) -> MoveUnderWay {
    let uuid =
      declared.observed.first.map { facts.observation.instances[$0].uuid }
      ?? declared.guest.map { facts.observation(of: facts.guests[$0], input).uuid } ?? input.desired.instances[declared.index].uuid
    let doubt = input.memory.inDoubt.first { $0.cell == facts.cell.name && $0.uuid == uuid && $0.underWay != nil }
    guard var move = doubt?.underWay else { preconditionFailure("an instance is moving without a move") }
    move.instance = input.desired.instances[declared.index].name
    return move
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
    var plan = Plan(
      fleet: input.desired.name, revision: input.revision, fingerprints: fingerprints, observedAt: input.observation.at,
      objective: input.objective, proof: fleetProof(), moves: list, blocked: blocked, notInSync: notInSync, warnings: warnings,
      inSync: inSync)
    plan.underWay = underWay.isEmpty ? nil : underWay.sorted { ($0.cell, $0.instance) < ($1.cell, $1.instance) }
    plan.unmanaged = GuestsInNoManifest(unmanaged)
    if !emptied.isEmpty { plan.emptied = emptied.sorted { ($0.seconds, $0.cell, $0.host) < ($1.seconds, $1.cell, $1.host) } }
    return plan
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

/// A cell with what there is to mend in it.
private struct PreparedCell {
  let facts: CellFacts
  let violations: Violations
  /// Guests that may be moved; 0 where there is nothing to mend.
  let weight: Int

  init(_ facts: CellFacts, _ input: PlanningInput) {
    self.facts = facts
    violations = Violations(facts, input)
    weight = Tasks(facts, violations).isEmpty ? 0 : max(1, facts.guests.count { $0.movable })
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
