import Fleet

/// What a destination must have for a guest to come to it.
extension StepView {
  func migrate(_ options: MigrateOptions) -> [Obstacle] {
    guard let source, let guest = source.description else { return [misplaced("is not on \(step.source)")] }
    guard here.presence == .running || here.presence == .paused(.user) else { return [misplaced("is not running on \(step.source)")] }
    let copied = Set(options.disks.filter { $0.action == .copy }.map(\.target))
    return hindrances(of: guest, source) + unprovable(folding: copied) + place(for: guest) + version + disks(of: guest, options.disks)
      + screens(of: guest) + room
  }

  /// What about the guest itself forbids a migration while it runs.
  private func hindrances(of guest: DomainDescription, _ source: SourceFacts) -> [Obstacle] {
    var found: [Obstacle] = []
    for device in guest.hostDevices where device.blocksMigration {
      found.append(Obstacle(.hostDevice, "\(step.instance) uses \(device.text) of \(step.source)", passing: false))
    }
    for device in guest.sharedMemoryDevices {
      found.append(
        Obstacle(.hostDevice, "\(step.instance) shares memory with another process of \(step.source) (\(device))", passing: false))
    }
    if source.hasSnapshots {
      found.append(
        Obstacle(
          .other, "libvirt keeps snapshots or checkpoints of \(step.instance): delete them, and keep what they hold elsewhere",
          passing: false, blame: .guest))
    }
    for disk in source.blockJobs { found.append(Obstacle(.busy, "a block job runs on disk \(disk) of \(step.instance)", passing: true)) }
    return found
  }

  /// What the guest opens beside its disks and no other host can be proved to have. `copied`: disks whose copy takes in what they build on.
  private func unprovable(folding copied: Set<String>) -> [Obstacle] {
    (source?.opened.unprovable(folding: copied) ?? []).map {
      Obstacle(.storageMissing, "\($0.sentence), which \(step.destination) is not proved to have", passing: false, blame: .guest)
    }
  }

  /// The destination has the guest's name and uuid free, its machine type, its processor, its networks.
  func place(for guest: DomainDescription) -> [Obstacle] {
    guard let destination else { return [] }
    let name = step.destination
    var found: [Obstacle] = []
    if there.presence != .absent {
      let state = there.isActive ? "an active copy" : "a definition that is off"
      found.append(
        Obstacle(
          .nameTaken,
          "\(name) already has \(state) of \(step.instance); it is never replaced: look at it, and undefine it there if it is stale",
          passing: false))
    } else if let holder = destination.nameHolder {
      found.append(Obstacle(.nameTaken, "\(name) has another guest named \(guest.name), with uuid \(holder)", passing: false))
    }
    if destination.offersMachine == false {
      found.append(
        Obstacle(
          .cpu, "\(name) does not know machine type \(guest.machine) of \(step.instance) (emulator \(guest.emulator ?? "any"))",
          passing: false))
    }
    if destination.offersCPU == false {
      found.append(
        Obstacle(.cpu, "\(name) cannot offer \(step.instance) the processor it runs with (\(guest.cpu?.model ?? "custom"))", passing: false)
      )
    }
    for interface in guest.interfaces { if let obstacle = network(interface, destination) { found.append(obstacle) } }
    return found
  }

  private func network(_ interface: InterfaceDescription, _ destination: DestinationFacts) -> Obstacle? {
    guard let wanted = interface.source else { return nil }
    switch interface.kind {
    case .network where !destination.networks.contains(wanted):
      return Obstacle(.network, "\(step.destination) has no active libvirt network \(wanted)", passing: false)
    case .bridge:
      guard let interfaces = destination.interfaces, !interfaces.contains(wanted) else { return nil }
      return Obstacle(.network, "\(step.destination) has no bridge \(wanted)", passing: false)
    default: return nil
    }
  }

