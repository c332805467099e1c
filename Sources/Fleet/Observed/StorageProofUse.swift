/// How far an observation, and a plan made of it, rests on storage proofs.
package struct StorageProofUse: Sendable, Hashable, Codable {
  /// Storages, counted on each host, that a proof says are shared or local.
  package var storages: Int
  /// When the oldest of those proofs was made.
  package var oldest: Timestamp

  package init(storages: Int, oldest: Timestamp) {
    self.storages = storages
    self.oldest = oldest
  }

  /// Nil: it rests on none.
  package init?(in observation: Observation, _ proofs: [StorageProof]) {
    guard !proofs.isEmpty else { return nil }
    let byPlace = Dictionary(
      proofs.map { (Place(cell: $0.cell, host: $0.host, pool: $0.pool), $0) }, uniquingKeysWith: { $0.provedAt < $1.provedAt ? $1 : $0 })
    var times: [Timestamp] = []
    for cell in observation.cells {
      for host in cell.hosts {
        for storage in host.storages where storage.source != nil && storage.shared != nil {
          let proof = byPlace[Place(cell: cell.name, host: host.name, pool: storage.id)]
          if let proof, proof.source == storage.source { times.append(proof.provedAt) }
        }
      }
    }
    guard let oldest = times.min() else { return nil }
    self.init(storages: times.count, oldest: oldest)
  }

  private struct Place: Hashable {
    var cell: CellName
    var host: HostName
    var pool: StorageID
  }
}
