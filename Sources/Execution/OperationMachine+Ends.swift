import Fleet

/// How an operation ends, and what it leaves for later passes.
extension OperationMachine {
  mutating func leaveOpen(_ run: StepRun, _ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    [.journal([.step(record(run, .inDoubt, now, detail: text))])] + leaveOpenBetweenSteps(text, now)
  }

  /// The journal already says where the move stands; a later pass goes on from there.
  mutating func leaveOpenBetweenSteps(_ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .leftOpen(text)
    endedAt = now
    return isMove ? [.remember(.failed(operation.subject))] : keptDisksStay(text)
  }

  private func keptDisksStay(_ text: String) -> [ExecutionEffect] {
    steps.compactMap { step in
      guard case .removeDisk(let target, let pool, let volume, let host, _, _, _) = step.action else { return nil }
      return .remember(.keptDiskStays(operation.subject, host, pool, target: target, volume: volume, text: text))
    }
  }

  mutating func needsHuman(_ reason: BlockedItem.Reason, _ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    let pause = suspended.map { " (reconcile paused it on \(operation.source) at \($0.at))" } ?? ""
    guard let move = operation.move else { return end(.failed, text, now) }
    let places = lastSighting?.thirdHostAlive.map { "\(move.from), \(move.to) and \($0)" } ?? "\(move.from) and \(move.to)"
    let item = BlockedItem(
      instance: move.instance, host: move.to, cell: move.cell, reason: reason, text: "\(move.instance): \(text)\(pause)",
      hint:
        "look at \(move.instance) on \(places) by hand; reconcile leaves it alone until exactly one sound copy is seen")
    return [.remember(.needsHuman(move.uuid, item))] + end(.needsHuman, text, now)
  }

  mutating func end(_ state: OperationRecord.State, _ detail: String, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .ended(state, detail)
    endedAt = now
    var effects: [ExecutionEffect] = [.journal([.operation(record(state, now, detail: detail))])]
    if !isMove {
      if state != .succeeded { effects += keptDisksStay(detail) }
    } else if state == .succeeded {
      effects.append(.remember(.succeeded(operation.subject)))
      effects += succeededMemory(now)
    } else if state == .needsHuman {
      effects.append(.remember(.failed(operation.subject)))
    } else if state == .postponed {
      effects += operation.instance.map { [.remember(.postponed(operation.subject, $0))] } ?? []
    } else if state != .notNeeded {
      effects += memoryOfFailure(detail, now)
    }
    let home = home(state)
    // While a host is silent nobody knows where the guest alone lives: the marks stay, and the next look that sees all hosts takes them off.
    let isSeen = ![lastSighting?.source, lastSighting?.destination].contains { $0?.isUnreachable == true }
    if hasIntent, home != nil || isSeen { effects.append(.release(operation.cell, operation.subject, hostsToRelease, home: home)) }
    return effects
  }

  private var hostsToRelease: [HostName] {
    [operation.source, operation.destination] + (lastSighting?.thirdHostAlive.map { [$0] } ?? [])
  }

  /// Where alone the guest was seen to live when the move ended: it runs there and nowhere else, or it is off and defined there alone.
  private func home(_ state: OperationRecord.State) -> HostName? {
    // A step refused before anything else was seen: the guest is where its first check found it.
    guard let seen = lastSighting else { return operation.source }
    var places = seen.elsewhere ?? [:]
    places[operation.source] = seen.source
    places[operation.destination] = seen.destination
    let alive = places.filter { $0.value.isAlive }
    if !alive.isEmpty { return alive.count == 1 ? alive.keys.first : nil }
    guard !places.values.contains(where: \.isUnreachable) else { return nil }
    let defined = places.filter { if case .off(defined: true, _, _) = $0.value { true } else { false } }
    return defined.count == 1 && state != .needsHuman ? defined.keys.first : nil
  }

  private func succeededMemory(_ now: Timestamp) -> [ExecutionEffect] {
    guard let move = operation.move else { return [] }
    // Of media the source is somebody's and stays; the copy is ours, and goes once the guest has left it behind.
    let retired = move.disks.filter { $0.action == .copy && keepsSources }.compactMap { disk in
      (disk.media == true ? disk.toPool : disk.fromPool).map {
        RetiredDisk(
          move: id, instance: move.instance, uuid: move.uuid, cell: move.cell, host: disk.media == true ? move.to : move.from, pool: $0,
          target: disk.target, volume: disk.volume, bytes: disk.bytes, retiredAt: now,
          deleteAfter: now.adding(milliseconds: policy.sourceRetentionMilliseconds), ran: move.mode != .offline, media: disk.media)
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
