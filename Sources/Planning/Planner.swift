package import Fleet

/// The plan that brings the observed fleet closest to the declared one with the fewest moves, why it does, and what is blocked.
///
/// Pure: the same input, budget and seed give the same plan, byte for byte. Nothing is thrown: what cannot be had is a blocked item.
package func plan(_ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1) -> Plan {
  countedPlan(input, budget: budget, seed: seed).plan
}

/// The plan and the steps of search it took, so that tests can hold the growth of the work to a figure without a clock.
package func countedPlan(_ input: PlanningInput, budget: SearchBudget = SearchBudget(), seed: UInt64 = 1) -> (plan: Plan, steps: Int) {
  var planner = Planner(input, seed: seed)
  let fleet = FleetFacts(input)
  // Each cell gets an even share, so that no cell starves another and the order of cells does not matter.
  let share = max(1, budget.steps / max(1, fleet.cells.count))
  for facts in fleet.cells { planner.add(facts, steps: share) }
  let steps = planner.steps
  return (planner.finish(), steps)
}

/// Gathers the cells' parts of a plan.
private struct Planner {
  private let input: PlanningInput
  private let seed: UInt64
  private let policies: PolicyTable
  private var moves: [(cell: Int, leg: Int, move: Move, after: [Int])] = []
  private var proofs: [CellProof] = []
  private var blocked: [BlockedItem] = []
  private var warnings: [String] = []
  private var notInSync = NotInSync()
  private var fingerprints: [CellName: String] = [:]
  private var inSync = 0
  private(set) var steps = 0

  init(_ input: PlanningInput, seed: UInt64) {
    self.input = input
    self.seed = seed
    policies = PolicyTable(input.desired)
    for cell in input.observation.cells { fingerprints[cell.name] = Fingerprint.of(cell) }
    for left in input.memory.hostsLeftBehind { blocked.append(.hostLeft(left)) }
  }

  mutating func add(_ facts: CellFacts, steps share: Int) {
    let violations = Violations(facts, input)
    let finder = LegFinder(facts, input, policies: policies)
    var left = share
    var solution = CellSolver(facts: facts, input: input, violations: violations, finder: finder, seed: seed).solve(steps: &left)
    steps += share - left
    let limit = input.maxMoves ?? facts.cell.maxMovesPerPass
    let needed = solution.legs.count
    var findings = BlockedFindings(facts, input, violations, finder, legs: solution.legs)
    findings.collect()
    file(facts, moved: Set(solution.legs.map(\.guest)), blocked: findings.instances)
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
    schedule(facts, solution.legs, violations)
  }

  private mutating func schedule(_ facts: CellFacts, _ legs: [Leg], _ violations: Violations) {
    guard !legs.isEmpty else { return }
    let dependencies = Dependencies(legs, facts, violations.startCounts)
    let schedule = ListScheduler(legs, dependencies, facts.cell.limits)
    let reasons = MoveReasons(facts, input, violations, legs, dependencies)
    let cell = proofs.count - 1
    for (index, leg) in legs.enumerated() {
      let guest = facts.guests[leg.guest]
      let start = schedule.starts[index]
      let move = Move(
        id: "", instance: facts.name(of: guest, input), uuid: facts.observation(of: guest, input).uuid, cell: facts.cell.name,
        from: facts.hosts[leg.from].name, to: facts.hosts[leg.to].name, mode: leg.option.mode, storage: leg.option.storage,
        disks: leg.option.disks, hop: reasons.isHop(index), reason: reasons.reason(index), start: start,
        end: start + ListScheduler.seconds(leg), bytes: leg.option.bytes, cost: leg.option.cost)
      moves.append((cell, index, move, dependencies.after[index]))
    }
  }

  /// Puts each declared instance of the cell into its list.
  private mutating func file(_ facts: CellFacts, moved: Set<Int>, blocked: Set<Int>) {
    for declared in facts.declared {
      let name = input.desired.instances[declared.index].name
      switch declared.bucket {
      case .missing: notInSync.missing.append(name)
      case .unknown: notInSync.unknown.append(name)
      case .ambiguous: notInSync.ambiguous.append(name)
      case .frozen: notInSync.frozen.append(name)
      case .busy: notInSync.busy.append(name)
      case .backingOff: notInSync.backingOff.append(name)
      case .inSync, .violating:
        // What would move but for the cell's limit is not in sync either.
        if declared.guest.map({ moved.contains($0) || blocked.contains($0) }) != true { inSync += 1 }
      }
    }
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
      because: telling.isEmpty ? (proofs.first?.because ?? "no cell is declared") : because.joined(separator: "; ") + more, cells: proofs)
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
