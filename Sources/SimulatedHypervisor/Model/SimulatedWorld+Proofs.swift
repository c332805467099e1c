import Fleet

extension SimulatedWorld {
  /// What tokens would show of the storages that need a proof, on hosts that answer by the deadline.
  func storageProofs(
    of cell: CellName, declaredHosts: [HostName], by caller: SimulatedCaller, deadlineMilliseconds: Int
  ) -> [StorageProof] {
    guard let index = cellIndex(cell) else { return [] }
    let answering = declaredHosts.sorted().compactMap { name -> SimulatedHost? in
      silence(of: name, in: index, deadlineMilliseconds: deadlineMilliseconds) == nil ? cells[index].host(name) : nil
    }
    return answering.flatMap { host in
      host.storages.sorted { $0.id < $1.id }.compactMap { storage -> StorageProof? in
        guard storage.needsProof, let source = storage.source, let real = host.realIdentities?[storage.id.rawValue] else { return nil }
        let same = answering.filter { $0.name != host.name }.flatMap { other in other.storages.filter { other.trueIdentity($0.id) == real }
        }
        // A token has a new name each time.
        let identity = same.contains { $0.identity == real } ? real : "\(real) at \(caller.wall)"
        return StorageProof(
          cell: cell, host: host.name, pool: storage.id, source: source, identity: identity, shared: !same.isEmpty, provedAt: caller.wall)
      }
    }
  }
}
