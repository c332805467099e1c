import Dispatch
package import Fleet
package import Hypervisor

/// A cell of simulated hosts: the driver that needs no hypervisor.
///
/// Every call is one look at, or one change to, the world in its store. A host that is slow only says so (fault `slowObserve`): calls come
/// back at once, deadlines are compared, not waited for. Calls to a store that may wait run on a queue of their own.
package final class SimulatedHypervisor: Hypervisor {
  package let capabilities = HypervisorCapabilities(
    modes: Set(MigrationMode.allCases), postCopy: true, encryption: true, pausedArrival: true)

  private let cell: CellName
  private let hosts: [HostName]
  private let capacities: [HostName: CapacityPolicy]
  private let writer: WriterIdentity
  private let store: any WorldStore
  private let queue = DispatchQueue(label: "reconcile.simulated-world")

  package init(cell: DesiredCell, hosts: [DesiredHost], writer: WriterIdentity, store: any WorldStore) {
    self.cell = cell.name
    self.hosts = hosts.filter { $0.cell == cell.name }.map(\.name)
    capacities = Dictionary(hosts.map { ($0.name, $0.capacity) }) { first, _ in first }
    self.writer = writer
    self.store = store
  }

  package func observe(deadline: Deadline) async -> CellObservation {
    let result = await look { world, caller in
      world.observation(of: self.cell, declaredHosts: self.hosts, by: caller, deadlineMilliseconds: deadline.milliseconds)
    }
    switch result {
    case .success(let observation): return observation
    case .failure(let error): return .unreachable(cell, hosts, because: error.text)
    }
  }

  /// A change, as tokens are, though the world keeps nothing of it.
  package func proveStorage(deadline: Deadline) async -> [StorageProof] {
    let result = await change { world, caller in
      world.storageProofs(of: self.cell, declaredHosts: self.hosts, by: caller, deadlineMilliseconds: deadline.milliseconds)
    }
    return (try? result.get()) ?? []
  }

  package func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence] {
    let result = await look { world, _ in
      world.presence(of: uuid, on: hosts, in: self.cell, deadlineMilliseconds: deadline.milliseconds)
    }
    switch result {
    case .success(let presence): return presence
    case .failure(let error):
      return Dictionary(hosts.map { ($0, .unreachable(reason: error.text)) }) { first, _ in first }
    }
  }

  package func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] {
    try SimulatedSteps.steps(for: move, policy: policy)
  }

  package func check(_ step: Step, deadline: Deadline) async -> [Obstacle] {
    let result = await look { world, caller in world.check(step, by: caller, deadlineMilliseconds: deadline.milliseconds) }
    switch result {
    case .success(let obstacles): return obstacles
    case .failure(let error): return [Obstacle(.unreachable, error.text, passing: true)]
    }
  }

  package func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef {
    guard step.cell == cell else {
      throw HypervisorError(.refusedNothingHappened, "\(step.name) of \(step.instance) belongs to cell \(step.cell), not \(cell)")
    }
    // The world keeps what a refusal changed (a fault that struck), so the error travels as a value.
    let result = await change { world, caller -> Result<JobRef, HypervisorError> in
      do throws(HypervisorError) { return .success(try world.begin(step, intent: intent, by: caller)) } catch { return .failure(error) }
    }
    return try outcome(result)
  }

  package func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef? {
    let result = await look { world, _ in world.find(intent, step: step, deadlineMilliseconds: deadline.milliseconds) }
    return (try? result.get()) ?? nil
  }

  package func progress(of job: JobRef, deadline: Deadline) async -> JobProgress {
    let result = await look { world, caller in (world.progress(of: job), world.needsRenewal(job, by: caller)) }
    switch result {
    case .success((let progress, let needsRenewal)):
      if needsRenewal { _ = await change { world, caller in world.renewMark(of: job, by: caller) } }
      return progress
    case .failure(let error): return JobProgress(state: .unknown(error.text))
    }
  }

  package func control(_ job: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError) {
    let result = await change { world, caller -> Result<Void, HypervisorError> in
      do throws(HypervisorError) { return .success(try world.control(job, command, by: caller)) } catch { return .failure(error) }
    }
    try outcome(result)
  }

  package func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async {
    _ = await change { world, caller in world.release(uuid, on: hosts, home: home, in: self.cell, by: caller) }
  }

  package func hasTrace(of intent: IntentID, step: Step, deadline: Deadline) async -> Bool? {
    let result = await look { world, caller in world.hasTrace(of: intent, step: step, by: caller) }
    return (try? result.get()) ?? nil
  }

  /// Never says anything: a simulated world changes only by what its drivers do.
  package func wakeups() -> AsyncStream<Void> { AsyncStream { _ in } }

  private func outcome<T>(_ result: Result<Result<T, HypervisorError>, WorldStoreError>) throws(HypervisorError) -> T {
    switch result {
    case .success(let inner): return try inner.get()
    case .failure(let error): throw HypervisorError(error.passing ? .retryLater : .refusedNothingHappened, error.text)
    }
  }
}

extension SimulatedHypervisor {
  private func look<T: Sendable>(
    _ body: @escaping @Sendable (SimulatedWorld, SimulatedCaller) -> T
  ) async -> Result<T, WorldStoreError> {
    await offThreads { [self] in
      try store.read { world, time in body(world, caller(at: time)) }
    }
  }

  private func change<T: Sendable>(
    _ body: @escaping @Sendable (inout SimulatedWorld, SimulatedCaller) -> T
  ) async -> Result<T, WorldStoreError> {
    await offThreads { [self] in
      try store.update { world, time in body(&world, caller(at: time)) }
    }
  }

  private func caller(at time: WorldTime) -> SimulatedCaller {
    SimulatedCaller(writer: writer, wall: time.wall, capacities: capacities)
  }

  private func offThreads<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async -> Result<T, WorldStoreError> {
    @Sendable func run() -> Result<T, WorldStoreError> {
      Result(catching: body).mapError { $0 as? WorldStoreError ?? WorldStoreError("\($0)") }
    }
    guard store.blocks else { return run() }
    return await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: run()) }
    }
  }
}