  /// QEMU gives its word for migrations to the same or a newer version only.
  private var version: [Obstacle] {
    guard let here = source?.hypervisorVersion, let there = destination?.hypervisorVersion, here > there, there > 0 else { return [] }
    func text(_ version: Int) -> String { "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)" }
    return [
      Obstacle(
        .cpu,
        "\(step.destination) has QEMU \(text(there)), older than \(text(here)) on \(step.source); guests move to the same or a newer one",
        passing: false)
    ]
  }

  // MARK: disks

  private func disks(of guest: DomainDescription, _ moves: [DiskMove]) -> [Obstacle] {
    var found: [Obstacle] = []
    var needed: [String: Int] = [:]
    for disk in guest.disks where disk.hasSource {
      let move = moves.first { $0.target == disk.target }
      if move?.action == .copy {
        found += copy(disk, to: move?.toPool, &needed)
      } else {
        found += reach(disk)
      }
    }
    return found + space(needed)
  }

  func copyDisk(_ move: DiskMove) -> [Obstacle] {
    guard let guest = source?.description else { return [misplaced("is not on \(step.source)")] }
    guard let disk = guest.disks.first(where: { $0.target == move.target }) else { return [misplaced("has no disk \(move.target)")] }
    var found: [Obstacle] = here.isActive ? [misplaced("is not off on \(step.source)")] : []
    var needed: [String: Int] = [:]
    found += copy(disk, to: move.toPool, mediaToo: true, &needed)
    let below = source?.opened.needs.first { $0.backs == disk.target && $0.atNextStart != true }
    if let below {
      found.append(
        Obstacle(
          .storageMissing,
          "disk \(disk.target) cannot be copied as a file: \(below.sentence), which a copy of the file alone would leave behind: flatten it first",
          passing: false))
    }
    return found + space(needed)
  }

  /// A copy becomes a new volume, never an existing one. `mediaToo`: a guest that is off has its CD copied as a file like any other.
  private func copy(
    _ disk: DiskDescription, to pool: StorageID?, mediaToo: Bool = false, _ needed: inout [String: Int]
  ) -> [Obstacle] {
    guard mediaToo || (!disk.readOnly && disk.device == .disk) else {
      return [
        Obstacle(
          .mediaMissing, "\(disk.device) \(disk.target) is read-only or removable and cannot be copied", passing: false, blame: .guest)
      ]
    }
    if !disk.isMedia {
      let other = source?.usedByOthers[disk.target].map { "\($0) has it too" } ?? (disk.shareable ? "it is marked as shareable" : nil)
      if let other {
        let text = "disk \(disk.target) is used by several guests (\(other)): a copy would part them"
        return [Obstacle(.storageMissing, text, passing: false, blame: .guest)]
      }
    }
    guard disk.kind == .file || disk.kind == .volume || disk.kind == .block else {
      return [Obstacle(.storageMissing, "disk \(disk.target) is no file or volume and cannot be copied", passing: false, blame: .guest)]
    }
    guard let pool else { return [Obstacle(.storageMissing, "disk \(disk.target) is to be copied but to no pool", passing: false)] }
    guard let found = destination?.pools.first(where: { $0.description.name == pool.rawValue }) else {
      return [Obstacle(.storageMissing, "\(step.destination) has no active pool \(pool) for disk \(disk.target)", passing: false)]
    }
    guard found.description.isDirectoryLike else {
      return [
        Obstacle(
          .storageMissing,
          "pool \(pool) on \(step.destination) is of type \(found.description.type); disks are copied to directory pools only",
          passing: false)
      ]
    }
    let volume = CopyTarget.volumeName(of: disk)
    // Media that are there already are compared when the copy begins.
    if !mediaToo || !disk.isMedia, destination?.takenVolumes.contains("\(pool)/\(volume)") == true {
      return [
        Obstacle(
          .targetExists,
          "\(volume) is in pool \(pool) on \(step.destination) already; it is never overwritten: look at it, and delete or rename it there",
          passing: false)
      ]
    }
    guard let size = source?.sizes[disk.target] else {
      return [Obstacle(.storageMissing, "\(step.source) does not tell the size of disk \(disk.target)", passing: true, blame: .guest)]
    }
    needed[pool.rawValue, default: 0] += size.capacityBytes
    return []
  }

