package import Fleet
package import Hypervisor

/// Changing running jobs, and taking marks off.
extension SimulatedWorld {
  /// Changes a running job; refuses one that has ended, and an abort once the guest's memory is on both hosts.
  package mutating func control(_ job: JobRef, _ command: JobControl, by caller: SimulatedCaller) throws(HypervisorError) {
    guard let index = jobs.firstIndex(where: { $0.id == job }) else { throw refused("no job \(job) is known") }
    let step = jobs[index].step
    guard jobs[index].isRunning else { throw refused("\(step.name) of \(step.instance) has ended") }
    guard let cell = cellIndex(step.cell) else { throw refused("the world has no cell \(step.cell)") }
    if let reason = unreachableReason(step.source, in: cell) {
      throw HypervisorError(.retryLater, "\(step.source) does not answer: \(reason)")
    }
    let before = cells[cell].copies(of: step.uuid)
    if let mark = before.compactMap(\.mark).first(where: { caller.isKeptOff(by: $0) }) {
      throw HypervisorError(
        .otherWriter, "\(step.instance) is marked by writer \(mark.writer) of fleet \(mark.fleet) until \(mark.expires)")
    }
    guard jobs[index].transfer != nil else { throw refused("\(step.name) of \(step.instance) cannot be changed") }
    try carryOut(command, index)
    auditMarks(step, cell, before: before, by: caller)
    shareLinks(in: step.cell)
  }

  private mutating func carryOut(_ command: JobControl, _ index: Int) throws(HypervisorError) {
    let step = jobs[index].step
    let phase = jobs[index].transfer?.phase
    let migrates: Bool = if case .migrate = step.action { true } else { false }
    switch command {
    case .setDowntime(let milliseconds):
      guard migrates else { throw refused("\(step.name) has no downtime") }
      guard milliseconds > 0 else { throw refused("a downtime of \(milliseconds) ms is too short") }
      jobs[index].transfer?.settle(at: clock.at)
      jobs[index].transfer?.downtimeLimitMilliseconds = milliseconds
    case .setBandwidth(let bytesPerSecond):
      guard bytesPerSecond >= 0 else { throw refused("a bandwidth below 0") }
      jobs[index].transfer?.bandwidthLimit = bytesPerSecond
    case .startPostCopy: try startPostCopy(index, phase)
    case .suspend:
      guard migrates, phase == .disks || phase == .memory else { throw refused("\(step.instance) cannot be paused now") }
      guard jobs[index].transfer?.suspendedAt == nil else { return }
      jobs[index].transfer?.settle(at: clock.at)
      jobs[index].transfer?.suspendedAt = clock.at
      let intent = jobs[index].intent
      change(step.uuid, on: step.source, in: step.cell) {
        if $0.power == .running { $0.suspendedBy = intent }
        $0.power = .paused
        $0.pauseReason = .user
      }
    case .abort: try abort(index, phase)
    }
  }

  private mutating func startPostCopy(_ index: Int, _ phase: SimulatedTransfer.Phase?) throws(HypervisorError) {
    let step = jobs[index].step
    guard case .migrate(let options) = step.action, options.policy.postCopy else {
      throw refused("\(step.name) of \(step.instance) was not begun with post-copy")
    }
    guard phase != .postCopy else { return }
    guard phase == .memory else { throw refused("post-copy of \(step.instance) can begin only while its memory is copied") }
    jobs[index].transfer?.beginPostCopy(at: clock.at)
    change(step.uuid, on: step.source, in: step.cell) { $0.power = .postCopySource }
    change(step.uuid, on: step.destination, in: step.cell) { $0.power = .postCopyTarget }
    auditCopies(of: step.uuid, in: step.cell)
  }

  private mutating func abort(_ index: Int, _ phase: SimulatedTransfer.Phase?) throws(HypervisorError) {
    let step = jobs[index].step
    guard phase != .postCopy else { throw refused("the memory of \(step.instance) is on both hosts; post-copy is never aborted") }
    guard phase != .switchover else { throw refused("\(step.instance) is being switched over") }
    cut(index, because: "aborted")
  }

  private func refused(_ text: String) -> HypervisorError { HypervisorError(.refusedNothingHappened, text) }

  /// Takes the caller's mark off; another writer's stays.
  package mutating func release(_ uuid: InstanceUUID, on hosts: [HostName], in cell: CellName, by caller: SimulatedCaller) {
    guard let cell = cellIndex(cell) else { return }
    for index in cells[cell].instances.indices where cells[cell].instances[index].uuid == uuid {
      let copy = cells[cell].instances[index]
      guard hosts.contains(copy.host), copy.mark?.writer == caller.writer.writer, unreachableReason(copy.host, in: cell) == nil else {
        continue
      }
      cells[cell].instances[index].mark = nil
    }
  }

  /// True if the caller's mark on a running job's instance has less than half its life left.
  package func needsRenewal(_ job: JobRef, by caller: SimulatedCaller) -> Bool {
    guard let found = jobs.first(where: { $0.id == job }), found.isRunning, let cell = cellIndex(found.step.cell) else { return false }
    return cells[cell].copies(of: found.step.uuid).contains { isDue($0.mark, caller) }
  }

  /// Gives the caller's marks on a running job's instance their whole life again.
  package mutating func renewMark(of job: JobRef, by caller: SimulatedCaller) {
    guard let found = jobs.first(where: { $0.id == job }), found.isRunning, let cell = cellIndex(found.step.cell) else { return }
    for index in cells[cell].instances.indices where cells[cell].instances[index].uuid == found.step.uuid {
      guard cells[cell].instances[index].mark?.writer == caller.writer.writer else { continue }
      cells[cell].instances[index].mark?.expires = caller.wall.adding(milliseconds: WriterIdentity.markLifetimeMilliseconds)
    }
  }

  private func isDue(_ mark: WriterMark?, _ caller: SimulatedCaller) -> Bool {
    guard let mark, mark.writer == caller.writer.writer else { return false }
    return mark.expires.milliseconds(since: caller.wall) < WriterIdentity.markLifetimeMilliseconds / 2
  }
}
