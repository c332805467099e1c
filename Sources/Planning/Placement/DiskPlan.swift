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
  /// Stops cold: the copy that QEMU makes while the guest runs takes its backing images in, a copy of the file does not.
  var foldingObstacle: Obstacle?
  private let isActive: Bool

  init(of instance: InstanceObservation, from: HostObservation, to: HostObservation, terms: MoveTerms) {
    let targetStorage = terms.targetStorage
    isActive = instance.power.isActive
    let lacking = (instance.needs ?? []).filter { !Self.isMet($0, from, to) }
    for disk in instance.disks {
      guard let id = disk.storage else { continue }
      let isFolded = isActive && targetStorage[disk.target] != nil && lacking.contains { $0.backs == disk.target && $0.atNextStart != true }
      let pair = PoolPair(source: id, from: from, to: to, target: targetStorage[disk.target], isPool: terms.isPool)
      add(disk, pair, to: to, isFolded: isFolded)
      if obstacle != nil { return }
    }
    for need in lacking {
      check(need, to)
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

  /// Proved to be there: on storage that both share.
  private static func isMet(_ need: HostNeed, _ from: HostObservation, _ to: HostObservation) -> Bool {
    guard let id = need.storage else { return false }
    let pair = PoolPair(source: id, from: from, to: to, target: nil)
    // A server's storage is no pool: the guest reaches it by itself.
    return pair.isShared || (id.rawValue.contains("://") && pair.isSameVolume)
  }

  private mutating func check(_ need: HostNeed, _ to: HostObservation) {
    let text = "\(need.sentence), which \(to.name) is not proved to have"
    let isCopied = need.atNextStart != true && disks.contains { $0.target == need.backs && $0.action == .copy }
    if isCopied, isActive {
      foldingObstacle = foldingObstacle ?? Obstacle(text: text, hint: "flatten it with `virsh blockpull`, or let it move while it runs")
      return
    }
    let hint =
      if need.atNextStart == true {
        "put it on storage that both hosts share, undo that change of its definition, or restart it with it"
      } else if need.backs != nil {
        "put the image on storage that both hosts share, flatten the disk with `virsh blockpull`, or name a pool to copy it to while it runs"
      } else { "take it out of the definition, or move it by hand with what it opens" }
    obstacle = Obstacle(text: text, hint: hint)
  }

  private mutating func add(_ disk: DiskObservation, _ pair: PoolPair, to there: HostObservation, isFolded: Bool) {
    let host = there.name
    let isMedia = disk.kind == .cdrom || disk.kind == .floppy || disk.kind == .configDrive || disk.readOnly
    let isShared = pair.isShared && !isFolded
    if let missing = disk.missing, !isActive || !(isShared || disk.kind == .volume), disk.kind != .volume {
      obstacle = Obstacle(
        text: "the image of \(disk.target)\(disk.volume.map { " (\($0))" } ?? "") is not to be had where it is: \(missing)",
        hint: isMedia ? "eject it, or bring its image back" : "bring the image back, or undefine the guest if it is a leftover")
      return
    }
    if isShared || (disk.kind == .volume && pair.isSameVolume) {
      if !isMedia { if disk.kind == .volume { sharesVolume = true } else { sharesImage = true } }
      return disks.append(DiskMove(target: disk.target, action: .share, fromPool: pair.source, volume: disk.volume, bytes: 0))
    }
    if disk.neverCopied == true {
      obstacle = Obstacle(
        text: "\(name(of: disk)) \(disk.target) has media on \(pair.source), which \(host) does not have, and a pool copies none",
        hint: "eject \(disk.target)")
      return
    }
    if disk.kind == .volume, pair.source == Self.unnamedServer {
      obstacle = Obstacle(
        text: "network volume \(disk.target) names no server, so nobody can tell whether \(host) reaches the same",
        hint: "name its servers (of Ceph: its monitors) as <host> in the <source> of \(disk.target)")
      return
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
        hint: "eject \(disk.target), or copy its media to a storage that both hosts are proved to share")
    }
    switch pair.copyTarget(disk) {
    case .failure(let stop) where isMedia:
      obstacle = Obstacle(
        text: "\(name(of: disk)) \(disk.target): \(stop.text)",
        hint: "eject \(disk.target)" + (disk.volume?.hasPrefix("/dev/") == true ? "" : ", or \(stop.hint)"))
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

  /// As the libvirt driver calls a network source without a server in its definition.
  private static let unnamedServer: StorageID = "unknown"

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
  private let from: HostName
  private let to: HostObservation
  private let target: StorageID?
  private let isPool: Bool

  init(source: StorageID, from: HostObservation, to: HostObservation, target: StorageID?, isPool: Bool = false) {
    self.isPool = isPool
    self.source = source
    self.from = from.name
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
  func copyTarget(_ disk: DiskObservation) -> Result<StorageID, Stop> {
    if here == nil, target == nil, !isNetworked { return .failure(inNoPool(disk)) }
    let isLocal = here?.shared == false
    guard isLocal || target != nil else {
      if here?.shared == true, here?.identity != nil {
        return .failure(
          Stop(
            text: "shared storage \(source) is not on \(to.name)",
            hint: "attach \(source) to \(to.name)\(isPool ? " (xe pbd-plug)" : ""), or name a pool with spec.targetStorage"))
      }
      return .failure(
        Stop(
          text:
            "storage \(source) is not proved to be shared with \(to.name) nor to be another one; copying a storage onto itself destroys it",
          hint: here?.needsProof == true ? probeHint(source, on: from) : "name a pool that is local to \(to.name) with spec.targetStorage"))
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

  /// Named by its server: the guest reaches it by itself.
  private var isNetworked: Bool { source.rawValue.contains("://") }

  /// No proof helps what no pool shows: nothing can be made beside it, and libvirt cannot be asked for it elsewhere.
  private func inNoPool(_ disk: DiskObservation) -> Stop {
    let path = disk.volume ?? source.rawValue
    guard source.rawValue.hasPrefix("/") else {
      if isPool { return Stop(text: "storage \(source) is not plugged on \(from)", hint: "plug it there: xe pbd-plug") }
      return Stop(text: "pool \(source) is not active on \(from)", hint: "start it there: virsh pool-start \(source)")
    }
    let text = "it is \(path), which is in no pool of \(from)"
    if path.hasPrefix("/dev/") {
      return Stop(
        text: text, hint: "a device of the host is not moved: put the disk on network storage or into a pool of files, or move it by hand")
    }
    return Stop(
      text: text, hint: "make \(source) a pool on both hosts (virsh pool-define-as NAME dir --target \(source)), or put the file into one")
  }

  private func notProvedApart(from pool: StorageID) -> Stop {
    Stop(
      text: "pool \(pool) on \(to.name) is not proved to be another storage than \(source); copying a storage onto itself destroys it",
      hint: to.storages.first { $0.id == pool }?.needsProof == true
        ? probeHint(pool, on: to.name) : "name a pool that is local to \(to.name) with spec.targetStorage")
  }

  /// Where a proof was tried and failed, another try says nothing new.
  private func probeHint(_ pool: StorageID, on host: HostName) -> String {
    "run `reconcile probe`; if it has just run, \(host) can make no file in \(pool) (read-only, full, root_squash): mend that, or name "
      + "another pool with spec.targetStorage"
  }
}
