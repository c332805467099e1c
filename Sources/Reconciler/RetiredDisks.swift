import Fleet

/// Decides when the kept sources of copied disks may go.
enum RetiredDisks {
  /// Without those of cells whose hypervisor keeps no sources: an older version noted them all the same.
  static func kept(_ disks: [RetiredDisk], _ desired: DesiredFleet) -> [RetiredDisk] {
    let keepsNone = Set(desired.cells.filter { !$0.connection.keepsSources }.map(\.name))
    return keepsNone.isEmpty ? disks : disks.filter { !keepsNone.contains($0.cell) }
  }

  /// Steps that delete what an earlier move kept at the destination under the names this move's copies need.
  ///
  /// Safe because the pre-check proves, before the first of them, that the instance is complete where the plan says. Media that are there
  /// already are compared and taken as they are.
  static func makingRoom(for move: Move, _ retired: [RetiredDisk]) -> [Step] {
    move.disks.filter { $0.action == .copy && $0.media != true }.flatMap { disk in
      retired.filter { $0.uuid == move.uuid && $0.host == move.to && $0.target == disk.target && $0.pool == disk.toPool }
        .map { step(removing: $0, livingOn: move.from) }
    }
  }

  /// One for each instance and host whose kept disks are due, where nothing speaks against it, with its steps.
  static func removals(of due: [RetiredDisk], _ seen: Observation, _ facts: KeptDiskFacts) -> [(DiskRemoval, [Step])] {
    let cells = Dictionary(seen.cells.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let byInstance = Dictionary(grouping: due, by: { "\($0.uuid) \($0.host)" })
    return byInstance.sorted { $0.key < $1.key }.compactMap { _, disks -> (DiskRemoval, [Step])? in
      let disk = disks[0]
      guard let cell = cells[disk.cell], let home = facts.home(of: disk, in: cell) else { return nil }
      let free = disks.filter { !isInUse($0, livingOn: home, cell) }
      guard !free.isEmpty else { return nil }
      let removal = DiskRemoval(cell: disk.cell, instance: disk.instance, uuid: disk.uuid, host: disk.host, home: home)
      return (removal, free.sorted { $0.target < $1.target }.map { step(removing: $0, livingOn: home) })
    }
  }

  /// A mount that came back, or a pool that was shared since, made the kept disk's storage the guest's own: what lies there under the
  /// disk's name may be the very disk the guest has.
  static func isInUse(_ disk: RetiredDisk, livingOn home: HostName, _ cell: CellObservation) -> Bool {
    guard let there = cell.hosts.first(where: { $0.name == disk.host })?.storages.first(where: { $0.id == disk.pool }) else { return false }
    let guest = cell.instances.first { $0.uuid == disk.uuid && $0.host == home }
    for own in guest?.disks ?? [] {
      guard let pool = own.storage, own.volume == nil || disk.volume == nil || own.volume == disk.volume else { continue }
      guard let here = cell.hosts.first(where: { $0.name == home })?.storages.first(where: { $0.id == pool }) else { continue }
      if here.shared == true, there.shared == true, here.identity == there.identity { return true }
    }
    return false
  }

  /// Hosts a guest must not go to, since what is kept there of it lies where its own disk is looked for: a file is not the guest's own
  /// because its folder is.
  static func refusals(_ retired: [RetiredDisk], _ seen: Observation) -> [HostRefusal] {
    guard !retired.isEmpty else { return [] }
    let cells = Dictionary(seen.cells.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return retired.compactMap { disk in
      guard let cell = cells[disk.cell] else { return nil }
      let homes = cell.instances.filter { $0.uuid == disk.uuid && $0.power != .off }.compactMap(\.host)
      guard let home = homes.first ?? cell.instances.first(where: { $0.uuid == disk.uuid })?.host, home != disk.host,
        isInUse(disk, livingOn: home, cell)
      else { return nil }
      return HostRefusal(
        cell: disk.cell, instance: disk.instance, uuid: disk.uuid, host: disk.host, onlineOnly: false,
        text:
          "an older copy of disk \(disk.target) is kept in pool \(disk.pool) of \(disk.host), and that pool is the guest's own storage by now "
          + "(a mount was missing when it was copied): see which file the guest has open, and move the other away")
    }
  }

  private static func step(removing disk: RetiredDisk, livingOn home: HostName) -> Step {
    Step(
      .removeDisk(
        target: disk.target, pool: disk.pool, volume: disk.volume, on: disk.host,
        unchangedSince: disk.changedAt ?? disk.retiredAt, asReadThere: disk.changedAt.map { _ in true }),
      instance: disk.instance, uuid: disk.uuid,
      cell: disk.cell, source: home, destination: disk.host)
  }
}
