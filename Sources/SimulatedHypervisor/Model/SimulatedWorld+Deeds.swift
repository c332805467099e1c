import Fleet

/// What users and other tools do; a deed that is not possible when its time comes is left undone.
extension SimulatedWorld {
  /// The deeds that a step sets off.
  mutating func spendDeeds(on step: Step) {
    guard step.isOfInstance else { return }
    for index in faults.indices where faults[index].kind.isDeed && faults[index].strikes(step, at: clock.at) {
      faults[index].times -= 1
      pending.append(
        SimulatedPending(
          at: clock.at.adding(milliseconds: faults[index].afterMilliseconds ?? 0), uuid: step.uuid, cell: step.cell,
          event: .deed(faults[index].kind, on: faults[index].host)))
    }
  }

  /// A deed whose instant has come.
  mutating func carryOutDeed(_ index: Int) {
    faults[index].struck = true
    guard let name = faults[index].instance else { return }
    for cell in cells.indices {
      guard let uuid = cells[cell].instances.first(where: { $0.name == name })?.uuid else { continue }
      return deed(faults[index].kind, of: uuid, on: faults[index].host, cell)
    }
  }

  mutating func deed(_ kind: SimulatedFault.Kind, of uuid: InstanceUUID, on host: HostName?, _ cell: Int) {
    let before = cells[cell].copies(of: uuid)
    carryOut(kind, of: uuid, on: host, cell)
    guard cells[cell].copies(of: uuid) != before else { return }
    for copy in cells[cell].copies(of: uuid) where copy.others == nil {
      change(uuid, on: copy.host, in: cells[cell].name) { $0.others = DeedsOfOthers() }
    }
  }

  private mutating func carryOut(_ kind: SimulatedFault.Kind, of uuid: InstanceUUID, on host: HostName?, _ cell: Int) {
    switch kind {
    case .userStarts: userStarts(uuid, host, cell)
    case .userShutsDown:
      if let copy = reachable(uuid, host, cell, { $0.power == .running }) { goOff(uuid, on: copy.host, cell, stoppedBy: nil) }
    case .userPauses: userPauses(uuid, host, cell)
    case .userResumes: userResumes(uuid, host, cell)
    case .userUndefines: userUndefines(uuid, host, cell)
    case .userDefines: _ = define(uuid, on: host, cell)
    case .startsElsewhere, .startsTwice: startElsewhere(uuid, host, cell, looks: kind == .startsElsewhere)
    case .ioError:
      guard let copy = reachable(uuid, host, cell, { $0.power == .running }), migration(of: uuid, cell) == nil else { return }
      change(uuid, on: copy.host, in: cells[cell].name) {
        $0.power = .paused
        $0.pauseReason = .ioError
      }
    default: preconditionFailure("\(kind) is no deed")
    }
  }

  // MARK: users

  private mutating func userStarts(_ uuid: InstanceUUID, _ host: HostName?, _ cell: Int) {
    guard cells[cell].copies(of: uuid).allSatisfy({ !$0.power.holdsMemory }),
      let copy = reachable(uuid, host, cell, \.persistent)
    else { return }
    bootByOthers(uuid, on: copy.host, cell)
  }

  /// In the middle of a migration too. As with libvirt that migration only ends the sooner, and the guest goes on at its destination: what
  /// `virsh migrate --timeout-suspend` rests on. Where it fails the guest stays paused.
  private mutating func userPauses(_ uuid: InstanceUUID, _ host: HostName?, _ cell: Int) {
    guard let copy = reachable(uuid, host, cell, { $0.power == .running }) else { return }
    if let job = migration(of: uuid, cell) {
      guard var transfer = jobs[job].transfer, transfer.phase != .switchover else { return }
      transfer.settle(at: clock.at)
      transfer.suspendedAt = transfer.suspendedAt ?? clock.at
      jobs[job].transfer = transfer
    }
    if wasAskedToPause(copy) { mayPassForOurs(copy, cell) }
    change(uuid, on: copy.host, in: cells[cell].name) {
      $0.power = .paused
      $0.pauseReason = .user
    }
  }

  private mutating func userResumes(_ uuid: InstanceUUID, _ host: HostName?, _ cell: Int) {
    guard migration(of: uuid, cell) == nil,
      let copy = reachable(uuid, host, cell, { $0.power == .paused && $0.pauseReason == .user }),
      cells[cell].copies(of: uuid).allSatisfy({ $0.host == copy.host || !$0.power.holdsMemory })
    else { return }
    change(uuid, on: copy.host, in: cells[cell].name) {
      $0.power = .running
      $0.suspendedBy = nil
    }
  }

