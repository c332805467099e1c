import Fleet

/// What a destination must have for a guest to come to it.
extension StepView {
  func migrate(_ options: MigrateOptions) -> [Obstacle] {
    guard let guest = source else { return [misplaced("is not on \(step.source)")] }
    var found: [Obstacle] = []
    if options.mode == .offline {
      if guest.power.holdsMemory { found.append(misplaced("is not off on \(step.source)")) }
    } else if guest.power != .running && !(guest.power == .paused && guest.pauseReason == .user) {
      found.append(misplaced("is not running on \(step.source)"))
    }
    found += blockers(of: guest, options.mode) + place(for: guest) + disks(of: guest, options)
    return options.mode == .offline ? found : found + room(for: guest, on: step.destination)
  }

  private func blockers(of guest: SimulatedInstance, _ mode: MigrationMode) -> [Obstacle] {
    guest.blockers.filter { $0.forbids(mode) }.map {
      Obstacle(
        $0 == .hostDevice ? .hostDevice : .other, "\(step.instance) has \($0.rawValue), which forbids \(mode.rawValue) migration",
        passing: false)
    }
  }

  /// The destination takes guests, and has the guest's name and uuid free, its processor and its networks.
  private func place(for guest: SimulatedInstance) -> [Obstacle] {
    guard let host = destinationHost else { return [] }
    var found: [Obstacle] = []
    if host.admission != .open { found.append(Obstacle(.closed, "\(host.name) is closed to new guests", passing: true)) }
    if destination != nil {
      found.append(Obstacle(.nameTaken, "\(host.name) already has a definition of \(guest.name)", passing: false))
    } else if cell.instances.contains(where: { $0.host == host.name && $0.name == guest.name }) {
      found.append(Obstacle(.nameTaken, "\(host.name) has another guest named \(guest.name)", passing: false))
    }
    if let model = guest.cpuModel, model != host.cpuModel, host.offeredCPUModels?.contains(model) != true {
      found.append(Obstacle(.cpu, "\(guest.name) needs a \(model) processor; \(host.name) has \(host.cpuModel)", passing: false))
    }
    for network in guest.networks where !host.networks.contains(network) {
      found.append(Obstacle(.network, "\(host.name) has no network \(network)", passing: false))
    }
    return found
  }

  private func disks(of guest: SimulatedInstance, _ options: MigrateOptions) -> [Obstacle] {
    guard let here = sourceHost, let there = destinationHost else { return [] }
    var found: [Obstacle] = []
    var needed: [StorageID: Int] = [:]
    for disk in guest.disks {
      let move = options.disks.first { $0.target == disk.target }
      switch DiskLanding.find(disk, copyTo: move?.toPool, copied: move?.action == .copy, from: here, to: there) {
      case .copied(let pool):
        if there.hasVolume(pool, step.uuid, disk.target) { found.append(volumeExists(disk.target, pool)) }
        needed[pool, default: 0] += disk.allocatedBytes
      case .shared: break
      case .impossible(let obstacle): found.append(obstacle)
      }
    }
    return found + needed.sorted { $0.key < $1.key }.flatMap { space(for: $0.value, in: $0.key) }
  }

  private func volumeExists(_ target: String, _ pool: StorageID) -> Obstacle {
    Obstacle(.targetExists, "a volume for disk \(target) of \(step.instance) is in \(pool) on \(step.destination) already", passing: false)
  }

  private func space(for bytes: Int, in pool: StorageID) -> [Obstacle] {
    guard let free = destinationHost?.storage(pool)?.freeBytes, free < bytes else { return [] }
    return [
      Obstacle(
        .storageSpace, "\(pool) on \(step.destination) has \(free >> 20) MiB free; \(bytes >> 20) MiB are to be copied", passing: true)
    ]
  }

  func copyDisk(_ move: DiskMove) -> [Obstacle] {
    guard let guest = source else { return [misplaced("is not on \(step.source)")] }
    guard let disk = guest.disks.first(where: { $0.target == move.target }) else { return [misplaced("has no disk \(move.target)")] }
    guard let here = sourceHost, let there = destinationHost else { return [] }
    var found: [Obstacle] = guest.power.holdsMemory ? [misplaced("is not off on \(step.source)")] : []
    if there.admission != .open { found.append(Obstacle(.closed, "\(there.name) is closed to new guests", passing: true)) }
    switch DiskLanding.find(disk, copyTo: move.toPool, copied: true, from: here, to: there) {
    case .copied(let pool):
      if there.hasVolume(pool, step.uuid, disk.target) { found.append(volumeExists(disk.target, pool)) }
      return found + space(for: disk.allocatedBytes, in: pool)
    case .shared: return found
    case .impossible(let obstacle): return found + [obstacle]
    }
  }

  var define: [Obstacle] {
    guard let guest = source else { return [misplaced("is not on \(step.source)")] }
    guard let here = sourceHost, let there = destinationHost else { return [] }
    let found: [Obstacle] = guest.power.holdsMemory ? [misplaced("is not off on \(step.source)")] : []
    return found + blockers(of: guest, .cold) + place(for: guest)
      + guest.disks.compactMap { disk in
        guard case .impossible(let obstacle) = DiskLanding.afterCopying(disk, of: guest, from: here, to: there) else { return nil }
        // Before its copy was made, a local disk is as missing as it has to be.
        return obstacle.code == .storageMissing ? misplaced("has disk \(disk.target) on no storage of \(there.name)") : obstacle
      }
  }
}

extension BlockerCode {
  /// Which modes each blocker forbids.
  func forbids(_ mode: MigrationMode) -> Bool {
    switch self {
    case .hostDevice, .sharedMemory, .immobile: mode == .live || mode == .block
    case .snapshot: mode != .offline
    case .blockJob, .ioError: true
    case .managedSave: mode == .offline
    case .transient: mode == .cold || mode == .offline
    // It hangs on the disks and their pools, which the plan looked at.
    case .mixedDisks: false
    }
  }
}
