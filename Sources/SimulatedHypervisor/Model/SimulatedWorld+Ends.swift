import Fleet

/// How steps that take time end, well or badly.
extension SimulatedWorld {
  /// Records the end of a job, gives its share of the links back and forgets the oldest ends.
  mutating func finish(_ index: Int, _ state: JobProgress.State) {
    precondition(jobs[index].isRunning, "a job ends once")
    jobs[index].state = state
    var last = jobs[index].progress(at: clock.at)
    if state == .done { last.remainingBytes = 0 }
    jobs[index].statistics = last
    jobs[index].transfer?.settle(at: clock.at)
    jobs[index].endedAt = clock.at
    let cell = jobs[index].step.cell
    let uuid = jobs[index].step.uuid
    auditCopies(of: uuid, in: cell)
    forgetOldJobs()
    shareLinks(in: cell)
  }

  private mutating func forgetOldJobs() {
    var surplus = jobs.count { !$0.isRunning } - SimulatedWorld.endedJobsMax
    guard surplus > 0 else { return }
    jobs.removeAll { job in
      guard !job.isRunning, surplus > 0 else { return false }
      surplus -= 1
      return true
    }
  }

  /// The end of a step that only takes time: a shutdown or a move of a definition.
  mutating func endTimed(_ index: Int) {
    let step = jobs[index].step
    switch step.action {
    case .migrate: succeed(index)
    case .shutDown(let timeout, let onTimeout):
      guard let cell = cells.first(where: { $0.name == step.cell }), let guest = cell.copy(of: step.uuid, on: step.source) else {
        return finish(index, .failed("\(step.instance) left \(step.source)"))
      }
      // By whomever: nobody can tell whom it heeded.
      let isOff = guest.power == .off
      let obeyed = isOff || (!guest.ignoresAcpi && guest.shutdownMilliseconds <= timeout)
      guard isOff || guest.power == .running || guest.power == .paused else {
        return finish(index, .failed("\(step.instance) is \(guest.power.rawValue) on \(step.source)"))
      }
      if !obeyed, onTimeout == .abort {
        if !guest.ignoresAcpi {
          let at = jobs[index].begunAt.adding(milliseconds: guest.shutdownMilliseconds)
          pending.append(
            SimulatedPending(
              at: at, uuid: step.uuid, cell: step.cell, event: .goesOff(jobs[index].intent, boot: guest.bootCount)))
        }
        return finish(index, .failed("\(step.instance) did not shut down within \(timeout / 1000) s; it still runs"))
      }
      let intent = jobs[index].intent
      let charge = cell.chargedMemoryBytes(on: step.source) + (isOff ? guest.memoryMaxBytes + guest.overheadBytes : 0)
      change(step.uuid, on: step.source, in: step.cell) {
        $0.power = .off
        $0.offReason = obeyed ? .shutDown : .destroyed
        $0.stoppedBy = intent
        $0.others?.isRival = false
        $0.chargeWhenStopped = charge
      }
      // Its user undefined it meanwhile: nothing is left of it.
      if !guest.persistent, let cell = cellIndex(step.cell) { cells[cell].remove(step.uuid, from: step.source) }
      finish(index, .done)
    default: preconditionFailure("only shutdowns and definitions take time without bytes")
    }
  }

  /// The job did what it was begun for.
  mutating func succeed(_ index: Int) {
    let job = jobs[index]
    guard let cell = cellIndex(job.step.cell) else { return }
    switch job.step.action {
    case .copyDisk(let disk):
      guard let host = cells[cell].hostIndex(job.step.destination) else { break }
      for place in cells[cell].hosts[host].volumes.indices where cells[cell].hosts[host].volumes[place].intent == job.intent {
        if cells[cell].hosts[host].volumes[place].target == disk.target { cells[cell].hosts[host].volumes[place].complete = true }
      }
    case .migrate(let options): handOver(job, cell, options)
    case .resumePostCopy: handOver(job, cell, nil)
    default: break
    }
    finish(index, .done)
  }

  /// The destination has it all: the definition is there, gone at the source, and the source's copied disks are left without one.
  private mutating func handOver(_ job: SimulatedJob, _ cell: Int, _ options: MigrateOptions?) {
    let step = job.step
    guard let source = cells[cell].copy(of: step.uuid, on: step.source), let target = cells[cell].index(of: step.uuid, on: step.destination)
    else { return }
    arrive(target, cell, options, job.intent, wasPaused: job.transfer?.wasPaused ?? false)
    cells[cell].instances[target].persistent = source.persistent
    cells[cell].instances[target].mark = source.mark
    adoptVolumes(of: cells[cell].instances[target], cell)
    removeDefinition(step.uuid, from: step.source, cell, keptBy: job.intent, disks: cells[cell].instances[target])
  }

