import Fleet

/// The effects themselves, after every refusal was ruled out.
extension SimulatedWorld {
  /// Carries a step out as far as it goes at once, and returns its job: running, or done.
  mutating func carryOut(_ step: Step, _ intent: IntentID, _ cell: Int) -> JobRef {
    jobsBegun += 1
    var job = SimulatedJob(
      id: JobRef("job-\(jobsBegun)"), intent: intent, step: step, begunAt: clock.at, endedAt: nil, state: .running, transfer: nil,
      timerAt: nil,
      troubles: [], statistics: nil)
    switch step.action {
    case .migrate(let options): beginMigration(&job, options, cell)
    case .shutDown(let timeout, _):
      let guest = cells[cell].copy(of: step.uuid, on: step.source)
      let obeys = guest.map { !$0.ignoresAcpi } ?? false
      job.timerAt = clock.at.adding(milliseconds: obeys ? min(timeout, guest?.shutdownMilliseconds ?? timeout) : timeout)
    case .copyDisk(let disk): beginCopy(&job, disk, cell)
    case .define: define(job, cell)
    case .disable(let host): change(step.uuid, on: host, in: step.cell) { $0.disabled = true }
    case .start(let host): start(step.uuid, on: host, cell)
    case .undefine(let host): undefine(job, host, cell)
    case .removeDisk(let target, let pool, _, let host, _, _, _): removeDisk(step.uuid, target, pool, host, cell)
    case .resumePostCopy: resumePostCopy(&job)
    case .resume(let host): resume(step, host, cell)
    case .discardArrival(let host): cells[cell].remove(step.uuid, from: host)
    case .closeHost(let host): setAdmission(.closedByUs, host, cell, from: .open)
    case .openHost(let host): setAdmission(.open, host, cell, from: .closedByUs)
    }
    if job.transfer != nil { job.troubles = spendTroubles(on: step) }
    jobs.append(job)
    if job.transfer == nil, job.timerAt == nil { finish(jobs.count - 1, .done) }
    return job.id
  }

  private mutating func beginMigration(_ job: inout SimulatedJob, _ options: MigrateOptions, _ cell: Int) {
    let step = job.step
    guard let source = cells[cell].copy(of: step.uuid, on: step.source), let here = cells[cell].host(step.source),
      let there = cells[cell].host(step.destination)
    else { return }
    var target = source
    target.host = step.destination
    target.power = options.mode == .offline ? .off : .incoming
    target.persistent = false
    target.forgetOthersRivalry()
    var diskBytes = 0
    for index in target.disks.indices {
      let disk = target.disks[index]
      let move = options.disks.first { $0.target == disk.target }
      switch DiskLanding.find(disk, copyTo: move?.toPool, copied: move?.action == .copy, from: here, to: there) {
      case .copied(let pool):
        diskBytes += disk.allocatedBytes
        addVolume(
          SimulatedVolume(pool: pool, uuid: step.uuid, target: disk.target, bytes: disk.allocatedBytes, intent: job.intent),
          step.destination, cell)
        target.disks[index].storage = pool
      case .shared(let storage): target.disks[index].storage = storage
      case .impossible: preconditionFailure("a disk that cannot land was let through by the checks")
      }
    }
    cells[cell].instances.append(target)
    if options.mode == .offline {
      job.timerAt = clock.at.adding(milliseconds: SimulatedWorld.definitionMilliseconds)
    } else {
      job.transfer = SimulatedTransfer(
        diskBytes: diskBytes, memoryBytes: source.memoryMaxBytes, dirtyBytesPerSecond: source.dirtyBytesPerSecond,
        workingSetBytes: source.workingSetBytes, autoConverge: options.policy.autoConverge,
        bandwidthLimit: options.policy.bandwidthBytesPerSecond, wasPaused: source.power == .paused, at: clock.at)
    }
  }

  private mutating func addVolume(_ volume: SimulatedVolume, _ host: HostName, _ cell: Int) {
    guard let index = cells[cell].hostIndex(host) else { return }
    cells[cell].hosts[index].volumes.append(volume)
    cells[cell].charge(volume.bytes, to: volume.pool, on: host)
  }

  private mutating func beginCopy(_ job: inout SimulatedJob, _ move: DiskMove, _ cell: Int) {
    let step = job.step
    guard let pool = move.toPool, let guest = cells[cell].copy(of: step.uuid, on: step.source),
      let disk = guest.disks.first(where: { $0.target == move.target })
    else { return }
    addVolume(
      SimulatedVolume(
        pool: pool, uuid: step.uuid, target: move.target, bytes: disk.allocatedBytes, intent: job.intent, complete: disk.allocatedBytes == 0
      ),
      step.destination, cell)
    guard disk.allocatedBytes > 0 else { return }
    job.transfer = SimulatedTransfer(diskBytes: disk.allocatedBytes, memoryBytes: 0, at: clock.at)
  }

