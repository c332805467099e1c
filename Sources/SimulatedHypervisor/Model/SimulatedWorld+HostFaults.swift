package import Fleet

/// Hosts that are cut off, go down and come up again.
extension SimulatedWorld {
  /// Why a host does not answer now; nil: it does.
  func unreachableReason(_ host: HostName, in cell: Int) -> String? {
    guard let found = cells[cell].host(host) else { return "the world has no host \(host)" }
    for fault in faults where fault.host == host && fault.isOpen(at: clock.at) {
      if fault.kind == .hostLoss { return "no route to host" }
      if fault.kind == .hostCrash { return "the host is down" }
      if fault.kind == .daemonHang { return "its daemon does not answer" }
    }
    return found.reachable ? nil : (found.unreachableReason ?? "no answer")
  }

  /// Like `unreachableReason`, for a look that gives up after the deadline.
  package func silence(of host: HostName, in cell: Int, deadlineMilliseconds: Int) -> String? {
    if let reason = unreachableReason(host, in: cell) { return reason }
    for fault in faults where fault.kind == .slowObserve && fault.host == host && fault.isOpen(at: clock.at) {
      if fault.delayMilliseconds ?? Int.max > deadlineMilliseconds { return "no answer within \(seconds(deadlineMilliseconds)) s" }
    }
    return nil
  }

  private func seconds(_ milliseconds: Int) -> String {
    milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
  }

  /// Carries out the next change of a host fault: cut off, down, or up again.
  mutating func strikeHost(_ index: Int) {
    guard let host = faults[index].host, let cell = cells.firstIndex(where: { $0.host(host) != nil }) else {
      faults[index].struck = true
      faults[index].risen = true
      return
    }
    if faults[index].kind == .daemonHang {
      faults[index].struck = true
      beginHang(index, host, cell)
    } else if faults[index].kind == .hostLoss {
      faults[index].struck = true
      cutJobs(of: host, cell, because: "\(host) was cut off")
    } else if !faults[index].struck {
      faults[index].struck = true
      goDown(host, cell)
    } else {
      faults[index].risen = true
      comeUp(host, cell)
    }
  }

  private mutating func cutJobs(of host: HostName, _ cell: Int, because text: String) {
    for id in runningJobs(touching: host, cell) {
      guard let index = jobs.firstIndex(where: { $0.id == id }), jobs[index].transfer != nil else { continue }
      cut(index, because: text)
    }
  }

  private func runningJobs(touching host: HostName, _ cell: Int) -> [JobRef] {
    jobs.filter { $0.isRunning && $0.step.cell == cells[cell].name && $0.touches(host) }.map(\.id)
  }

  private mutating func goDown(_ host: HostName, _ cell: Int) {
    for id in runningJobs(touching: host, cell) {
      guard let index = jobs.firstIndex(where: { $0.id == id }) else { continue }
      endByHostCrash(index, host, cell)
    }
    for guest in cells[cell].instances where guest.host == host {
      switch guest.power {
      case .running, .paused: crash(guest.uuid, on: host, cell)
      case .incoming, .postCopyTarget, .postCopyTargetFailed: cells[cell].remove(guest.uuid, from: host)
      case .postCopySource: crash(guest.uuid, on: host, cell)
      case .off, .crashed: break
      }
    }
  }

  /// A destination that goes down leaves the guest at the source, unless its memory had begun to leave; a source takes it down with it.
  private mutating func endByHostCrash(_ index: Int, _ host: HostName, _ cell: Int) {
    let step = jobs[index].step
    if jobs[index].transfer != nil, step.destination == host || jobs[index].transfer?.phase == .postCopy {
      return cut(index, because: "\(host) went down")
    }
    if case .migrate = step.action, step.source == host {
      cells[cell].remove(step.uuid, from: step.destination)
    }
    guard step.source == host else { return }
    finish(index, .unknown("\(host) went down"))
  }

  /// The host is back and starts what it is told to start.
  private mutating func comeUp(_ host: HostName, _ cell: Int) {
    for index in cells[cell].instances.indices where cells[cell].instances[index].host == host {
      let guest = cells[cell].instances[index]
      guard guest.autostart, !guest.disabled, guest.persistent, !guest.power.holdsMemory else { continue }
      var deeds = guest.others ?? DeedsOfOthers()
      deeds.boots += 1
      deeds.isRival = deeds.mayRival && cells[cell].copies(of: guest.uuid).contains { $0.host != host && $0.power.holdsMemory }
      cells[cell].instances[index].power = .running
      cells[cell].instances[index].bootCount += 1
      cells[cell].instances[index].stoppedBy = nil
      cells[cell].instances[index].others = deeds
      auditCopies(of: guest.uuid, in: cells[cell].name)
    }
  }
}
