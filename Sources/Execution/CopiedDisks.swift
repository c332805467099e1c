package import Fleet

/// What copies a move left at its destination, by what the journal says of it.
package enum CopiedDisks {
  /// Disks that were, or may have been, copied by a move that did not succeed, and that no step of it removed again.
  package static func left(by journal: OperationJournal) -> [DiskMove] {
    guard journal.record.state != .succeeded, let destination = journal.move?.to else { return [] }
    var left: [DiskMove] = []
    for record in journal.steps {
      switch record.step.action {
      case .copyDisk(let disk) where record.state != .refused: left.append(disk)
      case .migrate(let options) where record.state != .refused: left += options.disks
      case .removeDisk(let target, let pool, _, destination, _, _, _) where record.state == .done:
        left.removeAll { $0.target == target && $0.toPool == pool }
      default: break
      }
    }
    var seen: Set<String> = []
    return left.filter { $0.action == .copy && $0.media != true && $0.toPool != nil && seen.insert($0.target).inserted }
  }

  /// Once a person settled such a move and the guest is sound on `home`: the other half's disks, to be deleted as any kept disk is.
  ///
  /// Copies (they have the name of what was copied) that nothing can have used may go at once; those that a guest may have run on, and the
  /// source's own disks if the guest ended at its destination, after the retention.
  /// A migration and a start at the destination may have run on them.
  package static func unused(after journal: OperationJournal, home: HostName, policy: MigrationPolicy, now: Timestamp) -> [RetiredDisk] {
    guard let move = journal.move else { return [] }
    let left = left(by: journal)
    func retired(_ disk: DiskMove, on host: HostName, _ pool: StorageID, after milliseconds: Int) -> RetiredDisk {
      RetiredDisk(
        move: journal.record.id, instance: move.instance, uuid: move.uuid, cell: move.cell, host: host, pool: pool, target: disk.target,
        volume: disk.volume, bytes: disk.bytes, retiredAt: now, deleteAfter: now.adding(milliseconds: milliseconds),
        ran: move.mode != .offline)
    }
    switch home {
    case move.from:
      let used = journal.steps.contains { record in
        record.state != .refused && (record.step.isLiveMigration || record.step.action == .start(on: move.to))
      }
      let keptMilliseconds = used ? policy.sourceRetentionMilliseconds : 0
      return left.compactMap { disk in disk.toPool.map { retired(disk, on: move.to, $0, after: keptMilliseconds) } }
    case move.to:
      return left.compactMap { disk in
        disk.fromPool.map { retired(disk, on: move.from, $0, after: policy.sourceRetentionMilliseconds) }
      }
    default: return []
    }
  }
}
