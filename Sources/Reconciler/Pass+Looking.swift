package import Fleet
import Hypervisor
import Planning
import StateStore

/// How a pass looks at its fleet: with read-only calls only, or as the one writer, who may have storages proved.
extension Pass {
  /// What every host shows, with what earlier runs proved of its storages; read-only calls only.
  package func look(_ keeper: StateKeeper?) async throws -> Observation { try await sight(keeper, nil).seen }

  /// What is there, and who can be asked about it; a snapshot has nobody behind it.
  func sight(
    _ keeper: StateKeeper?, _ snapshot: Observation?
  ) async throws -> (seen: Observation, hypervisors: [CellName: any Hypervisor]?) {
    if let snapshot { return (FactBounds.bounded(snapshot), nil) }
    let nobody = WriterIdentity(fleet: desired.name, writer: "", epoch: 0, takesOver: options.takesOver)
    let reader = try await keeper.asyncMap { try await identity($0, epoch: 0) } ?? nobody
    let hypervisors = hypervisors(reader)
    var seen = await observe(hypervisors, likelyOff: try await likelyOff(keeper))
    let (proofs, now) = (try await storedProofs(keeper), clock.now())
    seen.cells = seen.cells.map { StorageProofs.applied(to: $0, proofs, now: now) }
    return (seen, hypervisors)
  }

  private func likelyOff(_ keeper: StateKeeper?) async throws -> [CellName: Set<HostName>] {
    let desired = desired
    return try await keeper?.call { try Emptiness.likelyOff($0, desired) } ?? [:]
  }

  func storedProofs(_ keeper: StateKeeper?) async throws -> [StorageProof] { try await keeper?.call { try $0.storageProofs() } ?? [] }

  func lookAndRecord(
    _ hypervisors: [CellName: any Hypervisor], _ prover: inout StorageProver, _ keeper: StateKeeper
  ) async throws -> Observation {
    let seen = try await prover.proved(
      await observe(hypervisors, likelyOff: try await likelyOff(keeper)), keeper)
    let fingerprints = Self.fingerprints(seen)
    let decommissioned = desired.hosts.filter(\.decommissioned)
    let desired = desired
    let renamed = try await keeper.call { store in
      let renamed = try RenamedHosts.find(KnownHosts(store, desired), desired, seen).filter {
        try store.renameHost($0.was, to: $0.now, in: $0.cell)
      }
      try store.record(seen, fingerprints: fingerprints)
      for host in decommissioned { try store.forget(host.name, in: host.cell) }
      return renamed
    }
    for host in renamed { await report(.note(host.text)) }
    return seen
  }

  /// Looks at every host, has storages proved, and stores what was seen.
  package func probe(
    command: String
  ) async throws -> (observation: Observation, proofs: StorageProofUse?, unmanaged: GuestsInNoManifest?) {
    try await WriterSession.hold(database: options.database, fleet: desired.name, command: command, clock: clock) { keeper, epoch in
      let hypervisors = hypervisors(try await identity(keeper, epoch: epoch))
      var prover = StorageProver(hypervisors: hypervisors, clock: clock, renewsAlways: true)
      let seen = try await lookAndRecord(hypervisors, &prover, keeper)
      let unmanaged = Drift.of(try await planningInput(seen, keeper)).unmanaged
      return (seen, StorageProofUse(in: seen, try await storedProofs(keeper)), unmanaged)
    }
  }
}
