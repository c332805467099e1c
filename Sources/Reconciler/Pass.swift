package import Execution
package import Fleet
import Hypervisor
package import Planning
import Reporting
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
  /// Told while hosts are looked at, from any thread; nil: nobody wants to know.
  package var looks: (@Sendable (HostLook) -> Void)?
  /// Asked once the plan is shown; false: nothing is done.
  package var confirm: @Sendable (Plan) async -> Bool
  /// Asked once it is shown what earlier runs left to settle; false: nothing is done.
  package var confirmRecovery: @Sendable ([String]) async -> Bool = { _ in true }
  /// Why nothing more may start now; asked while moves wait.
  package var objection: @Sendable () async -> StopReason?
  /// Remembers from pass to pass which cells were as they are; nil: this is the only pass.
  package var planner: FleetPlanner?
  /// In which order calls to hypervisors are answered, one at a time; nil: all at once.
  package var turns: (any CallTurns)?
  /// Called around each durable write of the journal; tests stop the process there.
  package var journalHook: @Sendable (JournalMoment) throws -> Void = { _ in }

  package init(
    manifests: CheckedManifests, options: PassOptions, clock: any ReconcilerClock, drivers: Drivers, stop: StopSwitch = StopSwitch(),
    report: @escaping @Sendable (PassEvent) async -> Void = { _ in }, confirm: @escaping @Sendable (Plan) async -> Bool = { _ in true },
    objection: @escaping @Sendable () async -> StopReason? = { nil }, planner: FleetPlanner? = nil
  ) {
    self.manifests = manifests
    self.options = options
    self.clock = clock
    self.drivers = drivers
    self.stop = stop
    self.report = report
    self.confirm = confirm
    self.objection = objection
    self.planner = planner
  }

  var desired: DesiredFleet { manifests.fleet }

  // MARK: looking

  /// What would be done; nothing is changed but the stored observation, if there is a state store to write to.
  package func preview(_ keeper: StateKeeper?, snapshot: Observation?) async throws -> PassResult {
    let (seen, hypervisors) = try await sight(keeper, snapshot)
    // What a living run is at work on is no matter of an earlier one; the plan names it.
    let someoneIsAtWork = try await keeper?.call { $0.writerAtWork() != nil } ?? false
    if snapshot == nil, !someoneIsAtWork { for line in try await openMoves(keeper) { await report(.note(line)) } }
    var plan = try await makePlan(seen, keeper, asking: hypervisors)
    if snapshot == nil {
      plan.storageProofs = StorageProofUse(in: seen, try await storedProofs(keeper))
      await storeIfWritable(seen, plan.fingerprints, keeper)
    }
    plan = try await narrowed(plan, seen, keeper)
    CrashNote.doing("showing the plan")
    await report(.planned(plan))
    return PassResult(plan: plan, observation: seen)
  }

  /// What would be done and how the fleet differs from the manifests; nothing is stored.
  package func view(_ keeper: StateKeeper?, snapshot: Observation?) async throws -> FleetView {
    let (seen, hypervisors) = try await sight(keeper, snapshot)
    let (plan, input) = try await heededPlan(seen, keeper, asking: hypervisors)
    var view = FleetView(input, plan: plan)
    if snapshot == nil { view.storageProofs = StorageProofUse(in: seen, try await storedProofs(keeper)) }
    view.lastLeftAt = try await keeper?.call { try Emptiness.lastLeftAt($0) } ?? [:]
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
      desired: desired, revision: manifests.revision,
      observation: seen.reservingHotplugMemory(desired).heedingWhatIsInTheWay(memory),
      memory: memory, objective: options.objective,
      maxMoves: options.maxMoves, now: now)
  }

  /// What of a whole plan is carried out.
  private func narrowed(_ plan: Plan, _ seen: Observation, _ keeper: StateKeeper?) async throws -> Plan {
    guard !options.scope.isWhole else { return plan }
    return PlanNarrowing.narrow(plan, to: options.scope, try await planningInput(seen.heeding(plan.refusals ?? []), keeper))
  }

  // MARK: converging

  /// Settles what earlier runs left open, plans, asks, carries out, records. The caller holds the state store's lock.
  package func converge(_ keeper: StateKeeper, epoch: Int, savedPlan: Plan? = nil) async throws -> PassResult {
    let writer = try await identity(keeper, epoch: epoch)
    let hypervisors = hypervisors(writer)
    let crew = PassCrew(pass: self, keeper: keeper, writer: writer, hypervisors: hypervisors)
    let unsettled = try await openMoves(keeper)
    for line in unsettled { await report(.note(line)) }
    if !unsettled.isEmpty { guard await confirmRecovery(unsettled) else { throw Refusal.declined } }
    var recovery = try await crew.recover()
    var prover = StorageProver(hypervisors: hypervisors, clock: clock)
    var seen = try await lookAndRecord(hypervisors, &prover, keeper)
    try await crew.releaseStaleMarks(seen)
    try await crew.forgetPhantoms()
    if try await crew.deleteExpiredDisks(seen) { seen = try await lookAndRecord(hypervisors, &prover, keeper) }
    var plan: Plan
    if let savedPlan {
      plan = try await stillFitting(savedPlan, seen, keeper)
    } else {
      plan = try await makePlan(seen, keeper, asking: hypervisors)
    }
    let whole = plan
    plan = try await narrowed(plan, seen, keeper)
    await report(.planned(plan))
    if let excess = plan.blocked.first(where: { $0.reason == .tooManyMoves }) {
      throw Refusal.tooManyMoves("\(excess.text)\n  hint: \(excess.hint)")
    }
    try await refuseOtherWriters(plan, seen, writer, hypervisors)
    var result = PassResult(plan: plan, observation: seen)
    result.whole = whole
    let changes = plan.hostChanges ?? []
    var machine: ExecutionMachine?
    if !plan.moves.isEmpty || !changes.isEmpty, !stop.isPressed {
      guard await confirm(plan) else { throw Refusal.declined }
      CrashNote.doing("carrying out the plan")
      let notChanged = try await crew.change(changes)
      plan = plan.without(cells: Set(notChanged.compactMap(\.cell)))
      result.plan.blocked += notChanged
      machine = try await crew.carryOut(plan, seen, exact: savedPlan != nil, recovered: recovery?.running ?? [])
    } else if var left = recovery, !left.isFinished {
      try await crew.executor(objection: { nil }).run(&left)
      recovery = left
    }
    result.take(recovery, machine)
    if machine != nil || recovery != nil {
      result.observation = try await lookAndRecord(hypervisors, &prover, keeper)
      let drift = Drift.of(try await planningInput(result.observation, keeper))
      for alarm in DoubledGuests.alarms(drift, desired) { await report(.warning(alarm)) }
      result.drift = drift
      if !options.scope.isWhole {
        // Who came, who left, and who came along: the run answers for all of them.
        let moved = (result.recovered + result.moves).compactMap(\.operation.instance)
        result.namesInScope = try await Set(moved).union(names(in: seen, keeper)).union(names(in: result.observation, keeper))
      }
    }
    return result
  }

  private func names(in seen: Observation, _ keeper: StateKeeper) async throws -> Set<InstanceName> {
    PlanNarrowing.names(in: options.scope, try await planningInput(seen, keeper))
  }

  /// What earlier runs left open, a line each.
  private func openMoves(_ keeper: StateKeeper?) async throws -> [String] {
    let open = try await keeper?.call { try $0.openOperations() } ?? []
    return PassCrew.preview(open, desired)
  }

  /// Who writes in this run, and how to tell our marks from those of a copy of our database.
  func identity(_ keeper: StateKeeper, epoch: Int) async throws -> WriterIdentity {
    let (fleet, takesOver) = (desired.name, options.takesOver)
    return try await keeper.call { store in
      WriterIdentity(
        fleet: fleet, writer: store.writer, epoch: epoch, run: try store.run(of: epoch), ownRuns: try store.runs(),
        machine: ThisMachine.name, takesOver: takesOver)
    }
  }

  private func stillFitting(_ plan: Plan, _ seen: Observation, _ keeper: StateKeeper) async throws -> Plan {
    let fingerprints = Self.fingerprints(seen)
    let manifests = manifests
    var differences = try await keeper.call {
      try SavedPlan.differences(plan, manifests: manifests, observation: seen, fingerprints: fingerprints, store: $0)
    }
    if differences.isEmpty {
      differences = SavedPlan.hostChangeDifferences(plan, needed: HostChanges.needed(desired, seen, closingCells: closingCells))
    }
    if differences.isEmpty {
      var input = try await planningInput(seen.heeding(plan.refusals ?? []), keeper)
      input.objective = plan.objective
      differences = PlanChecker.check(plan, input)
      if differences.isEmpty { differences = SavedMoves.differences(plan, input) }
    }
    guard differences.isEmpty else { throw Refusal.stalePlan(differences) }
    return plan
  }

  /// How long an expired mark is watched before it is taken over: one that moves on is alive, whatever its writer's clock says.
  static let takeOverLookMilliseconds = 10_000

  /// Another writer at work in a cell we would change stops us: its moves take room that our plan counts on.
  private func refuseOtherWriters(
    _ plan: Plan, _ seen: Observation, _ writer: WriterIdentity, _ hypervisors: [CellName: any Hypervisor]
  ) async throws {
    let cells = Set(plan.moves.map(\.cell)).union((plan.hostChanges ?? []).map(\.cell))
    let expired = try othersMarks(seen, cells, writer)
    guard !expired.isEmpty else { return }
    await clock.sleep(milliseconds: Self.takeOverLookMilliseconds)
    let again = await observe(hypervisors.filter { cells.contains($0.key) })
    let later = try othersMarks(again, cells, writer)
    for (instance, mark) in later where expired[instance] != mark {
      throw Refusal.anotherWriter(
        """
        \(writer.words(on: mark)) is alive: its mark on \(instance.name) moved on within \(Self.takeOverLookMilliseconds / 1000) s; nothing was \
        done
          hint: stop the other reconcile; if its clock is wrong, set it
        """)
    }
  }

  private struct MarkedGuest: Hashable {
    var uuid: InstanceUUID
    var name: InstanceName
    var host: HostName?
  }

  /// Expired marks of others, which this run is to take over. Throws `Refusal.anotherWriter` by any that it may not.
  private func othersMarks(
    _ seen: Observation, _ cells: Set<CellName>, _ writer: WriterIdentity
  ) throws -> [MarkedGuest: WriterMark] {
    let now = clock.now()
    var found: [MarkedGuest: WriterMark] = [:]
    for cell in seen.cells where cells.contains(cell.name) {
      for instance in cell.instances {
        // A mark that nobody can read keeps hands off its guest, which is a finding of its own, and not off the whole cell.
        guard let mark = instance.mark, !writer.isOurs(mark), FactBounds.isBelievable(mark, at: now) else { continue }
        let expired = mark.expires <= now
        if expired && writer.takesOver {
          found[MarkedGuest(uuid: instance.uuid, name: instance.name, host: instance.host)] = mark
          continue
        }
        throw Refusal.anotherWriter(
          """
          another writer works on cell \(cell.name): \
          \(Printable.clean("instance \(instance.name) carries the mark of \(writer.words(on: mark))")), which \
          \(expired ? "expired" : "expires") at \(mark.expires); nothing was done
            hint: \(expired
              ? "make sure that writer is dead, then run again with --take-over"
              : "one database drives a fleet: stop the other reconcile, or let it finish")
          """)
      }
    }
    return found
  }
}

extension Optional where Wrapped: Sendable {
  func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async rethrows -> Value? {
    guard let self else { return nil }
    return try await body(self)
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
