package import Fleet

/// Which modes the facts and the manifest allow between two hosts; room, rules and placement are not looked at.
package enum MoveFeasibility {
  /// The cheapest legal way to move `instance`, or why there is none.
  package static func option(
    for instance: InstanceObservation, from: HostObservation, to: HostObservation, terms: MoveTerms
  ) -> Result<MoveOption, MoveRefusal> {
    if let block = blockerOfEveryMode(instance) { return .failure(block) }
    if let refusal = to.refusals?[instance.uuid], !refusal.onlineOnly { return refused(refusal.text, refusalHint(refusal)) }
    let lacking = instance.networks.filter { !to.networks.contains($0) }
    guard lacking.isEmpty else {
      return refused("\(to.name) lacks network \(lacking.joined(separator: ", "))", "plug the network into \(to.name)")
    }
    let disks = DiskPlan(of: instance, from: from, to: to, terms: terms)
    if let stop = disks.obstacle { return refused(stop.text, stop.hint) }
    let size = Size(instance, disks, terms)
    guard instance.power.isActive else { return offline(instance, disks, size, terms) }
    return active(instance, to, disks, size, terms)
  }

  /// The same instance seen from `to` after a move that copied nothing; nil if some disk is not shared.
  static func relocated(_ instance: InstanceObservation, from: HostObservation, to: HostObservation) -> InstanceObservation? {
    var moved = instance
    moved.host = to.name
    for index in moved.disks.indices {
      guard let id = moved.disks[index].storage else { continue }
      let pair = PoolPair(source: id, from: from, to: to, target: nil)
      guard let there = pair.sharedAtDestination ?? (moved.disks[index].kind == .volume ? pair.volumeAtDestination : nil) else {
        return nil
      }
      moved.disks[index].storage = there
    }
    for index in moved.needs?.indices ?? 0..<0 {
      guard let id = moved.needs?[index].storage else { return nil }
      let pair = PoolPair(source: id, from: from, to: to, target: nil)
      guard let there = pair.sharedAtDestination ?? pair.volumeAtDestination else { return nil }
      moved.needs?[index].storage = there
    }
    return moved
  }

  // MARK: - Modes

  private static func blockerOfEveryMode(_ instance: InstanceObservation) -> MoveRefusal? {
    if let why = instance.unreadable {
      return MoveRefusal(reason: .noMode, text: why, hint: "mend its definition, or move it by hand")
    }
    if instance.blockers.contains(.blockJob) {
      return MoveRefusal(reason: .noMode, text: "a block job runs on it", hint: "wait for the block job to end, or end it")
    }
    if instance.blockers.contains(.ioError) {
      return MoveRefusal(reason: .noMode, text: "it is paused on an I/O error", hint: "mend its storage and resume it")
    }
    if instance.blockers.contains(.snapshot) {
      return MoveRefusal(reason: .noMode, text: "libvirt keeps snapshots of it", hint: "delete or commit its snapshots")
    }
    return nil
  }

  private static func offline(
    _ instance: InstanceObservation, _ disks: DiskPlan, _ size: Size, _ terms: MoveTerms
  ) -> Result<MoveOption, MoveRefusal> {
    if terms.liveOnly {
      return refused("it is off and no manifest names it: unmanaged guests are only moved live", "start it, or move it by hand")
    }
    if instance.blockers.contains(.managedSave), terms.isPool {
      return refused("it is suspended, and only a guest that runs or is off is moved", "resume it (xe vm-resume), or shut it down")
    }
    if instance.blockers.contains(.managedSave) {
      return refused(
        "it has a managed-save image, which an offline move would lose", "start it, or remove the image with `virsh managedsave-remove`")
    }
    if instance.isTransient { return refused("its definition is transient", "make its definition persistent") }
    return .success(size.option(.offline, disks))
  }

  private static func active(
    _ instance: InstanceObservation, _ to: HostObservation, _ disks: DiskPlan, _ size: Size, _ terms: MoveTerms
  ) -> Result<MoveOption, MoveRefusal> {
    let online: MigrationMode = disks.hasCopies ? .block : .live
    let stop = onlineObstacle(instance, to, disks, online, terms)
    guard let stop else { return .success(size.option(online, disks)) }
    if terms.liveOnly {
      return refused("\(stop.text); unmanaged guests are only moved live", "declare it in a manifest, or move it by hand: \(stop.hint)")
    }
    if instance.power == .paused {
      return refused("\(stop.text); and a paused guest is not shut down for a cold move", "resume it; \(stop.hint)")
    }
    if instance.isTransient {
      return refused("\(stop.text); and its definition is transient", "make its definition persistent; \(stop.hint)")
    }
    if !terms.allowed.cold {
      return .failure(
        MoveRefusal(
          reason: .needsConsent, text: "\(stop.text); a cold move would reboot it",
          hint: "\(stop.hint); or add cold to spec.migration.allow"))
    }
    if let folding = disks.foldingObstacle { return refused("\(stop.text); a cold move: \(folding.text)", "\(stop.hint); \(folding.hint)") }
    return .success(size.option(.cold, disks))
  }

  private static func refusalHint(_ refusal: HostRefusal) -> String {
    refusal.origin == .earlierFailure
      ? "mend what it names: it is tried again after a while, or when what is seen of it or of \(refusal.host) changes"
      : "mend what it names, or widen its placement"
  }

  private static func onlineObstacle(
    _ instance: InstanceObservation, _ to: HostObservation, _ disks: DiskPlan, _ mode: MigrationMode, _ terms: MoveTerms
  ) -> DiskPlan.Obstacle? {
    if instance.blockers.contains(.hostDevice) {
      return DiskPlan.Obstacle(text: "a device of its host is passed through to it", hint: "detach the device")
    }
    if instance.blockers.contains(.sharedMemory) {
      return DiskPlan.Obstacle(text: "it shares memory with another process", hint: "detach the vhost-user or ivshmem device")
    }
    if instance.blockers.contains(.immobile) {
      return DiskPlan.Obstacle(
        text: "its hypervisor does not offer to move it while it runs", hint: "install the guest tools, or lift what blocks its migration")
    }
    if let model = instance.cpuModel, !to.runs(cpuModel: model) {
      return DiskPlan.Obstacle(
        text: "it needs CPU model \(model) and \(to.name) has \(to.cpuModel)",
        hint: terms.isPool
          ? "restart it, so that it takes what the whole pool offers, or let it be moved cold" : "give it a CPU model that both hosts offer"
      )
    }
    if let refusal = to.refusals?[instance.uuid] { return DiskPlan.Obstacle(text: refusal.text, hint: refusalHint(refusal)) }
    if let media = disks.mediaObstacle { return media }
    if mode == .live, !terms.allowed.live {
      return DiskPlan.Obstacle(text: "its manifest does not allow live", hint: "add live to spec.migration.allow")
    }
    if mode == .block, !terms.allowed.block {
      return DiskPlan.Obstacle(
        text: "some of its disks are local and its manifest does not allow block", hint: "add block to spec.migration.allow")
    }
    return nil
  }

  private static func refused(_ text: String, _ hint: String) -> Result<MoveOption, MoveRefusal> {
    .failure(MoveRefusal(reason: .noMode, text: text, hint: hint))
  }
}

