/// Fills what storage proofs say into an observation.
package enum StorageProofs {
  /// How long a proof counts: a mount may change and look the same from outside. Each real run makes new ones anyway.
  package static let lifetimeMilliseconds = 7 * 86_400_000

  /// The observation with `identity` and `shared` of every storage that needs a proof and has a good one.
  ///
  /// Good is a proof that is not older than `lifetimeMilliseconds`, not from the future, made for the same `source`, and of the cell's newest
  /// look: proofs of two looks were not compared with each other, so they could call one storage two. The exception is an older proof of a
  /// shared storage whose identity the newest look saw too. The driver's identities may be new ones each time; what is filled in depends only on
  /// which storages are one, so that the same fleet has the same fingerprint.
  package static func applied(to cell: CellObservation, _ proofs: [StorageProof], now: Timestamp) -> CellObservation {
    let good = good(proofs, for: cell, now: now)
    guard !good.isEmpty else { return cell }
    let names = names(of: good, in: cell)
    var cell = cell
    for (place, proof) in good {
      cell.hosts[place.host].storages[place.storage].shared = proof.shared
      cell.hosts[place.host].storages[place.storage].identity = proof.shared ? names[proof.identity] : nil
    }
    return cell
  }

  /// The proofs that `applied` uses.
  package static func used(in cell: CellObservation, _ proofs: [StorageProof], now: Timestamp) -> [StorageProof] {
    good(proofs, for: cell, now: now).map(\.proof)
  }

  private struct Place {
    var host: Int
    var storage: Int
  }

  private struct Key: Hashable {
    var host: HostName
    var pool: StorageID
    var source: String
  }

  /// In the order of hosts and storages.
  private static func good(_ proofs: [StorageProof], for cell: CellObservation, now: Timestamp) -> [(place: Place, proof: StorageProof)] {
    let current = proofs.filter {
      $0.cell == cell.name && $0.provedAt <= now && now.milliseconds(since: $0.provedAt) <= lifetimeMilliseconds
    }
    guard let newest = current.map(\.provedAt).max() else { return [] }
    let seenNewly = Set(current.filter { $0.shared && $0.provedAt == newest }.map(\.identity))
    let usable = current.filter { $0.provedAt == newest || ($0.shared && seenNewly.contains($0.identity)) }
    let byKey = Dictionary(
      usable.map { (Key(host: $0.host, pool: $0.pool, source: $0.source), $0) }, uniquingKeysWith: { $0.provedAt < $1.provedAt ? $1 : $0 })
    return cell.hosts.enumerated().flatMap { host, seen in
      seen.storages.enumerated().compactMap { index, storage in
        guard storage.needsProof, let source = storage.source,
          let proof = byKey[Key(host: seen.name, pool: storage.id, source: source)]
        else { return nil }
        return (Place(host: host, storage: index), proof)
      }
    }
  }

  /// What each proved identity is called: itself if some storage has it without proof, else its first host and pool.
  private static func names(of good: [(place: Place, proof: StorageProof)], in cell: CellObservation) -> [String: String] {
    let known = Set(cell.hosts.flatMap { $0.storages.compactMap(\.identity) })
    var names: [String: String] = [:]
    for (_, proof) in good where proof.shared && names[proof.identity] == nil {
      names[proof.identity] = known.contains(proof.identity) ? proof.identity : "proved:\(proof.host)/\(proof.pool)"
    }
    return names
  }
}
