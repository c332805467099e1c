import Fleet
import Hypervisor

/// Stands for a cell that cannot be driven: every host is unreachable, with the reason, and nothing is ever begun.
struct UnavailableHypervisor: Hypervisor {
  var reason: String
  var hosts: [HostName]
  var cell: CellName = ""

  var capabilities: HypervisorCapabilities { HypervisorCapabilities(modes: [], postCopy: false, encryption: false) }

  func observe(deadline: Deadline) async -> CellObservation {
    CellObservation(
      name: cell, hosts: hosts.map { HostObservation(name: $0, reachable: false, unreachableReason: reason) }, instances: [])
  }
  func proveStorage(deadline: Deadline) async -> [StorageProof] { [] }
  func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence] {
    Dictionary(hosts.map { ($0, .unreachable(reason: reason)) }, uniquingKeysWith: { first, _ in first })
  }
  func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] { throw refusal }
  func check(_ step: Step, deadline: Deadline) async -> [Obstacle] { [Obstacle(.unreachable, reason, passing: true)] }
  func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef { throw refusal }
  func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef? { nil }
  func progress(of job: JobRef, deadline: Deadline) async -> JobProgress { JobProgress(state: .unknown(reason)) }
  func control(_ job: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError) { throw refusal }
  func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async {}
  func wakeups() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

  private var refusal: HypervisorError { HypervisorError(.refusedNothingHappened, reason) }
}
