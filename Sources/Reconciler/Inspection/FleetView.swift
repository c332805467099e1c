package import Fleet
package import Planning
import Reporting
import StateStore

/// A fleet looked at without changing it: what planning used, how that differs from the manifests, and what a pass would do.
package struct FleetView: Sendable {
  package let input: PlanningInput
  package let drift: Drift
  package let plan: Plan
  /// What it rests on that earlier runs proved of storages; nil: nothing.
  package var storageProofs: StorageProofUse?
  /// When the last definition was deleted on a host by a move of ours.
  package var lastLeftAt: [HostName: Timestamp] = [:]
  /// What is asked for each host or guest of a fleet that may have 100,000 of them.
  private let index: FleetIndex

  package init(_ input: PlanningInput, seed: UInt64 = 1) {
    self.init(input, plan: Planning.plan(input, budget: SearchBudget(), seed: seed))
  }

  /// `plan`: made from that input.
  init(_ input: PlanningInput, plan: Plan) {
    self.input = input
    self.plan = plan
    drift = Drift.of(input)
    index = FleetIndex(input, drift, plan)
  }

  func capacity(of host: DesiredHost, _ seen: HostObservation) -> (memoryBytes: Int, vcpus: Int) {
    (host.capacity.memoryBytes(of: seen.memoryBytes), host.capacity.vcpus(of: seen.cpus))
  }

  /// What the running guests of a host are charged, and what it may promise.
  func load(of host: DesiredHost, _ seen: HostObservation) -> HostLoad {
    let active = guests(on: host.name, in: host.cell).filter(\.power.isActive)
    let capacity = capacity(of: host, seen)
    return HostLoad(
      memoryBytes: active.reduce(0) { $0 + $1.chargedMemoryBytes }, memoryCapacityBytes: capacity.memoryBytes,
      vcpus: active.reduce(0) { $0 + $1.vcpus }, vcpuCapacity: capacity.vcpus)
  }

  func guests(on host: HostName, in cell: CellName) -> [InstanceObservation] {
    index.guests[FleetIndex.HostKey(cell: cell, host: host)] ?? []
  }

  /// Running guests of which nobody can say where: no host of the cell counts as empty then.
  func strays(in cell: CellName) -> Int { index.strays[cell, default: 0] }

  /// When a host in maintenance that does not answer was last seen, EMPTY; nil: it answers, or was not so.
  func quietSince(_ host: DesiredHost) -> Timestamp? {
    input.memory.quietHosts.first { $0.cell == host.cell && $0.host == host.name }?.at
  }

  /// Guests that a host which does not answer now showed last.
  func guestsLastSeen(on host: HostName, in cell: CellName) -> [InstanceObservation] {
    index.lastSeen[FleetIndex.HostKey(cell: cell, host: host)] ?? []
  }

  /// What becomes of a guest, in a few words.
  func fate(of guest: InstanceObservation, in cell: CellName) -> String {
    let key = FleetIndex.GuestKey(cell: cell, uuid: guest.uuid)
    if let move = index.lastMoves[key] { return "moves to \(plan.moves[move].to)" }
    if let item = index.blocked[guest.name]?.lazy.map({ plan.blocked[$0] }).first(where: { ($0.cell ?? cell) == cell }) {
      return "blocked: \(item.text)"
    }
    guard let item = index.items[key].map({ drift.items[$0] }) else { return "not in the manifests" }
    switch item.bucket {
    case .inSync, .violating: return "stays"
    default: return item.text.isEmpty ? item.bucket.rawValue : "\(item.bucket.rawValue): \(item.text)"
    }
  }
}

extension FleetView {
  /// From what is stored; nothing is contacted. Hosts that were never seen count as not answering. Nil: nothing was observed yet.
  ///
  /// `plans` false: what would be done is not worked out, which can take seconds; the plan is empty then.
  package static func stored(
    _ manifests: CheckedManifests, _ keeper: StateKeeper, now: Timestamp, plans: Bool = true
  ) async throws -> FleetView? {
    let desired = manifests.fleet
    let (revision, cells) = (manifests.revision, desired.cells.map(\.name))
    let found: (input: PlanningInput, proofs: StorageProofUse?, lastLeftAt: [HostName: Timestamp])? = try await keeper.call { store in
      let found = try cells.compactMap { cell in try store.latestObservation(cell) }
      guard let oldest = found.map(\.at).min() else { return nil }
      let observation = Observation(at: oldest, cells: found.map(\.observation).sorted { $0.name < $1.name })
      let memory = try PassMemory.read(store, desired, observation, revision: revision, now: now)
      let input = PlanningInput(
        desired: desired, revision: revision,
        observation: observation.reservingHotplugMemory(desired).heedingWhatIsInTheWay(memory)
          .heeding(Avoidance(memory.failedPairs ?? [], observation, now: now).all),
        memory: memory, now: now)
      return (input, StorageProofUse(in: observation, try store.storageProofs()), try Emptiness.lastLeftAt(store))
    }
    return found.map { found in
      var view = plans ? FleetView(found.input) : FleetView(found.input, plan: .empty(for: found.input))
      view.storageProofs = found.proofs
      view.lastLeftAt = found.lastLeftAt
      return view
    }
  }
}

extension Plan {
  /// For who looks at a fleet and does not ask what would be done.
  fileprivate static func empty(for input: PlanningInput) -> Plan {
    Plan(
      fleet: input.desired.name, revision: input.revision, fingerprints: [:], observedAt: input.observation.at,
      objective: input.objective, proof: PlanProof(status: .none, moves: 0, lowerBound: 0, restarts: 0, because: "", cells: []), moves: [],
      blocked: [], notInSync: NotInSync(), inSync: 0)
  }
}