  private func space(_ needed: [String: Int]) -> [Obstacle] {
    needed.sorted { $0.key < $1.key }.compactMap { pool, bytes in
      guard let free = destination?.pools.first(where: { $0.description.name == pool })?.freeBytes, free < bytes else { return nil }
      let text = "\(pool) on \(step.destination) has \(free >> 20) MiB free; the copies may grow to \(bytes >> 20) MiB"
      return Obstacle(.storageSpace, text, passing: true)
    }
  }

  /// A disk that stays where it is must be within the destination's reach.
  private func reach(_ disk: DiskDescription) -> [Obstacle] {
    guard disk.network == nil, let path = disk.path else { return [] }
    let folder = StorageView.folder(of: path)
    if destination?.pools.contains(where: { $0.description.targetPath == folder }) == true { return [] }
    if disk.readOnly || disk.device == .cdrom || disk.device == .floppy {
      return [
        Obstacle(
          .mediaMissing,
          "\(disk.device) \(disk.target) has \(path), which no active pool of \(step.destination) holds: eject it, copy it to storage both share, or allow cold",
          passing: false)
      ]
    }
    return [Obstacle(.storageMissing, "disk \(disk.target) is \(path), which no active pool of \(step.destination) holds", passing: false)]
  }

  var define: [Obstacle] {
    guard let source, let guest = source.description else { return [misplaced("is not on \(step.source)")] }
    var found: [Obstacle] = here.isActive ? [misplaced("is not off on \(step.source)")] : []
    if source.hasSnapshots {
      found.append(Obstacle(.other, "libvirt keeps snapshots of \(step.instance): delete them first", passing: false, blame: .guest))
    }
    if source.hasManagedSave {
      found.append(Obstacle(.other, "\(step.instance) has a managed-save image, which would be lost", passing: false, blame: .guest))
    }
    if let tpm = guest.tpm, tpm.isEmulated {
      found.append(
        Obstacle(
          .other,
          "the state of \(step.instance)'s TPM (/var/lib/libvirt/swtpm/\(guest.uuid)) cannot be carried by libvirt while it is off: move it live, or copy that folder by hand",
          passing: false, blame: .guest))
    }
    return found + unprovable(folding: []) + place(for: guest)
  }

  // MARK: the rest

  private func screens(of guest: DomainDescription) -> [Obstacle] {
    let bound = Set(guest.graphics.flatMap(\.listenAddresses)).filter {
      !ScreenAddresses.isEverywhere($0) && addresses.counterparts[$0] == nil
    }
    return bound.sorted().map {
      Obstacle(
        .other,
        "the screen of \(step.instance) listens on \($0), which is no address known of \(step.source): let it listen on 0.0.0.0 or on the host's own",
        passing: false)
    }
  }

  /// Room within the declared capacity of the destination.
  var room: [Obstacle] {
    guard let destination, let source, source.description != nil, destination.memoryBytes > 0 else { return [] }
    let policy = capacities[step.destination] ?? CapacityPolicy()
    let (memory, needed) = (policy.memoryBytes(of: destination.memoryBytes), source.memoryBytes)
    if destination.chargedMemoryBytes + needed > memory {
      let free = max(0, memory - destination.chargedMemoryBytes)
      return [
        Obstacle(
          .memory, "\(step.destination) has \(free >> 20) MiB free for guests; \(step.instance) needs \(needed >> 20) MiB", passing: true)
      ]
    }
    let vcpus = policy.vcpus(of: destination.cpus)
    guard destination.chargedVcpus + source.vcpus > vcpus else { return [] }
    return [
      Obstacle(
        .other, "\(step.destination) may run \(vcpus) virtual processors; \(step.instance) needs \(source.vcpus) more", passing: true)
    ]
  }
}
