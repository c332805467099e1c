package import Fleet
package import Planning
import StateStore

/// A fleet looked at without changing it: what planning used, how that differs from the manifests, and what a pass would do.
package struct FleetView: Sendable {
  package var input: PlanningInput
  package var drift: Drift
  package var plan: Plan

  package init(_ input: PlanningInput, seed: UInt64 = 1) {
    self.input = input
    drift = Drift.of(input)
    plan = Planning.plan(input, budget: SearchBudget(), seed: seed)
  }

  func capacity(of host: DesiredHost, _ seen: HostObservation) -> (memoryBytes: Int, vcpus: Int) {
    (host.capacity.memoryBytes(of: seen.memoryBytes), host.capacity.vcpus(of: seen.cpus))
  }

  func guests(on host: HostName, in cell: CellName) -> [InstanceObservation] {
    (input.observation.cells.first { $0.name == cell }?.instances ?? []).filter { $0.host == host }.sorted { $0.name < $1.name }
  }

  /// What becomes of a guest, in a few words.
  func fate(of guest: InstanceObservation, in cell: CellName) -> String {
    if let move = plan.moves.last(where: { $0.uuid == guest.uuid && $0.cell == cell }) { return "moves to \(move.to)" }
    if let item = plan.blocked.first(where: { $0.instance == guest.name && ($0.cell ?? cell) == cell }) { return "blocked: \(item.text)" }
    guard let item = drift.items.first(where: { $0.instance.cell == cell && $0.observations.contains { $0.uuid == guest.uuid } }) else {
      return "not in the manifests"
    }
    switch item.bucket {
    case .inSync, .violating: return "stays"
    default: return item.text.isEmpty ? item.bucket.rawValue : "\(item.bucket.rawValue): \(item.text)"
    }
  }
}

extension FleetView {
  /// From what is stored; nothing is contacted. Hosts that were never seen count as not answering.
  package static func stored(_ manifests: CheckedManifests, _ keeper: StateKeeper, now: Timestamp) async throws -> FleetView? {
    let desired = manifests.fleet
    let (revision, cells) = (manifests.revision, desired.cells.map(\.name))
    let input: PlanningInput? = try await keeper.call { store in
      let found = try cells.compactMap { cell in try store.latestObservation(cell) }
      guard let oldest = found.map(\.at).min() else { return nil }
      let observation = Observation(at: oldest, cells: found.map(\.observation).sorted { $0.name < $1.name })
      let memory = try PassMemory.read(store, desired, observation, revision: revision, now: now)
      return PlanningInput(desired: desired, revision: revision, observation: observation, memory: memory, now: now)
    }
    return input.map { FleetView($0) }
  }
}