extension InstanceObservation {
  fileprivate var isTransient: Bool { !persistent || blockers.contains(.transient) }
}

/// How much there is to carry, and what that costs.
private struct Size {
  let memoryBytes: Int
  let dirtyBytesPerSecond: Int
  let rate: Int

  init(_ instance: InstanceObservation, _ disks: DiskPlan, _ terms: MoveTerms) {
    memoryBytes = instance.memoryMaxBytes
    dirtyBytesPerSecond = instance.dirtyBytesPerSecond ?? 0
    rate = terms.bytesPerSecond
  }

  func option(_ mode: MigrationMode, _ disks: DiskPlan) -> MoveOption {
    let online = mode == .live || mode == .block
    let copied = disks.copiedBytes
    let memoryGiB = memoryBytes.dividedUp(by: 1 << 30)
    let copiedGiB = copied.dividedUp(by: 1 << 30)
    let (setup, cost) =
      switch mode {
      case .live where disks.storage == .volume: (10, 150 + memoryGiB)
      case .live: (5, 100 + memoryGiB)
      case .block: (10, 300 + memoryGiB + 4 * copiedGiB)
      case .cold: (30, 2000 + memoryGiB + 4 * copiedGiB)
      case .offline: (5, 10 + 4 * copiedGiB)
      }
    let carried = (online ? memoryBytes / 1000 * roundsInThousandths + memoryBytes % 1000 : 0) + copied
    return MoveOption(
      mode: mode, storage: disks.storage, disks: disks.disks, bytes: (online ? memoryBytes : 0) + copied, cost: cost,
      seconds: setup + carried.dividedUp(by: rate), poolNeeds: disks.poolNeeds)
  }

  /// How often the memory crosses the wire, in thousandths: 1 / (1 - dirty rate / rate), the sum of the pre-copy rounds, at most five times.
  private var roundsInThousandths: Int {
    guard dirtyBytesPerSecond > 0 else { return 1000 }
    let left = rate - dirtyBytesPerSecond
    return left * 5 <= rate ? 5000 : rate * 1000 / left
  }
}

extension Int {
  func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
