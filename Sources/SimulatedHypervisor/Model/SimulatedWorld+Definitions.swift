import Fleet

/// Definitions coming to and leaving a host, and what that makes of the volumes there.
extension SimulatedWorld {
  /// The volumes that a new definition speaks of are its disks from now on.
  mutating func adoptVolumes(of guest: SimulatedInstance, _ cell: Int) {
    guard let host = cells[cell].hostIndex(guest.host) else { return }
    let disks = Dictionary(guest.disks.compactMap { disk in disk.storage.map { (disk.target, $0) } }) { first, _ in first }
    cells[cell].hosts[host].volumes.removeAll { $0.uuid == guest.uuid && disks[$0.target] == $0.pool }
  }

  /// Removes a definition; writable disks on storage that `remaining` does not use stay behind as volumes without one.
  mutating func removeDefinition(
    _ uuid: InstanceUUID, from host: HostName, _ cell: Int, keptBy intent: IntentID?, disks remaining: SimulatedInstance?
  ) {
    guard let copy = cells[cell].copy(of: uuid, on: host), let index = cells[cell].hostIndex(host) else { return }
    for disk in copy.disks where disk.kind == .disk && !disk.readOnly {
      guard let pool = disk.storage, let storage = cells[cell].hosts[index].storage(pool) else { continue }
      if storage.shared == true, let identity = storage.identity, uses(remaining, identity, cell, disk.target) { continue }
      if cells[cell].hosts[index].hasVolume(pool, uuid, disk.target) { continue }
      cells[cell].hosts[index].volumes.append(
        SimulatedVolume(pool: pool, uuid: uuid, target: disk.target, bytes: disk.allocatedBytes, intent: intent))
    }
    cells[cell].remove(uuid, from: host)
  }

  private func uses(_ guest: SimulatedInstance?, _ identity: String, _ cell: Int, _ target: String) -> Bool {
    guard let guest, let disk = guest.disks.first(where: { $0.target == target }),
      let storage = cells[cell].host(guest.host)?.storage(disk.storage)
    else { return false }
    return storage.shared == true && storage.identity == identity
  }
}