  /// Makes the arriving half the guest; one that is to arrive paused stands until our `resume`, one that its user paused until his.
  mutating func arrive(_ index: Int, _ cell: Int, _ options: MigrateOptions?, _ intent: IntentID, wasPaused: Bool) {
    guard options?.mode != .offline else { return cells[cell].instances[index].power = .off }
    let isHeld = options?.arrivesPaused == true && !wasPaused
    cells[cell].instances[index].power = wasPaused || isHeld ? .paused : .running
    cells[cell].instances[index].pauseReason = .user
    if isHeld { cells[cell].instances[index].suspendedBy = intent }
  }

  /// The transfer broke: before the switch the guest stays at the source, after it its memory is on both hosts.
  mutating func cut(_ index: Int, because text: String) {
    let step = jobs[index].step
    guard let cell = cellIndex(step.cell) else { return }
    switch step.action {
    case .copyDisk:
      dropPartialVolume(jobs[index], cell)
      finish(index, .failed("\(text); the copy was given up"))
    case .migrate where jobs[index].transfer?.phase == .postCopy, .resumePostCopy:
      change(step.uuid, on: step.destination, in: step.cell) { $0.power = .postCopyTargetFailed }
      finish(index, .unknown("\(text) in post-copy; the memory of \(step.instance) is on both hosts"))
    case .migrate:
      rollBackToSource(jobs[index], cell)
      finish(index, .failed("\(text); \(step.instance) is on \(step.source) as before"))
    default: finish(index, .unknown(text))
    }
  }

  /// The guest dies at the source before the switch.
  mutating func crashSource(_ index: Int) {
    let step = jobs[index].step
    guard case .migrate(let options) = step.action, options.mode != .offline, jobs[index].transfer?.phase != .postCopy,
      let cell = cellIndex(step.cell)
    else { return cut(index, because: "the guest crashed") }
    cells[cell].remove(step.uuid, from: step.destination)
    crash(step.uuid, on: step.source, cell)
    finish(index, .failed("\(step.instance) crashed on \(step.source) while it was migrated"))
  }

  /// A guest's process ends; without a definition nothing is left of it.
  mutating func crash(_ uuid: InstanceUUID, on host: HostName, _ cell: Int) {
    guard let index = cells[cell].index(of: uuid, on: host) else { return }
    guard cells[cell].instances[index].persistent else { return cells[cell].remove(uuid, from: host) }
    if wasAskedOff(cells[cell].instances[index]) { mayPassForOurs(cells[cell].instances[index], cell) }
    cells[cell].instances[index].power = .crashed
    cells[cell].instances[index].suspendedBy = nil
    cells[cell].instances[index].offReason = .crashed
    cells[cell].instances[index].others?.isRival = false
  }

  mutating func rollBackToSource(_ job: SimulatedJob, _ cell: Int) {
    let step = job.step
    cells[cell].remove(step.uuid, from: step.destination)
    resumeSource(job, cell)
  }

  /// The guest goes on where it was, unless somebody paused it.
  mutating func resumeSource(_ job: SimulatedJob, _ cell: Int) {
    let step = job.step
    guard let index = cells[cell].index(of: step.uuid, on: step.source), cells[cell].instances[index].power == .paused else { return }
    // Whoever paused it must resume it: hypervisors differ in what they do of themselves, and this is the harder case.
    let staysPaused = job.transfer?.wasPaused == true || job.transfer?.suspendedAt != nil
    cells[cell].instances[index].power = staysPaused ? .paused : .running
    cells[cell].instances[index].pauseReason = .user
  }

  /// A copy that broke takes its half volume away, if its host still answers.
  mutating func dropPartialVolume(_ job: SimulatedJob, _ cell: Int) {
    guard let host = cells[cell].hostIndex(job.step.destination), unreachableReason(job.step.destination, in: cell) == nil else { return }
    let halves = cells[cell].hosts[host].volumes.filter { $0.intent == job.intent && !$0.complete }
    cells[cell].hosts[host].volumes.removeAll { $0.intent == job.intent && !$0.complete }
    for half in halves { cells[cell].charge(-half.bytes, to: half.pool, on: job.step.destination) }
  }
}
