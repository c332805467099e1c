package import Fleet

/// Time passing: rounds, switchovers, shutdowns, faults of hosts.
extension SimulatedWorld {
  /// Changes one `advance` may pass through; far above what any world of the limits here has.
  package static let changesPerAdvanceMax = 50_000_000

  /// Lets world time pass until `time`, through everything that happens on the way; an earlier time changes nothing.
  ///
  /// Advancing in many steps or in one ends in the same world.
  package mutating func advance(to time: Timestamp) {
    var changes = 0
    while let (change, at) = nextChange(), at <= time {
      clock.at = max(clock.at, at)
      carryOut(change)
      changes += 1
      precondition(changes < SimulatedWorld.changesPerAdvanceMax, "a simulated world changes without end")
    }
    clock.at = max(clock.at, time)
  }

  private enum Change {
    case fault(Int)
    case pending(Int)
    case job(Int)
  }

  /// What happens next by itself, at the earliest; of things at the same time faults, then what was pending, then the older job.
  private func nextChange() -> (Change, Timestamp)? {
    var best: (Change, Timestamp)?
    for index in faults.indices {
      guard let at = faults[index].nextChange else { continue }
      if best.map({ at < $0.1 }) ?? true { best = (.fault(index), at) }
    }
    for index in pending.indices where best.map({ pending[index].at < $0.1 }) ?? true { best = (.pending(index), pending[index].at) }
    for index in jobs.indices where jobs[index].isRunning {
      guard let at = jobs[index].nextChange else { continue }
      if best.map({ at < $0.1 }) ?? true { best = (.job(index), at) }
    }
    return best
  }

  private mutating func carryOut(_ change: Change) {
    switch change {
    case .fault(let index): if faults[index].kind.isDeed { carryOutDeed(index) } else { strikeHost(index) }
    case .pending(let index): carryOutPending(index)
    case .job(let index): advanceJob(index)
    }
  }

  private mutating func advanceJob(_ index: Int) {
    let now = clock.at
    if let trouble = jobs[index].nextTrouble, trouble.at <= now {
      let struck = jobs[index].troubles.remove(at: trouble.index)
      return strike(index, struck)
    }
    if let timer = jobs[index].timerAt, timer <= now { return endTimed(index) }
    guard var transfer = jobs[index].transfer, let at = transfer.nextChange, at <= now else { return }
    if transfer.stalled, transfer.phase != .switchover {
      transfer.stalled = false
      transfer.since = now
      jobs[index].transfer = transfer
      return
    }
    switch transfer.phase {
    case .switchover where transfer.isGivenUp == true: giveUp(index)
    case .switchover, .postCopy: succeed(index)
    case .disks where transfer.memoryBytes == 0: succeed(index)
    case .disks, .memory:
      transfer.endRound(at: now)
      jobs[index].transfer = transfer
      if transfer.phase == .switchover { beginHandOver(index) }
    }
  }

  private mutating func beginHandOver(_ index: Int) {
    let step = jobs[index].step
    change(step.uuid, on: step.source, in: step.cell) {
      $0.power = .paused
      $0.pauseReason = .migration
    }
    guard let trouble = jobs[index].troubles.firstIndex(where: { $0.kind == .handOverHang }) else { return }
    strikeHandOver(index, jobs[index].troubles.remove(at: trouble))
  }

  private mutating func strike(_ index: Int, _ trouble: SimulatedTrouble) {
    switch trouble.kind {
    case .stall:
      jobs[index].transfer?.settle(at: clock.at)
      jobs[index].transfer?.stalled = true
      jobs[index].transfer?.stalledUntil = trouble.until
    case .connectionCut: cut(index, because: "the connection between \(jobs[index].step.source) and \(jobs[index].step.destination) broke")
    case .crash: crashSource(index)
    default: preconditionFailure("only faults of transfers strike a running job")
    }
  }

  /// Changes one copy of an instance, if it is there.
  mutating func change(
    _ uuid: InstanceUUID, on host: HostName, in cell: CellName, _ body: (inout SimulatedInstance) -> Void
  ) {
    guard let cellIndex = cellIndex(cell), let index = cells[cellIndex].index(of: uuid, on: host) else { return }
    body(&cells[cellIndex].instances[index])
  }

  /// Shares the links anew after a transfer began, ended or was controlled: a host's link is split evenly among its transfers each way.
  mutating func shareLinks(in cell: CellName) {
    guard let cellIndex = cellIndex(cell) else { return }
    let running = jobs.indices.filter { jobs[$0].isRunning && jobs[$0].transfer != nil && jobs[$0].step.cell == cell }
    var out: [HostName: Int] = [:]
    var into: [HostName: Int] = [:]
    for index in running {
      out[jobs[index].step.source, default: 0] += 1
      into[jobs[index].step.destination, default: 0] += 1
    }
    for index in running {
      let step = jobs[index].step
      let share = cells[cellIndex].linkBytesPerSecond / max(1, max(out[step.source] ?? 1, into[step.destination] ?? 1))
      guard var transfer = jobs[index].transfer else { continue }
      let rate = max(1, transfer.bandwidthLimit > 0 ? min(share, transfer.bandwidthLimit) : share)
      guard rate != transfer.rate else { continue }
      transfer.settle(at: clock.at)
      transfer.rate = rate
      jobs[index].transfer = transfer
    }
  }
}

extension SimulatedFault {
  /// When a fault of a host next changes the world by itself.
  var nextChange: Timestamp? {
    switch kind {
    case .hostLoss: struck ? nil : (from ?? Timestamp(milliseconds: 0))
    case .hostCrash: struck ? (risen ? nil : until) : (from ?? Timestamp(milliseconds: 0))
    case .daemonHang: struck ? nil : (from ?? Timestamp(milliseconds: 0))
    case _ where kind.isDeed && step == nil: struck ? nil : from
    default: nil
    }
  }
}
