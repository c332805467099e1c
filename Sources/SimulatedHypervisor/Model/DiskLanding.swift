import Fleet

/// Where a disk of a guest is found at another host.
enum DiskLanding {
  /// Copied to a pool there.
  case copied(StorageID)
  /// The same storage is there, perhaps under another name; nil: nothing is needed (an empty drive).
  case shared(StorageID?)
  case impossible(Obstacle)

  /// Follows what storages are: a disk is at both only as a network volume or on a storage of one identity.
  static func find(
    _ disk: DiskObservation, copyTo pool: StorageID?, copied: Bool, from source: SimulatedHost, to destination: SimulatedHost
  )
    -> DiskLanding
  {
    if copied { return copy(disk, pool, source, destination) }
    guard let storage = disk.storage, disk.kind != .volume else { return .shared(disk.storage) }
    if let identity = source.trueIdentity(storage),
      let there = destination.storages.first(where: { destination.trueIdentity($0.id) == identity })
    {
      return .shared(there.id)
    }
    if disk.readOnly || disk.kind != .disk {
      return .impossible(
        Obstacle(
          .mediaMissing, "\(disk.kind.rawValue) \(disk.target) is on \(storage), which \(destination.name) does not share", passing: false))
    }
    return .impossible(
      Obstacle(.storageMissing, "disk \(disk.target) is on \(storage), which \(destination.name) does not share", passing: false))
  }

  /// Where a definition at the destination finds a disk: what a step of ours copied there for it, else shared storage.
  static func afterCopying(
    _ disk: DiskObservation, of guest: SimulatedInstance, from source: SimulatedHost, to destination: SimulatedHost
  ) -> DiskLanding {
    let copy = destination.volumes.last { $0.uuid == guest.uuid && $0.target == disk.target && $0.complete && $0.intent != nil }
    if let copy, disk.kind == .disk, !disk.readOnly { return .copied(copy.pool) }
    return find(disk, copyTo: nil, copied: false, from: source, to: destination)
  }

  private static func copy(
    _ disk: DiskObservation, _ pool: StorageID?, _ source: SimulatedHost, _ destination: SimulatedHost
  ) -> DiskLanding {
    guard !disk.readOnly else {
      return .impossible(Obstacle(.mediaMissing, "disk \(disk.target) is read-only and cannot be copied", passing: false))
    }
    guard let pool else {
      return .impossible(Obstacle(.storageMissing, "disk \(disk.target) is to be copied but to no pool", passing: false))
    }
    guard destination.storage(pool) != nil else {
      return .impossible(Obstacle(.storageMissing, "\(destination.name) has no storage \(pool) for disk \(disk.target)", passing: false))
    }
    if let identity = destination.trueIdentity(pool), identity == source.trueIdentity(disk.storage) {
      return .impossible(
        Obstacle(.targetExists, "disk \(disk.target) is in \(pool) of \(destination.name) already: it is one storage", passing: false))
    }
    return .copied(pool)
  }
}
