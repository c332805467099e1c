import Fleet
import Planning
import StateStore

/// When a drained host may be called EMPTY.
package enum Emptiness {
  /// libvirt deletes definitions without syncing their folder: ext4 writes such a change within 5 s, xfs within 30 s, and a power cut before
  /// brings the definition back.
  package static let unlinkMilliseconds = 35_000
  /// Moves looked at for the last that left a host; older ones left it long ago.
  static let movesSearchedMax = 1000

  static func lastLeftAt(_ store: StateStore) throws -> [HostName: Timestamp] {
    var last: [HostName: Timestamp] = [:]
    for journal in try store.operations(limit: movesSearchedMax) where journal.record.state.isFinal {
      guard let move = journal.move else { continue }
      for host in [move.from, move.to] { last[host] = max(last[host] ?? journal.record.at, journal.record.at) }
    }
    return last
  }

  /// Hosts in maintenance that showed no guest when they last answered: whoever drained them may have switched them off by now.
  static func likelyOff(_ store: StateStore, _ desired: DesiredFleet) throws -> [CellName: Set<HostName>] {
    var found: [CellName: Set<HostName>] = [:]
    for (cell, hosts) in Dictionary(grouping: desired.hosts.filter { $0.maintenance != nil }, by: \.cell) {
      found[cell] = Set(try store.emptyWhenLastSeen(cell, hosts.map(\.name)).keys)
    }
    return found
  }

  /// Those of the hosts that do not answer now and were EMPTY, to the disk, when they last did.
  static func quiet(
    _ store: StateStore, _ desired: DesiredFleet, _ cell: CellObservation, now: Timestamp
  ) throws -> [QuietHost] {
    let silent = Set(cell.hosts.filter { !$0.reachable }.map(\.name))
    let drained = desired.hosts.filter { $0.cell == cell.name && $0.maintenance != nil && silent.contains($0.name) }.map(\.name)
    guard !drained.isEmpty else { return [] }
    let open = try store.openOperations().filter { !$0.record.state.isFinal }.flatMap(\.record.operation.hosts)
    let left = try lastLeftAt(store)
    return try store.emptyWhenLastSeen(cell.name, drained.filter { !open.contains($0) && settlesAt($0, left, now) == nil })
      .map { QuietHost(cell: cell.name, host: $0.key, at: $0.value) }.sorted { $0.host < $1.host }
  }

  /// Nil: what was deleted there is on disk.
  static func settlesAt(_ host: HostName, _ lastLeftAt: [HostName: Timestamp], _ now: Timestamp) -> Timestamp? {
    guard let settled = lastLeftAt[host]?.adding(milliseconds: unlinkMilliseconds), settled > now else { return nil }
    return settled
  }
}
