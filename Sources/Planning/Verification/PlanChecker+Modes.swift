import Fleet

extension PlanChecker {
  /// Why a move may not be made in its mode; `where`: the guest as it stands now.
  func modeProblem(
    _ move: Move, _ guest: InstanceObservation, _ manifest: DesiredInstance?, _ from: HostObservation, _ to: HostObservation
  ) -> String? {
    if let refusal = to.refusals?[guest.uuid], refusal.forbids(move.mode) { return "its hypervisor refuses it on \(to.name)" }
    if guest.unreadable != nil { return "what is known of it cannot be relied on" }
    let blocked = Set(guest.blockers)
    if !blocked.isDisjoint(with: [.blockJob, .ioError, .snapshot]) { return "its blockers allow no mode" }
    if let network = guest.networks.first(where: { !to.networks.contains($0) }) { return "network \(network) is not on \(to.name)" }
    if let problem = diskProblem(move, guest, manifest, from, to) { return problem }
    if let problem = needProblem(move, guest, from, to) { return problem }
    let isActive = guest.power == .running || guest.power == .paused
    let fleeting = !guest.persistent || blocked.contains(.transient)
    let copies = move.disks.contains { $0.action == .copy }
    let allowed = manifest?.allowedModes ?? AllowedModes(live: true, block: false, cold: false)
    switch move.mode {
    case .live, .block:
      if !isActive { return "it is off" }
      if copies != (move.mode == .block) { return "block and copied disks go together" }
      if move.mode == .live ? !allowed.live : !allowed.block { return "its manifest does not allow \(move.mode)" }
      if !blocked.isDisjoint(with: [.hostDevice, .sharedMemory, .immobile]) { return "its blockers forbid it while it runs" }
      if let model = guest.cpuModel, model != to.cpuModel, !(to.offeredCPUModels ?? []).contains(model) {
        return "\(to.name) lacks CPU model \(model)"
      }
      let media = guest.disks.first { disk in disk.isMedia && move.disks.contains { $0.target == disk.target && $0.action == .copy } }
      return media.map { "media of \($0.target) cannot be copied while it runs" }
    case .cold:
      if guest.power != .running { return "only a running guest is rebooted" }
      if !allowed.cold { return "its manifest does not consent to a reboot" }
      return fleeting ? "its definition is transient" : nil
    case .offline:
      if isActive { return "it runs" }
      if manifest == nil { return "no manifest names it" }
      if blocked.contains(.managedSave) { return "its managed-save image would be lost" }
      return fleeting ? "its definition is transient" : nil
    }
  }

  private func diskProblem(
    _ move: Move, _ guest: InstanceObservation, _ manifest: DesiredInstance?, _ from: HostObservation, _ to: HostObservation
  ) -> String? {
    let sources = guest.disks.filter { $0.storage != nil }
    if sources.map(\.target).sorted() != move.disks.map(\.target).sorted() { return "its disks are not those of the move" }
    for disk in sources {
      guard let step = move.disks.first(where: { $0.target == disk.target }) else { return "disk \(disk.target) is left out" }
      let here = from.storages.first { $0.id == disk.storage }
      if step.action == .share {
        let met = to.storages.contains { there in
          guard let identity = there.identity, identity == here?.identity else { return false }
          return disk.kind == .volume ? there.shared != false && here?.shared != false : there.shared == true && here?.shared == true
        }
        if !met { return "disk \(disk.target) is not proved to be shared" }
        continue
      }
      if disk.neverCopied == true { return "media of \(disk.target) cannot be copied" }
      if disk.kind == .volume { return "network volume \(disk.target) cannot be copied" }
      guard let pool = step.toPool, let there = to.storages.first(where: { $0.id == pool }) else {
        return "disk \(disk.target) has no pool on \(to.name)"
      }
      let named = manifest?.targetStorage[disk.target]
      if let named, named != pool { return "disk \(disk.target) goes to \(pool) and not to \(named)" }
      if named == nil && pool != disk.storage { return "disk \(disk.target) goes to \(pool), which nothing names" }
      if named == nil && (here?.needsNaming == true || there.needsNaming == true) {
        return "disk \(disk.target) is on, or goes to, a pool that must be named, and nothing names it"
      }
      if named == nil && guest.blockers.contains(.mixedDisks) { return "disk \(disk.target) is copied beside shared ones unnamed" }
      let isLocal = here?.shared == false
      let areTwo =
        here?.identity != nil && there.identity != nil && here?.identity != there.identity && here?.shared == true && there.shared == true
      if !isLocal && named == nil { return "disk \(disk.target) is not proved local and no pool is named for it" }
      let isOpen = there.shared == nil && there.source != nil
      if isOpen || (!isLocal && there.shared != false && !areTwo) { return "pool \(pool) may be the storage disk \(disk.target) is on" }
    }
    return nil
  }

  /// Whatever else the guest opens is on storage both hosts share, or taken into a copy of a disk that builds on it.
  private func needProblem(_ move: Move, _ guest: InstanceObservation, _ from: HostObservation, _ to: HostObservation) -> String? {
    if guest.power == .off || guest.power == .crashed, let disk = guest.disks.first(where: { $0.missing != nil && $0.kind != .volume }) {
      return "the image of disk \(disk.target) is missing"
    }
    for disk in guest.disks where disk.missing != nil && move.disks.contains(where: { $0.target == disk.target && $0.action == .copy }) {
      return "the size of disk \(disk.target) is not known"
    }
    for need in guest.needs ?? [] {
      let here = from.storages.first { $0.id == need.storage }
      let met = to.storages.contains { there in
        guard let identity = here?.identity, there.identity == identity, here?.shared != false, there.shared != false else { return false }
        return (here?.shared == true && there.shared == true) || need.storage?.rawValue.contains("://") == true
      }
      let folded =
        move.mode == .block && need.atNextStart != true
        && move.disks.contains { $0.target == need.backs && $0.action == .copy }
      if !met && !folded { return "\(need.text) is not proved to be on \(to.name)" }
    }
    return nil
  }

  /// The guest as `to` shows it after a move that copied nothing.
  func moved(_ guest: InstanceObservation, _ from: HostObservation, _ to: HostObservation) -> InstanceObservation {
    var guest = guest
    guest.host = to.name
    guest.disks = guest.disks.map { disk in
      var disk = disk
      let identity = from.storages.first { $0.id == disk.storage }?.identity
      if let identity, let there = to.storages.first(where: { $0.identity == identity && $0.shared != false }) { disk.storage = there.id }
      return disk
    }
    guest.needs = guest.needs.map { needs in
      needs.map { need in
        var need = need
        let identity = from.storages.first { $0.id == need.storage }?.identity
        if let identity, let there = to.storages.first(where: { $0.identity == identity && $0.shared != false }) { need.storage = there.id }
        return need
      }
    }
    return guest
  }
}

extension DiskObservation {
  fileprivate var isMedia: Bool { readOnly || kind == .cdrom || kind == .floppy || kind == .configDrive }
}
