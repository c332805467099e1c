package import Fleet
import Hypervisor
import StateStore

/// How a pass looks at its fleet: with read-only calls only, or as the one writer, who may have storages proved.
extension Pass {
  /// What every host shows, with what earlier runs proved of its storages; read-only calls only.
  package func look(_ keeper: StateKeeper?) async throws -> Observation { try await sight(keeper, nil).seen }

  /// What is there, and who can be asked about it; a snapshot has nobody behind it.
  func sight(
    _ keeper: StateKeeper?, _ snapshot: Observation?
  ) async throws -> (seen: Observation, hypervisors: [CellName: any Hypervisor]?) {
    if let snapshot { return (snapshot, nil) }
    let writer = try await keeper?.call { $0.writer }
    let identity = WriterIdentity(fleet: desired.name, writer: writer ?? "", epoch: 0, takesOver: options.takesOver)
    let hypervisors = hypervisors(identity)
    var seen = await Observer.observe(hypervisors, at: clock.now())
    let (proofs, now) = (try await storedProofs(keeper), clock.now())
    seen.cells = seen.cells.map { StorageProofs.applied(to: $0, proofs, now: now) }
    return (seen, hypervisors)
  }

  func storedProofs(_ keeper: StateKeeper?) async throws -> [StorageProof] { try await keeper?.call { try $0.storageProofs() } ?? [] }

  func lookAndRecord(
    _ hypervisors: [CellName: any Hypervisor], _ prover: inout StorageProver, _ keeper: StateKeeper
  ) async throws -> Observation {
    let seen = try await prover.proved(await Observer.observe(hypervisors, at: clock.now()), keeper)
    let fingerprints = Self.fingerprints(seen)
    let decommissioned = desired.hosts.filter(\.decommissioned)
    try await keeper.call { store in
      try store.record(seen, fingerprints: fingerprints)
      for host in decommissioned { try store.forget(host.name, in: host.cell) }
    }
    return seen
  }

  /// Looks at every host, has storages proved, and stores what was seen.
  package func probe(command: String) async throws -> (observation: Observation, proofs: StorageProofUse?) {
    try await WriterSession.hold(database: options.database, fleet: desired.name, command: command, clock: clock) { keeper, epoch in
      let writer = WriterIdentity(fleet: desired.name, writer: try await keeper.call { $0.writer }, epoch: epoch)
      let hypervisors = hypervisors(writer)
      var prover = StorageProver(hypervisors: hypervisors, clock: clock, renewsAlways: true)
      let seen = try await lookAndRecord(hypervisors, &prover, keeper)
      return (seen, StorageProofUse(in: seen, try await storedProofs(keeper)))
    }
  }
}