  /// A copy that is off loses its definition; one that runs becomes transient.
  private mutating func userUndefines(_ uuid: InstanceUUID, _ host: HostName?, _ cell: Int) {
    guard migration(of: uuid, cell) == nil, let copy = reachable(uuid, host, cell, { !$0.power.holdsMemory }) ?? reachable(uuid, host, cell)
    else { return }
    guard !copy.power.holdsMemory else { return change(uuid, on: copy.host, in: cells[cell].name) { $0.persistent = false } }
    let remaining = cells[cell].copies(of: uuid).first { $0.host != copy.host }
    removeDefinition(uuid, from: copy.host, cell, keptBy: nil, disks: remaining)
  }

  // MARK: other tools

  /// Defines the guest off, with shared disks, where it has no copy; the host, if that was possible.
  private mutating func define(_ uuid: InstanceUUID, on wanted: HostName?, _ cell: Int) -> HostName? {
    guard let known = cells[cell].copies(of: uuid).first, let here = cells[cell].host(known.host) else { return nil }
    for there in cells[cell].hosts.sorted(by: { $0.name < $1.name }) where wanted == nil || there.name == wanted {
      guard cells[cell].index(of: uuid, on: there.name) == nil, unreachableReason(there.name, in: cell) == nil else { continue }
      var copy = known
      copy.host = there.name
      copy.power = .off
      copy.offReason = .unknown
      (copy.persistent, copy.disabled, copy.autostart) = (true, false, false)
      (copy.mark, copy.heldAutostart, copy.stoppedBy, copy.suspendedBy, copy.chargeWhenStopped) = (nil, nil, nil, nil, nil)
      copy.others?.isRival = false
      copy.others?.mayRival = false
      guard land(&copy, from: here, to: there) else { continue }
      cells[cell].instances.append(copy)
      return there.name
    }
    return nil
  }

  /// Finds each disk of the guest on storage that both hosts share.
  private func land(_ copy: inout SimulatedInstance, from here: SimulatedHost, to there: SimulatedHost) -> Bool {
    for index in copy.disks.indices {
      guard case .shared(let storage) = DiskLanding.find(copy.disks[index], copyTo: nil, copied: false, from: here, to: there) else {
        return false
      }
      copy.disks[index].storage = storage
    }
    return true
  }

  private mutating func startElsewhere(_ uuid: InstanceUUID, _ wanted: HostName?, _ cell: Int, looks: Bool) {
    let copies = cells[cell].copies(of: uuid)
    if looks {
      let seen = cells[cell].hosts.allSatisfy { unreachableReason($0.name, in: cell) == nil }
      guard seen, copies.allSatisfy({ !$0.power.holdsMemory }) else { return }
    } else if migration(of: uuid, cell) != nil {
      return  // Its arrival is not to be told from a second copy.
    }
    guard let host = define(uuid, on: wanted, cell) else { return }
    bootByOthers(uuid, on: host, cell)
  }

  // MARK: what they share

  /// A copy boots by others' will; what comes of other copies that start by themselves is theirs as well.
  mutating func bootByOthers(_ uuid: InstanceUUID, on host: HostName, _ cell: Int) {
    let copies = cells[cell].copies(of: uuid)
    let isDoubled = copies.contains { $0.host != host && $0.power.holdsMemory }
    let boot = 1 + (copies.map(\.bootCount).max() ?? 0)
    let byOthers = 1 + (copies.compactMap { $0.others?.boots }.max() ?? 0)
    for copy in copies {
      change(uuid, on: copy.host, in: cells[cell].name) {
        var deeds = $0.others ?? DeedsOfOthers()
        if $0.host == host {
          $0.power = .running
          deeds.isRival = isDoubled
        } else {
          deeds.mayRival = $0.autostart && !$0.disabled
        }
        if $0.host == host || !$0.power.holdsMemory {
          $0.bootCount = boot
          deeds.boots = byOthers
        }
        $0.stoppedBy = nil
        $0.others = deeds
      }
    }
    auditCopies(of: uuid, in: cells[cell].name)
  }

  /// The first copy by host that its user can reach.
  private func reachable(
    _ uuid: InstanceUUID, _ host: HostName?, _ cell: Int, _ suits: (SimulatedInstance) -> Bool = { _ in true }
  ) -> SimulatedInstance? {
    cells[cell].copies(of: uuid).sorted { $0.host < $1.host }
      .first { (host == nil || $0.host == host) && unreachableReason($0.host, in: cell) == nil && suits($0) }
  }

  private func migration(of uuid: InstanceUUID, _ cell: Int) -> Int? {
    jobs.firstIndex { job in
      guard job.isRunning, job.step.uuid == uuid, job.step.cell == cells[cell].name, job.transfer != nil else { return false }
      return switch job.step.action {
      case .migrate, .resumePostCopy: true
      default: false
      }
    }
  }
}
