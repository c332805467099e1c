package import Fleet

extension OperationMachine {
  /// Takes up an operation that an earlier process left open, where the journal says it stood.
  ///
  /// One without an intent never started and is closed. An intent without a final record is settled by looking at both hosts; after a final
  /// one both hosts are looked at as well, since time went by, before the move goes on, or on with being undone. `unwanted`: why today's
  /// manifests do not want it any more; what was not yet done for good is then undone. `asksAgainAt`: when a guest that did not shut down in
  /// time may be asked again; nil: now.
  package static func recovering(
    _ journal: OperationJournal, policy: MigrationPolicy, memoryBytes: Int, author: JournalAuthor, unwanted: String? = nil,
    asksAgainAt: Timestamp? = nil, pausedArrival: Bool = false, keepsSources: Bool = true, hostsGone: Set<HostName> = [],
    now: Timestamp
  ) -> (machine: OperationMachine, effects: [ExecutionEffect]) {
    let record = journal.record
    var author = author
    if let step = journal.steps.last {
      author.endpoints[step.source.name] = author.endpoints[step.source.name] ?? step.source
      author.endpoints[step.destination.name] = author.endpoints[step.destination.name] ?? step.destination
    }
    var machine = OperationMachine(
      id: record.id, operation: record.operation, steps: record.steps, policy: policy, memoryBytes: memoryBytes, author: author,
      pausedArrival: pausedArrival, keepsSources: keepsSources)
    machine.hostsGone = hostsGone
    machine.rollbackStart = record.rollbackStart
    machine.startedAt = journal.queuedAt
    machine.failure = failure(of: record)
    machine.forecast = record.forecast
    machine.unwanted = unwanted
    machine.asksAgainAt = asksAgainAt
    machine.asksEveryHost = true
    machine.isRecovered = true
    for step in journal.steps {
      let undone = step.state == .refused || (step.state == .failed && !Rollback.failureLeavesTraces(step.step))
      if !undone { machine.touched.insert(step.stepIndex) }
      machine.askedAt = step.askedAt ?? machine.askedAt
      if step.step.isShutDown, step.state != .intended, step.state != .refused { machine.mayStillGoOff = true }
      if let at = step.suspendedAt { machine.suspended = (step.stepIndex, at) }
      if mayHaveRunThere(step) { machine.mayHaveRunThere = true }
    }
    guard let last = journal.steps.last else {
      let effects = machine.closeUnstarted(now)
      return (machine, effects)
    }
    machine.hasIntent = true
    machine.attemptsBefore = attempt(of: last)
    let settled = shutdownBehind(last, journal)
    let run = StepRun(index: last.stepIndex, attempt: attempt(of: last), intent: settled.intent)
    machine.lastRun = run
    machine.asksForTrace = (last.state == .intended && last.step.leavesTrace) || (settled.step.isShutDown && settled.state != .refused)
    machine.wasOnlyIntended = last.state == .intended
    let effects = machine.resume(run, settled, now)
    return (machine, effects)
  }

  /// The guest may go off because of the shutdown that was begun last, also where a later one was refused: that one is settled.
  private static func shutdownBehind(_ last: StepRecord, _ journal: OperationJournal) -> StepRecord {
    guard last.step.isShutDown, last.state == .refused else { return last }
    return journal.steps.last { $0.step.isShutDown && $0.state != .refused && $0.state != .intended } ?? last
  }

  private mutating func resume(_ run: StepRun, _ last: StepRecord, _ now: Timestamp) -> [ExecutionEffect] {
    if last.state.isFinal, let start = rollbackStart, run.index < start { return goOn(at: start, attempt: 1, after: run) }
    switch last.state {
    case .intended, .accepted, .running, .inDoubt: return settle(run, jobState: nil)
    case .done:
      if run.index + 1 == steps.count { return proceed(to: steps.count, attempt: 1, seen: nil, now) }
      return goOn(at: run.index + 1, attempt: 1, after: run)
    case .refused:
      return goOn(at: run.index, attempt: run.attempt + 1, after: run)
    case .failed:
      // The record may be the first half of calling a person: what is seen now decides again.
      progress = last.statistics
      switch last.statistics?.state {
      case .failed, .done: return settle(run, jobState: last.statistics?.state)
      case .running, .unknown, nil: return settle(run, jobState: nil)
      }
    }
  }

  private mutating func settle(_ run: StepRun, jobState: JobProgress.State?) -> [ExecutionEffect] {
    phase = .settling(run, jobState: jobState, looks: 0)
    return [look(run, jobState)]
  }

  private mutating func goOn(at index: Int, attempt: Int, after run: StepRun) -> [ExecutionEffect] {
    goesOnAt = (index, attempt)
    return settle(run, jobState: .done)
  }

  private static func failure(of record: OperationRecord) -> String {
    let detail = record.detail
    return detail.hasPrefix(undoingPrefix) ? String(detail.dropFirst(undoingPrefix.count)) : detail
  }

  /// A start at the destination that failed without its job being seen to fail.
  private static func mayHaveRunThere(_ record: StepRecord) -> Bool {
    guard record.step.action == .start(on: record.step.destination), record.state == .failed else { return false }
    if case .failed = record.statistics?.state { return false }
    return true
  }

  private mutating func closeUnstarted(_ now: Timestamp) -> [ExecutionEffect] {
    phase = .ended(.rolledBack, "never started")
    endedAt = now
    return [.journal([.operation(record(.rolledBack, now, detail: "never started"))])]
  }

  private static func attempt(of step: StepRecord) -> Int { step.intent.rawValue.split(separator: "/").last.flatMap { Int($0) } ?? 1 }
}
