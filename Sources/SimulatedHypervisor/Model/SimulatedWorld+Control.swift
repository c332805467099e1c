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
        .otherWriter, "\(step.instance) is marked by \(caller.writer.words(on: mark)) until \(mark.expires)")
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

  /// Whether the caller's mark for this intent is on a copy at one of the step's hosts; nil: one of them does not answer.
  package func hasTrace(of intent: IntentID, step: Step, by caller: SimulatedCaller) -> Bool? {
    guard let cell = cellIndex(step.cell) else { return nil }
    let hosts = [step.source, step.destination]
    let marks = cells[cell].copies(of: step.uuid).filter { hosts.contains($0.host) && unreachableReason($0.host, in: cell) == nil }
    if marks.contains(where: { $0.mark.map { caller.writer.isOurs($0) && $0.intent == intent } ?? false }) { return true }
    return hosts.allSatisfy { unreachableReason($0, in: cell) == nil } ? false : nil
  }

  /// Takes the caller's mark off; another writer's stays. A copy starts with its host again, if it did, only at `home`, where the guest was
  /// seen to live; nil: nowhere.
  package mutating func release(
    _ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, in cell: CellName, by caller: SimulatedCaller
  ) {
    guard let cell = cellIndex(cell) else { return }
    // A guest that is off lives where it is defined alone, and nobody knows that while another host is silent.
    let isOff = !cells[cell].copies(of: uuid).contains { $0.host == home && $0.power.holdsMemory }
    if home != nil, isOff, hosts.contains(where: { unreachableReason($0, in: cell) != nil }) { return }
    for index in cells[cell].instances.indices where cells[cell].instances[index].uuid == uuid {
      let copy = cells[cell].instances[index]
      guard hosts.contains(copy.host), copy.mark.map(caller.writer.isOurs) ?? false, unreachableReason(copy.host, in: cell) == nil else {
        continue
      }
      cells[cell].instances[index].mark = nil
      let startsAgain = copy.heldAutostart == true && home == copy.host
      cells[cell].instances[index].autostart = copy.autostart || startsAgain
      cells[cell].instances[index].heldAutostart = nil
      if let home, home != copy.host, !copy.power.holdsMemory { cells[cell].instances[index].disabled = true }
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
      guard cells[cell].instances[index].mark.map(caller.writer.isOurs) ?? false else { continue }
      cells[cell].instances[index].mark?.expires = caller.wall.adding(milliseconds: WriterIdentity.markLifetimeMilliseconds)
    }
  }

  private func isDue(_ mark: WriterMark?, _ caller: SimulatedCaller) -> Bool {
    guard let mark, caller.writer.isOurs(mark) else { return false }
    return mark.expires.milliseconds(since: caller.wall) < WriterIdentity.markLifetimeMilliseconds / 2
  }
}
