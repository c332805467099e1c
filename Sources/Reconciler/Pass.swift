package import Execution
package import Fleet
import Hypervisor
package import Planning
import StateStore

/// The two sides of a durable write of the journal.
package enum JournalMoment: Sendable { case before, after }

/// One observe → drift → plan → execute → record over a whole fleet.
package struct Pass: Sendable {
  package var manifests: CheckedManifests
  package var options: PassOptions
  package var clock: any ReconcilerClock
  package var drivers: Drivers
  package var stop: StopSwitch
  package var report: @Sendable (PassEvent) async -> Void
  /// Asked once the plan is shown; false: nothing is done.
  package var confirm: @Sendable (Plan) async -> Bool
  /// Why nothing more may start now; asked while moves wait.
  package var objection: @Sendable () async -> StopReason?
  package var callsAtOnce: Int
  /// Remembers from pass to pass which cells were as they are; nil: this is the only pass.
  package var planner: FleetPlanner?
  /// Called around each durable write of the journal; tests stop the process there.
  package var journalHook: @Sendable (JournalMoment) throws -> Void = { _ in }

  package init(
    manifests: CheckedManifests, options: PassOptions, clock: any ReconcilerClock, drivers: Drivers, stop: StopSwitch = StopSwitch(),
    report: @escaping @Sendable (PassEvent) async -> Void = { _ in }, confirm: @escaping @Sendable (Plan) async -> Bool = { _ in true },
    objection: @escaping @Sendable () async -> StopReason? = { nil }, callsAtOnce: Int = 32, planner: FleetPlanner? = nil
  ) {
    self.manifests = manifests
    self.options = options
    self.clock = clock
    self.drivers = drivers
    self.stop = stop
    self.report = report
    self.confirm = confirm
    self.objection = objection
    self.callsAtOnce = callsAtOnce
    self.planner = planner
  }

  var desired: DesiredFleet { manifests.fleet }

  // MARK: looking

  /// What would be done; nothing is changed but the stored observation, if there is a state store to write to.
  package func preview(_ keeper: StateKeeper?, snapshot: Observation?) async throws -> PassResult {
    let (seen, hypervisors) = try await sight(keeper, snapshot)
    var plan = try await makePlan(seen, keeper, asking: hypervisors)
    if snapshot == nil {
      plan.storageProofs = StorageProofUse(in: seen, try await storedProofs(keeper))
      await storeIfWritable(seen, plan.fingerprints, keeper)
    }
    await report(.planned(plan))
    return PassResult(plan: plan, observation: seen)
  }

  /// What would be done and how the fleet differs from the manifests; nothing is stored.
  package func view(_ keeper: StateKeeper?, snapshot: Observation?) async throws -> FleetView {
    let (seen, hypervisors) = try await sight(keeper, snapshot)
    let (plan, input) = try await heededPlan(seen, keeper, asking: hypervisors)
    var view = FleetView(input, plan: plan)
    if snapshot == nil { view.storageProofs = StorageProofUse(in: seen, try await storedProofs(keeper)) }
    return view
  }

  private func storeIfWritable(_ seen: Observation, _ fingerprints: [CellName: String], _ keeper: StateKeeper?) async {
    guard let keeper else { return }
    do {
      try await keeper.call { if $0.access != .readOnly { try $0.record(seen, fingerprints: fingerprints) } }
    } catch {
      await report(.warning("this observation was not stored: \(error)"))
    }
  }

  func hypervisors(_ writer: WriterIdentity) -> [CellName: any Hypervisor] {
    let hosts = Dictionary(grouping: desired.hosts, by: \.cell)
    return Dictionary(
      desired.cells.map { ($0.name, drivers.make($0, hosts[$0.name] ?? [], writer)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Cells whose hypervisor can close a host to new guests.
  var closingCells: Set<CellName> {
    let nobody = WriterIdentity(fleet: desired.name, writer: "", epoch: 0)
    return Set(hypervisors(nobody).filter { $0.value.capabilities.closesHosts }.keys)
  }

  static func fingerprints(_ observation: Observation) -> [CellName: String] {
    Dictionary(observation.cells.map { ($0.name, Fingerprint.of($0)) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: planning

  package func planningInput(_ seen: Observation, _ keeper: StateKeeper?) async throws -> PlanningInput {
    let now = clock.now()
    let (desired, revision) = (desired, manifests.revision)
    let memory = try await keeper?.call { try PassMemory.read($0, desired, seen, revision: revision, now: now) } ?? PlanningMemory()
    return PlanningInput(
      desired: desired, revision: manifests.revision, observation: seen, memory: memory, objective: options.objective,
      maxMoves: options.maxMoves, now: now)
  }

  // MARK: converging

  /// Settles what earlier runs left open, plans, asks, carries out, records. The caller holds the state store's lock.
  package func converge(_ keeper: StateKeeper, epoch: Int, savedPlan: Plan? = nil) async throws -> PassResult {
    let writer = WriterIdentity(
      fleet: desired.name, writer: try await keeper.call { $0.writer }, epoch: epoch, takesOver: options.takesOver)
    let hypervisors = hypervisors(writer)
    let crew = PassCrew(pass: self, keeper: keeper, writer: writer, hypervisors: hypervisors)
    let recovered = try await crew.recover()
    var prover = StorageProver(hypervisors: hypervisors, clock: clock)
    var seen = try await lookAndRecord(hypervisors, &prover, keeper)
    try await crew.releaseStaleMarks(seen)
    if try await crew.deleteExpiredDisks(seen) { seen = try await lookAndRecord(hypervisors, &prover, keeper) }
    let plan: Plan
    if let savedPlan {
      plan = try await stillFitting(savedPlan, seen, keeper)
    } else {
      plan = try await makePlan(seen, keeper, asking: hypervisors)
    }
    await report(.planned(plan))
    if let excess = plan.blocked.first(where: { $0.reason == .tooManyMoves }) {
      throw Refusal.tooManyMoves("\(excess.text)\n  hint: \(excess.hint)")
    }
    try refuseOtherWriters(plan, seen, writer)
    var result = PassResult(plan: plan, observation: seen, recovered: recovered)
    let changes = plan.hostChanges ?? []
    guard !plan.moves.isEmpty || !changes.isEmpty, !stop.isPressed else { return result }
    guard await confirm(plan) else { throw Refusal.declined }
    let changed = try await crew.change(changes)
    let machine = try await crew.carryOut(
      plan.without(cells: Set(changed.filter { $0.endState != .succeeded }.map(\.move.cell))), seen, exact: savedPlan != nil)
    result.moves = changed.filter { $0.endState != .succeeded } + machine.moves
    result.dropped = machine.dropped
    result.stopped = machine.stopped
    result.leftRunning = machine.running.map(\.move)
    result.observation = try await lookAndRecord(hypervisors, &prover, keeper)
    return result
  }

  private func stillFitting(_ plan: Plan, _ seen: Observation, _ keeper: StateKeeper) async throws -> Plan {
    let fingerprints = Self.fingerprints(seen)
    let manifests = manifests
    var differences = try await keeper.call {
      try SavedPlan.differences(plan, manifests: manifests, observation: seen, fingerprints: fingerprints, store: $0)
    }
    if differences.isEmpty {
      var input = try await planningInput(seen.heeding(plan.refusals ?? []), keeper)
      input.objective = plan.objective
      differences = PlanChecker.check(plan, input)
    }
    guard differences.isEmpty else { throw Refusal.stalePlan(differences) }
    return plan
  }

  /// Another writer at work in a cell we would change stops us: its moves take room that our plan counts on.
  private func refuseOtherWriters(_ plan: Plan, _ seen: Observation, _ writer: WriterIdentity) throws {
    let cells = Set(plan.moves.map(\.cell)).union((plan.hostChanges ?? []).map(\.cell))
    let now = clock.now()
    for cell in seen.cells where cells.contains(cell.name) {
      for instance in cell.instances {
        guard let mark = instance.mark, mark.writer != writer.writer else { continue }
        let expired = mark.expires <= now
        if expired && writer.takesOver { continue }
        throw Refusal.anotherWriter(
          """
          another writer works on cell \(cell.name): instance \(instance.name) carries the mark of writer \(mark.writer) \
          (fleet \(mark.fleet)), which \(expired ? "expired" : "expires") at \(mark.expires); nothing was done
            hint: \(expired
              ? "make sure that writer is dead, then run again with --take-over"
              : "one database drives a fleet: stop the other reconcile, or let it finish")
          """)
      }
    }
  }
}

extension Plan {
  /// Nothing is moved where a host could not be closed or opened first.
  fileprivate func without(cells: Set<CellName>) -> Plan {
    guard !cells.isEmpty else { return self }
    var plan = self
    plan.moves.removeAll { cells.contains($0.cell) }
    return plan
  }
}