  /// Defines the guest off and disabled, so that between this and the end of the move only a `start` of ours can boot it.
  private mutating func define(_ job: SimulatedJob, _ cell: Int) {
    let step = job.step
    guard let source = cells[cell].copy(of: step.uuid, on: step.source), let here = cells[cell].host(step.source),
      let there = cells[cell].host(step.destination)
    else { return }
    precondition(here.name != there.name, "a guest is defined at another host than its own")
    var target = source
    target.host = step.destination
    target.disabled = true
    target.power = .off
    target.offReason = .unknown
    target.chargeWhenStopped = nil
    target.forgetOthersRivalry()
    for index in target.disks.indices {
      switch DiskLanding.afterCopying(source.disks[index], of: source, from: here, to: there) {
      case .copied(let pool): target.disks[index].storage = pool
      case .shared(let storage): target.disks[index].storage = storage
      case .impossible: preconditionFailure("a disk that cannot land was let through by the checks")
      }
    }
    cells[cell].instances.append(target)
    adoptVolumes(of: target, cell)
  }

  private mutating func start(_ uuid: InstanceUUID, on host: HostName, _ cell: Int) {
    guard let index = cells[cell].index(of: uuid, on: host) else { return }
    if cells[cell].instances[index].stoppedBy == nil, cells[cell].copies(of: uuid).allSatisfy({ $0.others?.mayPassForOurs != true }) {
      violated("\(cells[cell].instances[index].name) was started on \(host) although no step of ours had stopped it")
    }
    cells[cell].instances[index].power = .running
    cells[cell].instances[index].disabled = false
    cells[cell].instances[index].stoppedBy = nil
    cells[cell].instances[index].chargeWhenStopped = nil
    cells[cell].instances[index].bootCount += 1
    // The copy that stays off is of an older boot from now on.
    let bootCount = cells[cell].instances[index].bootCount
    let others = cells[cell].instances[index].others?.boots
    for other in cells[cell].instances.indices where cells[cell].instances[other].uuid == uuid {
      cells[cell].instances[other].stoppedBy = nil
      cells[cell].instances[other].others?.mayPassForOurs = false
      guard !cells[cell].instances[other].power.holdsMemory || other == index else { continue }
      cells[cell].instances[other].bootCount = bootCount
      if let others { cells[cell].instances[other].others = DeedsOfOthers(boots: others) }
    }
  }

  /// Removes a definition; if one copy is left and it was only kept from starting by the move, it is an ordinary guest again.
  private mutating func undefine(_ job: SimulatedJob, _ host: HostName, _ cell: Int) {
    let uuid = job.step.uuid
    let ends = [job.step.source, job.step.destination]
    let others = cells[cell].instances.indices.filter {
      cells[cell].instances[$0].uuid == uuid && cells[cell].instances[$0].host != host && ends.contains(cells[cell].instances[$0].host)
    }
    if others.count == 1 { cells[cell].instances[others[0]].disabled = false }
    let remaining = others.first.map { cells[cell].instances[$0] }
    removeDefinition(uuid, from: host, cell, keptBy: job.intent, disks: remaining)
  }

  private mutating func removeDisk(_ uuid: InstanceUUID, _ target: String, _ pool: StorageID, _ host: HostName, _ cell: Int) {
    guard let index = cells[cell].hostIndex(host) else { return }
    let gone = cells[cell].hosts[index].volumes.filter { $0.uuid == uuid && $0.target == target && $0.pool == pool }
    cells[cell].hosts[index].volumes.removeAll { $0.uuid == uuid && $0.target == target && $0.pool == pool }
    for volume in gone { cells[cell].charge(-volume.bytes, to: pool, on: host) }
  }

  private mutating func resumePostCopy(_ job: inout SimulatedJob) {
    let step = job.step
    let broken = jobs.last { $0.step.uuid == step.uuid && $0.transfer?.phase == .postCopy }?.transfer
    let memory = cells.first { $0.name == step.cell }?.copy(of: step.uuid, on: step.source)?.memoryMaxBytes ?? 1
    var transfer = broken ?? SimulatedTransfer(diskBytes: 0, memoryBytes: memory, at: clock.at)
    transfer.since = clock.at
    transfer.stalled = false
    if transfer.phase != .postCopy { transfer.beginPostCopy(at: clock.at) }
    job.transfer = transfer
    change(step.uuid, on: step.destination, in: step.cell) { $0.power = .postCopyTarget }
  }

  private mutating func resume(_ step: Step, _ host: HostName, _ cell: Int) {
    guard let index = cells[cell].index(of: step.uuid, on: host) else { return }
    if cells[cell].instances[index].suspendedBy == nil, cells[cell].instances[index].others?.mayPassForOurs != true {
      violated("\(step.instance) was resumed on \(host) although its user paused it")
    }
    cells[cell].instances[index].others?.mayPassForOurs = false
    cells[cell].instances[index].power = .running
    cells[cell].instances[index].suspendedBy = nil
  }

  /// What somebody else closed stays closed.
  private mutating func setAdmission(
    _ admission: HostObservation.Admission, _ host: HostName, _ cell: Int, from before: HostObservation.Admission
  ) {
    guard let index = cells[cell].hostIndex(host), cells[cell].hosts[index].admission == before else { return }
    cells[cell].hosts[index].admission = admission
  }
}
