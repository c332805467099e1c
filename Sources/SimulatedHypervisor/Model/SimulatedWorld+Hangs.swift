import Fleet
import Hypervisor

/// Daemons that fall silent and wake, while their guests run on.
extension SimulatedWorld {
  /// The fault by which a host's daemon hangs now.
  func hang(of host: HostName) -> Int? {
    faults.firstIndex { $0.kind == .daemonHang && $0.host == host && $0.isOpen(at: clock.at) }
  }

  /// A call to a hung daemon: nobody knows what becomes of it. Nil: it is not one of those that take effect, and is as good as not made.
  mutating func spendHang(on step: Step, _ intent: IntentID, _ caller: SimulatedCaller) -> HypervisorError? {
    guard let cell = cellIndex(step.cell), let host = step.hostsNeeded.first(where: { hang(of: $0) != nil }), let index = hang(of: host),
      faults[index].times > 0
    else { return nil }
    let others = step.hostsNeeded.filter { $0 != host }
    guard others.allSatisfy({ unreachableReason($0, in: cell) == nil }) else { return nil }
    faults[index].times -= 1
    if let wakes = faults[index].until {
      pending.append(
        SimulatedPending(at: wakes, uuid: step.uuid, cell: step.cell, event: .call(step, caller.writer.mark(for: intent, at: caller.wall))))
    }
    return HypervisorError(.unknownOutcome, "\(host) did not answer to \(step.name) of \(step.instance)")
  }

  /// The daemon of a host falls silent: what it has to do with stands still until it wakes.
  mutating func beginHang(_ index: Int, _ host: HostName, _ cell: Int) {
    for job in jobs.indices where jobs[job].isRunning && jobs[job].step.cell == cells[cell].name && jobs[job].touches(host) {
      guard let transfer = jobs[job].transfer else { continue }
      switch transfer.phase {
      case .disks, .memory:
        jobs[job].transfer?.settle(at: clock.at)
        jobs[job].transfer?.stalled = true
        jobs[job].transfer?.stalledUntil = faults[index].until
      case .switchover: hangHandOver(job, host, until: faults[index].until)
      case .postCopy: break  // Its memory goes from one process of the guest to the other.
      }
    }
  }

  /// The destination of a migration falls silent just when the guest is to run there.
  mutating func strikeHandOver(_ job: Int, _ trouble: SimulatedTrouble) {
    let host = jobs[job].step.destination
    let wakes = clock.at.adding(milliseconds: trouble.lastsMilliseconds ?? SimulatedFault.handOverHangMilliseconds)
    var fault = SimulatedFault(.daemonHang, host: host, from: clock.at, until: wakes, times: 0)
    fault.struck = true
    faults.append(fault)
    beginHang(faults.count - 1, host, cells.firstIndex { $0.name == jobs[job].step.cell }!)
  }

  /// Both halves stand paused. A source gives a silent destination up by keepalive; a silent source gives nothing up before it wakes.
  private mutating func hangHandOver(_ job: Int, _ host: HostName, until wakes: Timestamp?) {
    guard var transfer = jobs[job].transfer else { return }
    let step = jobs[job].step
    let givesUp = clock.at.adding(milliseconds: SimulatedTransfer.keepaliveMilliseconds)
    if let wakes, wakes <= givesUp {
      transfer.switchoverEndsAt = wakes
    } else {
      transfer.isGivenUp = true
      transfer.switchoverEndsAt = host == step.source ? wakes : givesUp
    }
    jobs[job].transfer = transfer
    guard transfer.isGivenUp == true, host == step.destination, let wakes else { return }
    pending.append(
      SimulatedPending(
        at: wakes, uuid: step.uuid, cell: step.cell, event: .arrives(jobs[job].intent, step, wasPaused: transfer.wasPaused)))
  }

  /// The source goes on with its guest; of the destination's half it knows nothing.
  mutating func giveUp(_ index: Int) {
    let step = jobs[index].step
    guard let cell = cellIndex(step.cell) else { return }
    let isSilent = hang(of: step.destination) != nil
    resumeSource(jobs[index], cell)
    if !isSilent { cells[cell].remove(step.uuid, from: step.destination) }
    finish(index, .failed("keepalive: \(step.destination) did not answer; \(step.instance) is on \(step.source) as before"))
  }

  /// libvirt's hole: the woken destination does what it had been told before its source gave it up.
  mutating func arriveLate(_ step: Step, _ intent: IntentID, wasPaused: Bool, _ cell: Int) {
    guard case .migrate(let options) = step.action, let index = cells[cell].index(of: step.uuid, on: step.destination),
      cells[cell].instances[index].power == .incoming
    else { return }
    arrive(index, cell, options, intent, wasPaused: wasPaused)
    cells[cell].instances[index].persistent = true
    adoptVolumes(of: cells[cell].instances[index], cell)
    auditCopies(of: step.uuid, in: step.cell)
  }
}
