import Fleet
import Planning
import StateStore

/// Recognises a machine that was known under another name, so that what is known of it is not lost with the name.
enum RenamedHosts {
  /// Of hosts that answer for the first time: those whose machine, by its own uuid, was last known under a name that no host in use has any more.
  ///
  /// Boards without a uuid of their own show one that others show as well, so the uuid must be of one host alone, the two names must never have
  /// stood side by side, and the machine must show a guest or a storage that it showed under its old name.
  static func find(_ known: KnownHosts, _ desired: DesiredFleet, _ seen: Observation) -> [RenamedHost] {
    var found: [RenamedHost] = []
    for cell in seen.cells {
      guard let left = known.left[cell.name], !left.isEmpty else { continue }
      let inUse = KnownHosts.inUse(desired, cell.name)
      let machines = Dictionary(grouping: cell.hosts.filter { $0.reachable && inUse.contains($0.name) }, by: \.machineUUID)
      let before = Dictionary(grouping: left, by: { $0.value.host?.machineUUID })
      for (machine, hosts) in machines where machine != nil && hosts.count == 1 {
        guard let old = before[machine], old.count == 1, known.answered[cell.name]?.contains(hosts[0].name) != true,
          known.unsettled[cell.name]?.contains(old[0].key) != true
        else { continue }
        let guests = Set(cell.instances.filter { $0.host == hosts[0].name }.map(\.uuid))
        guard isSame(old[0].value, hosts[0], guests) else { continue }
        found.append(RenamedHost(cell: cell.name, was: old[0].key, now: hosts[0].name))
      }
    }
    return found.sorted { ($0.cell, $0.was) < ($1.cell, $1.was) }
  }

  private static func isSame(_ before: HostRecord, _ now: HostObservation, _ guests: Set<InstanceUUID>) -> Bool {
    if before.instances.contains(where: { guests.contains($0.uuid) }) { return true }
    let sources = Set(now.storages.compactMap(\.source))
    return before.host?.storages.contains { $0.source.map(sources.contains) ?? false } ?? false
  }

  /// What is remembered under the old name, under the new one.
  static func apply(_ renamed: [RenamedHost], to memory: inout PlanningMemory) {
    guard !renamed.isEmpty else { return }
    memory.renamedHosts = renamed
    for host in renamed {
      memory.hostsLeftBehind.removeAll { $0.cell == host.cell && $0.host == host.was }
      for index in memory.retiredDisks.indices
      where memory.retiredDisks[index].cell == host.cell && memory.retiredDisks[index].host == host.was {
        memory.retiredDisks[index].host = host.now
      }
      for (uuid, from) in memory.displacedFrom where from == host.was { memory.displacedFrom[uuid] = host.now }
    }
  }
}
