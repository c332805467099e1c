import Fleet

/// Decides when the kept sources of copied disks may go.
enum RetiredDisks {
  /// Steps that delete what an earlier move kept at the destination under the names this move's copies need.
  ///
  /// Safe because the pre-check proves, before the first of them, that the instance is complete where the plan says.
  static func makingRoom(for move: Move, _ retired: [RetiredDisk]) -> [Step] {
    move.disks.filter { $0.action == .copy }.flatMap { disk in
      retired.filter { $0.uuid == move.uuid && $0.host == move.to && $0.target == disk.target && $0.pool == disk.toPool }
        .map { removal(of: $0, livingOn: move.from) }
    }
  }

  /// One bookkeeping move for each instance whose retired disks are due; only where exactly one other host shows it, running if it ran when it was moved.
  static func deletions(of due: [RetiredDisk], _ seen: Observation) -> [(Move, [Step])] {
    var copies: [InstanceUUID: [InstanceObservation]] = [:]
    let reachable = Set(seen.cells.flatMap { $0.hosts.filter(\.reachable).map(\.name) })
    for cell in seen.cells { for instance in cell.instances { copies[instance.uuid, default: []].append(instance) } }
    let byInstance = Dictionary(grouping: due, by: { "\($0.uuid) \($0.host)" })
    return byInstance.sorted { $0.key < $1.key }.compactMap { _, disks in
      let disk = disks[0]
      guard let living = copies[disk.uuid], living.count == 1, let home = living[0].host, home != disk.host, !living[0].busy,
        living[0].power.isActive || (!disk.ran && living[0].power == .off), reachable.contains(disk.host)
      else { return nil }
      let move = Move(
        id: "delete-\(disk.uuid)-\(disk.host)", instance: disk.instance, uuid: disk.uuid, cell: disk.cell, from: home, to: disk.host,
        mode: .offline, storage: .local, disks: [],
        reason: MoveReason(kind: .makeRoom, text: "the kept source of its copied disk has had its time"), bytes: 0, cost: 0)
      return (move, disks.sorted { $0.target < $1.target }.map { removal(of: $0, livingOn: home) })
    }
  }

  private static func removal(of disk: RetiredDisk, livingOn home: HostName) -> Step {
    Step(
      .removeDisk(target: disk.target, pool: disk.pool, volume: disk.volume, on: disk.host, unchangedSince: disk.retiredAt),
      instance: disk.instance, uuid: disk.uuid,
      cell: disk.cell, source: home, destination: disk.host)
  }
}
