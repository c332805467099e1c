import Fleet

/// What other actors did with the guest in the middle of its move, and what we asked of it that may come late.
extension OperationMachine {
  /// How long a guest that we asked to shut down, and that did not in time, is expected to go off because of it.
  package static let lateShutdownMilliseconds = 3_600_000

  /// Our mark for the attempt under way is on neither host. Nil: that says nothing.
  mutating func withoutTrace(_ run: StepRun, _ seen: Sighting, _ now: Timestamp) -> [ExecutionEffect]? {
    if wasOnlyIntended { return neverBegan(run, seen, now) }
    guard steps[run.index].isShutDown, case .off = seen.source, seen.thirdHostAlive == nil else { return nil }
    let text = "its mark was taken off while it is off: it stays so"
    return [.journal([.step(record(run, .done, now))])] + end(.rolledBack, text, now)
  }

  /// The intent was written, and the effect never asked for: what both hosts show is not of our making.
  private mutating func neverBegan(_ run: StepRun, _ seen: Sighting, _ now: Timestamp) -> [ExecutionEffect] {
    touched.remove(run.index)
    let text = "it never began: it left no mark"
    let refused = ExecutionEffect.journal([.step(record(run, .refused, now, detail: text))])
    if run.index == 0, !isRollingBack { return [refused] + end(.rolledBack, "\(steps[0].name): \(text)", now) }
    return [refused] + proceed(to: run.index, attempt: run.attempt + 1, seen: seen, now)
  }

  /// Neither host of the move has it, and a third does: somebody moved it on, and it is his now. Nil: no third host has it either.
  ///
  /// The move is not needed any more only if nothing of it had an effect; a guest that was shut down for it and was started elsewhere is no
  /// move that went well.
  mutating func notLost(_ run: StepRun, _ seen: Sighting, _ now: Timestamp) -> [ExecutionEffect]? {
    guard let third = seen.thirdHostAlive else { return nil }
    let text = "it is on \(third) by now: somebody else moved it there"
    let isPassing = progress?.isPassing == true && !leavesCopies(steps[run.index])
    let state = touched.subtracting(isPassing ? [run.index] : []).isEmpty ? OperationRecord.State.notNeeded : .failed
    hindrance = .fault
    return [.journal([.step(record(run, .failed, now, detail: text))])] + end(state, text, now)
  }

  /// The guest was changed before anything of its move had an effect: what is left to do, if anything, is for a new plan. Nil: something had one,
  /// or it is alive in two places.
  mutating func overtaken(_ text: String, _ seen: Sighting, _ now: Timestamp) -> [ExecutionEffect]? {
    let alive = [seen.source, seen.destination].filter(\.isAlive).count + (seen.thirdHostAlive == nil ? 0 : 1)
    guard isMove, touched.isEmpty, suspended == nil, !isRollingBack, !isRecovered, alive <= 1, isChanged(seen) else { return nil }
    charged = .nobody
    return end(.notNeeded, hasIntent ? text : "not started: \(text)", now)
  }

  /// It is alive elsewhere than at its source, or it runs where it was to be off, or is off where it was to run.
  private func isChanged(_ seen: Sighting) -> Bool {
    if seen.destination.isAlive || seen.thirdHostAlive != nil { return true }
    if operation.move?.mode == .offline { return seen.source.isAlive }
    if case .off(defined: true, _, _) = seen.source { return true }
    return false
  }

  /// The guest's user started it at its source while it was off for its move.
  func isStartedAtSource(_ seen: Sighting) -> Bool {
    guard let mode = operation.move?.mode, mode == .cold || mode == .offline, seen.thirdHostAlive == nil else { return false }
    guard seen.source == .running || seen.source == .paused(.user) else { return false }
    // Once it was started at its destination the copies there are the newer ones: only a person may choose.
    guard !steps.indices.contains(where: { touched.contains($0) && steps[$0].action == .start(on: operation.destination) }) else {
      return false
    }
    return !seen.destination.isAlive && !seen.destination.isUnreachable
  }

  /// The definition at the source is taken away by a later step, so until then it must be there.
  func isDefinedAtSource(before index: Int) -> Bool {
    !isRollingBack && steps[index...].contains { $0.action == .undefine(on: $0.source) }
      && steps[index].action != .undefine(on: operation.source)
  }

  // MARK: late shutdowns

  /// A shutdown that was asked for and not obeyed in time: the guest may still obey, so the move stays open and a later pass goes on, or
  /// starts the guest again, or asks again. Nil: it is no such step, or too long ago.
  mutating func notShutDownYet(
    _ run: StepRun, _ text: String, _ jobState: JobProgress.State?, _ seen: Sighting, _ now: Timestamp
  ) -> [ExecutionEffect]? {
    guard steps[run.index].isShutDown, !isRollingBack, progress?.isPassing != true, let askedAt else { return nil }
    if case .failed = jobState, wasAskedByUs {
      return leaveOpen(run, "\(text); it was asked to shut down at \(askedAt) and may still go off", now)
    }
    guard isRecovered, !wasAskedByUs, !isGoingOffTooLate(now) else { return nil }
    if unwanted == nil, asksAgainAt.map({ now >= $0 }) ?? true {
      return [.journal([.step(record(run, .failed, now, detail: text))])]
        + proceed(to: run.index, attempt: run.attempt + 1, seen: seen, now)
    }
    phase = .leftOpen("it was asked to shut down at \(askedAt), runs on and may still go off")
    endedAt = now
    return []
  }

  /// The last time it was asked is so long ago that what turns it off now is something else.
  func isGoingOffTooLate(_ now: Timestamp) -> Bool {
    askedAt.map { now.milliseconds(since: $0) >= Self.lateShutdownMilliseconds } ?? true
  }

  // MARK: silence

  /// A destination silent for so long has its migrations given up while the guest still runs at its source: a daemon that hangs until the
  /// hand-over can wake after the source has gone on, and let the guest run twice.
  static let silenceMillisecondsMax = 5000
  /// How long the outcome of a migration whose guest nobody keeps from running twice is waited for, so that the alarm comes in the same run.
  static let doubtMillisecondsMax = 45_000

  mutating func giveUpIfSilent(_ job: JobRef, _ progress: JobProgress) -> [ExecutionEffect] {
    guard !abortedForSilence, !progress.postCopy, let silent = progress.destinationSilentMilliseconds,
      silent >= Self.silenceMillisecondsMax
    else { return [] }
    abortedForSilence = true
    return [.control(id, operation.cell, job, .abort)]
  }

  mutating func waitsForAnswer(_ run: StepRun, _ now: Timestamp) -> Bool {
    guard case .migrate(let options) = steps[run.index].action, options.arrivesPaused != true, steps[run.index].isLiveMigration,
      !isRecovered
    else { return false }
    let since = doubtfulSince ?? now
    doubtfulSince = since
    return now.milliseconds(since: since) < Self.doubtMillisecondsMax
  }
}
