import Fleet

/// How a move ends, and what it leaves for later passes.
extension MoveMachine {
  mutating func leaveOpen(_ run: StepRun, _ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    [.journal([.step(record(run, .inDoubt, now, detail: text))])] + leaveOpenBetweenSteps(text, now)
  }

  /// The journal already says where the move stands; a later pass goes on from there.
  mutating func leaveOpenBetweenSteps(_ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .leftOpen(text)
    endedAt = now
    return [.remember(.failed(move.uuid))]
  }

  mutating func needsHuman(_ reason: BlockedItem.Reason, _ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    let pause = suspended.map { " (reconcile paused it on \(move.from) at \($0.at))" } ?? ""
    let item = BlockedItem(
      instance: move.instance, host: move.to, cell: move.cell, reason: reason, text: "\(move.instance): \(text)\(pause)",
      hint:
        "look at \(move.instance) on \(move.from) and \(move.to) by hand; reconcile leaves it alone until exactly one sound copy is seen")
    return [.remember(.needsHuman(move.uuid, item))] + end(.needsHuman, text, now)
  }

  mutating func end(_ state: MoveRecord.State, _ detail: String, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .ended(state, detail)
    endedAt = now
    var effects: [ExecutionEffect] = [.journal([.move(record(state, now, detail: detail))])]
    if state == .succeeded {
      effects.append(.remember(.succeeded(move.uuid)))
      effects += succeededMemory(now)
    } else {
      effects.append(.remember(.failed(move.uuid)))
    }
    if hasIntent { effects.append(.release(move.cell, move.uuid, [move.from, move.to])) }
    return effects
  }

  private func succeededMemory(_ now: Timestamp) -> [ExecutionEffect] {
    let retired = move.disks.filter { $0.action == .copy && $0.media != true }.compactMap { disk in
      disk.fromPool.map {
        RetiredDisk(
          move: id, instance: move.instance, uuid: move.uuid, cell: move.cell, host: move.from, pool: $0, target: disk.target,
          volume: disk.volume, bytes: disk.bytes, retiredAt: now, deleteAfter: now.adding(milliseconds: policy.sourceRetentionMilliseconds),
          ran: move.mode != .offline)
      }
    }
    var effects: [ExecutionEffect] = retired.isEmpty ? [] : [.remember(.retired(retired))]
    switch move.reason.kind {
    case .maintenance: effects.append(.remember(.displaced(move.uuid, from: move.from)))
    case .return, .placement: effects.append(.remember(.returned(move.uuid)))
    default: break
    }
    return effects
  }
}
