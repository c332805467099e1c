import Fleet
import Hypervisor
import Synchronization

/// A driver that is asked about planned moves, and has its own mind.
final class RefusingDriver: Hypervisor {
  private let inner: any Hypervisor
  private let refuses: @Sendable (Move) -> [HostRefusal]
  private let questions: Questions

  /// What the drivers of one test were asked about.
  final class Questions: Sendable {
    private let state = Mutex<[String]>([])
    var asked: [String] { state.withLock { $0 } }
    fileprivate func note(_ moves: [Move]) { state.withLock { $0 += moves.map { "\($0.instance) to \($0.to) \($0.mode)" } } }
  }

  init(_ inner: any Hypervisor, _ questions: Questions, refuses: @escaping @Sendable (Move) -> [HostRefusal]) {
    (self.inner, self.questions, self.refuses) = (inner, questions, refuses)
  }

  static func refusal(of move: Move, onlineOnly: Bool = false, _ text: String = "the pool refuses with NO") -> HostRefusal {
    HostRefusal(cell: move.cell, instance: move.instance, uuid: move.uuid, host: move.to, onlineOnly: onlineOnly, text: text)
  }

  func words(on moves: [(move: Move, policy: MigrationPolicy)], deadline: Deadline) async -> HypervisorsWord {
    questions.note(moves.map(\.move))
    return HypervisorsWord(refusals: moves.map(\.move).flatMap(refuses))
  }

  var capabilities: HypervisorCapabilities { inner.capabilities }
  func observe(deadline: Deadline) async -> CellObservation { await inner.observe(deadline: deadline) }
  func proveStorage(deadline: Deadline) async -> [StorageProof] { await inner.proveStorage(deadline: deadline) }
  func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence] {
    await inner.presence(of: uuid, on: hosts, deadline: deadline)
  }
  func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] { try inner.steps(for: move, policy: policy) }
  func check(_ step: Step, deadline: Deadline) async -> [Obstacle] { await inner.check(step, deadline: deadline) }
  func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef {
    try await inner.begin(step, intent: intent, deadline: deadline)
  }
  func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef? {
    await inner.find(intent, step: step, deadline: deadline)
  }
  func progress(of job: JobRef, deadline: Deadline) async -> JobProgress { await inner.progress(of: job, deadline: deadline) }
  func control(_ job: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError) {
    try await inner.control(job, command, deadline: deadline)
  }
  func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async {
    await inner.release(uuid, on: hosts, home: home, deadline: deadline)
  }
  func wakeups() -> AsyncStream<Void> { inner.wakeups() }
}
