import Fleet

/// What would happen to each disk of an instance between two hosts.
struct DiskPlan {
  /// A disk that stands in the way, and how to get it out of the way.
  struct Obstacle: Equatable {
    var text: String
    var hint: String
  }

  var disks: [DiskMove] = []
  var poolNeeds: [MoveOption.PoolNeed] = []
  var copiedBytes = 0
  var hasCopies: Bool { !poolNeeds.isEmpty }
  private var sharesVolume = false
  private var sharesImage = false
  /// Stops every mode.
  var obstacle: Obstacle?
  /// Stops live and block; a cold or offline move copies the media.
  var mediaObstacle: Obstacle?

  init(of instance: InstanceObservation, from: HostObservation, to: HostObservation, targetStorage: [String: StorageID]) {
    for disk in instance.disks {
      guard let id = disk.storage else { continue }
      add(disk, PoolPair(source: id, from: from, to: to, target: targetStorage[disk.target]), to: to.name)
      if obstacle != nil { return }
    }
    if instance.blockers.contains(.mixedDisks), let unnamed = disks.first(where: { $0.action == .copy && targetStorage[$0.target] == nil })
    {
      obstacle = Obstacle(
        text:
          "disk \(unnamed.target) is local and others are on shared storage; only some of its disks are copied where the manifest says so",
        hint: "name the pool to copy \(unnamed.target) to with spec.targetStorage, or put it on shared storage too")
    }
    poolNeeds.sort { $0.pool < $1.pool }
  }

  var storage: StorageMode {
    if hasCopies { return sharesVolume || sharesImage ? .mixed : .local }
    return sharesVolume && !sharesImage ? .volume : .shared
  }

  private mutating func add(_ disk: DiskObservation, _ pair: PoolPair, to host: HostName) {
    let isMedia = disk.kind == .cdrom || disk.kind == .floppy || disk.kind == .configDrive || disk.readOnly
    if pair.isShared || (disk.kind == .volume && pair.isSameVolume) {
      if !isMedia { if disk.kind == .volume { sharesVolume = true } else { sharesImage = true } }
      return disks.append(DiskMove(target: disk.target, action: .share, fromPool: pair.source, volume: disk.volume, bytes: 0))
    }
    if disk.kind == .volume {
      obstacle = Obstacle(
        text: "network volume \(disk.target) (\(pair.source)) is not reachable from \(host)",
        hint: "make storage \(pair.source) available on \(host)")
      return
    }
    if isMedia && mediaObstacle == nil {
      mediaObstacle = Obstacle(
        text: "\(name(of: disk)) \(disk.target) has media on \(pair.source), which \(host) is not proved to share",
        hint:
          "eject \(disk.target), or copy its media to a storage that both hosts are proved to share, or allow cold in spec.migration.allow")
    }
    switch pair.copyTarget {
    case .failure(let stop): obstacle = Obstacle(text: "disk \(disk.target): \(stop.text)", hint: stop.hint)
    case .success(let pool):
      disks.append(
        DiskMove(
          target: disk.target, action: .copy, toPool: pool, fromPool: pair.source, volume: disk.volume,
          media: isMedia ? true : nil, bytes: disk.allocatedBytes))
      copiedBytes += disk.allocatedBytes
      // The copy may grow to its virtual size, so that is the room it needs.
      let need = max(disk.virtualBytes, disk.allocatedBytes)
      if let index = poolNeeds.firstIndex(where: { $0.pool == pool }) {
        poolNeeds[index].bytes += need
      } else {
        poolNeeds.append(MoveOption.PoolNeed(pool: pool, bytes: need))
      }
    }
  }

  private func name(of disk: DiskObservation) -> String {
    switch disk.kind {
    case .cdrom: "CD-ROM"
    case .floppy: "floppy"
    case .configDrive: "config drive"
    case .disk, .volume: "read-only disk"
    }
  }
}

/// The pool a disk is on and what the destination has of it.
struct PoolPair {
  struct Stop: Error {
    var text: String
    var hint: String
  }

  let source: StorageID
  private let here: StorageObservation?
  private let to: HostObservation
  private let target: StorageID?

  init(source: StorageID, from: HostObservation, to: HostObservation, target: StorageID?) {
    self.source = source
    self.to = to
    self.target = target
    here = from.storages.first { $0.id == source }
  }

  /// The destination's name for the storage both are proved to share.
  var sharedAtDestination: StorageID? {
    guard let here, here.shared == true, let identity = here.identity else { return nil }
    return to.storages.first { $0.shared == true && $0.identity == identity }?.id
  }
  var isShared: Bool { sharedAtDestination != nil }

  /// A network volume needs only one identity on both ends: the guest reaches it by itself.
  var volumeAtDestination: StorageID? {
    guard let here, here.shared != false, let identity = here.identity else { return nil }
    return to.storages.first { $0.shared != false && $0.identity == identity }?.id
  }
  var isSameVolume: Bool { volumeAtDestination != nil }

  /// Where a copy may go. Copying a storage onto itself destroys it, so source and target must be proved to be two.
  var copyTarget: Result<StorageID, Stop> {
    let isLocal = here?.shared == false
    guard isLocal || target != nil else {
      if here?.shared == true, here?.identity != nil {
        return .failure(
          Stop(
            text: "shared storage \(source) is not on \(to.name)",
            hint: "attach \(source) to \(to.name), or name a pool with spec.targetStorage"))
      }
      return .failure(
        Stop(
          text:
            "storage \(source) is not proved to be shared with \(to.name) nor to be another one; copying a storage onto itself destroys it",
          hint: "run `reconcile probe`, or name a pool that is local to \(to.name) with spec.targetStorage"))
    }
    let pool = target ?? source
    guard let there = to.storages.first(where: { $0.id == pool }) else {
      return .failure(Stop(text: "there is no pool \(pool) on \(to.name)", hint: "name a pool of \(to.name) with spec.targetStorage"))
    }
    if target == nil, here?.needsNaming == true || there.needsNaming == true {
      return .failure(
        Stop(
          text:
            "storage \(here?.needsNaming == true ? source : pool) is of a kind that disks are only copied from or to where the manifest says so",
          hint: "name the pool to copy to with spec.targetStorage, or put the disk on shared or file-based storage"))
    }
    // A storage is proved local by what the others do not show; one that is still to be proved was not asked.
    if there.needsProof { return .failure(notProvedApart(from: pool)) }
    if isLocal || there.shared == false { return .success(pool) }
    if let one = here, one.shared == true, there.shared == true, let first = one.identity, let second = there.identity, first != second {
      return .success(pool)
    }
    return .failure(notProvedApart(from: pool))
  }

  private func notProvedApart(from pool: StorageID) -> Stop {
    Stop(
      text: "pool \(pool) on \(to.name) is not proved to be another storage than \(source); copying a storage onto itself destroys it",
      hint: "run `reconcile probe`, or name a pool that is local to \(to.name) with spec.targetStorage")
  }
}
