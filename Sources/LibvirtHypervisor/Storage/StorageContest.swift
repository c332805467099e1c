import Fleet
import Hypervisor

/// Groups the pools of one folder on many hosts into those that are the same storage.
struct StorageContest: Sendable {
  struct Entry: Sendable, Hashable {
    var host: HostName
    var pool: String
    var source: String
  }

  let folder: String
  let entries: [Entry]
  let hosts: [HostName: LibvirtHost]
  let deadline: Deadline

  /// Each class of entries that are one storage, proved to be another than those of the other classes; entries whose token could not be made
  /// are in none.
  func classes() async -> [[Entry]] {
    let name = TokenProof.newName()
    let attempts = await make(name, entries)
    let winners = entries.filter { attempts[$0] == .made }
    var losers = entries.filter { attempts[$0] == .existing }
    let failed = entries.filter { entry in
      if case .failed = attempts[entry] { true } else { false }
    }
    var classes = winners.map { [$0] }
    if winners.count == 1 && failed.isEmpty {
      classes[0] += losers
    } else {
      // Several storages, or a token that may have been made although its host did not say so: each winner's own tells whose the losers are.
      for index in winners.indices where !losers.isEmpty {
        let own = "\(name)-\(index)"
        guard await make(own, [winners[index]])[winners[index]] == .made else { continue }
        let answers = await make(own, losers)
        classes[index] += losers.filter { answers[$0] == .existing }
        await remove(own, [winners[index]] + losers.filter { answers[$0] == .made })
        losers = losers.filter { answers[$0] != .existing }
      }
    }
    await remove(name, winners)
    await refresh(entries.filter { !winners.contains($0) })
    return classes
  }

  private func make(_ name: String, _ entries: [Entry]) async -> [Entry: TokenProof.Attempt] {
    await withTaskGroup(of: (Entry, TokenProof.Attempt).self) { group in
      for entry in entries {
        guard let host = hosts[entry.host] else { continue }
        group.addTask { (entry, await TokenProof.make(name, entry.pool, on: host, deadline)) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  private func remove(_ name: String, _ entries: [Entry]) async {
    await each(entries) { await TokenProof.remove(name, $0.pool, on: $1, deadline) }
  }

  private func refresh(_ entries: [Entry]) async { await each(entries) { await TokenProof.refresh($0.pool, on: $1, deadline) } }

  private func each(_ entries: [Entry], _ body: @escaping @Sendable (Entry, LibvirtHost) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for entry in entries {
        guard let host = hosts[entry.host] else { continue }
        group.addTask { await body(entry, host) }
      }
    }
  }
}
