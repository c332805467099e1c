package import Fleet
package import Hypervisor
import Synchronization

extension LibvirtHypervisor {
  /// Pools of files with the same target path on several hosts are compared; what is named differently is taken to be another storage, and a
  /// copy that meets a file there is refused when it is made.
  package func proveStorage(deadline: Deadline) async -> [StorageProof] {
    // Who has just not answered is not waited for once more.
    let names = silent.withLock { silent in declared.keys.filter { !silent.contains($0) } }.sorted()
    let seen = await callAll(names, deadline) { _, connection throws(LibvirtError) in
      try connection.activePoolDescriptions()
    }
    var groups: [String: [StorageContest.Entry]] = [:]
    var links: [HostName: LibvirtHost] = [:]
    for name in names {
      guard case .success(let pools)? = seen[name], case .success(let host) = host(name) else { continue }
      links[name] = host
      for pool in pools where pool.networkIdentity == nil && pool.isDirectoryLike {
        guard let folder = pool.targetPath else { continue }
        groups[folder, default: []].append(
          StorageContest.Entry(host: name, pool: pool.name, source: StorageView.proofSource(pool)))
      }
    }
    var proofs: [StorageProof] = []
    for (folder, entries) in groups.sorted(by: { $0.key < $1.key }) {
      let contest = StorageContest(folder: folder, entries: entries, hosts: links, deadline: deadline)
      // Each class was compared with each other one. A host that is off, or whose token could not be made, lowers nothing that was shown of
      // the others: it has no proof itself, so nothing is shared with it or copied to it.
      for members in await contest.classes() { proofs += self.proofs(of: members, folder) }
    }
    return proofs
  }

  private func proofs(of members: [StorageContest.Entry], _ folder: String) -> [StorageProof] {
    let shared = Set(members.map(\.host)).count > 1
    let sharers = members.map(\.host.rawValue).sorted().joined(separator: ",")
    let at = now()
    return members.map {
      StorageProof(
        cell: cell, host: $0.host, pool: StorageID($0.pool), source: $0.source,
        identity: shared ? "\(folder) of \(sharers)" : "\($0.source) of \($0.host)", shared: shared, provedAt: at)
    }
  }
}
