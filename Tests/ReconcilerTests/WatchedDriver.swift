import Fleet
import Hypervisor
import Synchronization

/// A driver whose migrations succeed after some looks at them, and that notes what an executor must never do.
final class WatchedDriver: Hypervisor {
  let capabilities = HypervisorCapabilities(modes: [.live], postCopy: false, encryption: false)

  private struct State {
    var intended: Set<IntentID> = []
    var callsOfGuest: [String: Int] = [:]
    var calls = 0
    var callsMost = 0
    var looks: [JobRef: Int] = [:]
    var begun: [String] = []
    var broken: [String] = []
    var isDone = false
  }
  private let state = Mutex(State())
  private let woken = AsyncStream<Void>.makeStream()
  /// Checks of this guest wait at the gate.
  let gated: (guest: String, gate: Gate)?
  /// Looks at a job before it is done; nil: it is done once `finish` was called.
  let looksUntilDone: Int?

  init(looksUntilDone: Int? = 3, gated: (guest: String, gate: Gate)? = nil) {
    self.looksUntilDone = looksUntilDone
    self.gated = gated
  }

  var broken: [String] { state.withLock { $0.broken } }
  /// Intents that are on disk.
  var intendedCount: Int { state.withLock { $0.intended.count } }
  var begun: [String] { state.withLock { $0.begun } }
  var callsMost: Int { state.withLock { $0.callsMost } }
  var callsUnderWay: Int { state.withLock { $0.calls } }
  var isGone: Bool { state.withLock { $0.isDone } }

  func journalled(_ records: [JournalRecord]) {
    state.withLock { state in
      for case .step(let record) in records { state.intended.insert(record.intent) }
    }
  }

  /// All jobs are done, and says that something changed.
  func finish() {
    state.withLock { $0.isDone = true }
    woken.continuation.yield()
  }

  private func call<Value>(_ guest: String, _ body: () async -> Value) async -> Value {
    state.withLock { state in
      state.calls += 1
      state.callsMost = max(state.callsMost, state.calls)
      state.callsOfGuest[guest, default: 0] += 1
      if state.callsOfGuest[guest]! > 1 { state.broken.append("two calls of \(guest) at once") }
    }
    await Task.yield()
    let value = await body()
    state.withLock { state in
      state.calls -= 1
      state.callsOfGuest[guest]! -= 1
    }
    return value
  }

  // MARK: the calls

  func check(_ step: Step, deadline: Deadline) async -> [Obstacle] {
    await call(step.uuid.rawValue) {
      if let gated, gated.guest == step.uuid.rawValue { await gated.gate.pass() }
      return []
    }
  }

  func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef {
    await call(step.uuid.rawValue) {
      state.withLock { state in
        state.begun.append(step.uuid.rawValue)
        if !state.intended.contains(intent) { state.broken.append("\(intent) begun before its intent was journalled") }
      }
    }
    return JobRef(step.uuid.rawValue)
  }

  func progress(of job: JobRef, deadline: Deadline) async -> JobProgress {
    await call(job.rawValue) {
      state.withLock { state in
        state.looks[job, default: 0] += 1
        let isDone = looksUntilDone.map { state.looks[job]! >= $0 } ?? state.isDone
        return JobProgress(state: isDone ? .done : .running)
      }
    }
  }

  func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence] {
    await call(uuid.rawValue) {
      Dictionary(hosts.map { ($0, $0.rawValue.hasPrefix("to") ? .running : .absent) }) { first, _ in first }
    }
  }

  func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async { await call(uuid.rawValue) {} }

  func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef? { nil }
  func control(_ job: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError) { await call(job.rawValue) {} }
  func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] { [] }
  func proveStorage(deadline: Deadline) async -> [StorageProof] { [] }
  func observe(deadline: Deadline) async -> CellObservation { CellObservation(name: "east", hosts: [], instances: []) }
  func wakeups() -> AsyncStream<Void> { woken.stream }
}
