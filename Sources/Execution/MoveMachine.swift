package import Fleet

/// One move from its pre-check to its end, forward or undone: takes events, answers with effects, touches nothing.
///
/// Every effect is preceded, in the same answer, by the journal record that makes it known; every end of a job is settled by looking at both
/// hosts before it is believed.
package struct MoveMachine: Sendable {
  package enum Phase: Sendable, Equatable {
    case waiting
    case checking
    case beginning(StepRun)
    case watching(StepRun, JobRef)
    /// Looking at both hosts; `looks` counts how often they were still deciding.
    case settling(StepRun, jobState: JobProgress.State?, looks: Int)
    case retrying(stepIndex: Int, attempt: Int, notBefore: Timestamp)
    /// In doubt: left to a later pass, the instance frozen.
    case leftOpen(String)
    case ended(MoveRecord.State, String)
  }

  /// One attempt at one step.
  package struct StepRun: Sendable, Equatable {
    package var index: Int
    package var attempt: Int
    package var intent: IntentID
  }

  /// Attempts at a step that must not be undone before a person is asked.
  package static let stepAttemptsMax = 5
  package static let retryDelayMilliseconds = 2000
  /// Looks at hosts that are still deciding before the intent is left in doubt.
  package static let settleLooksMax = 240

  package let id: MoveID
  package let move: Move
  package let policy: MigrationPolicy
  package internal(set) var steps: [Step]
  package internal(set) var rollbackStart: Int?
  package internal(set) var phase: Phase = .waiting
  package internal(set) var progress: JobProgress?
  package internal(set) var startedAt: Timestamp?
  package internal(set) var endedAt: Timestamp?
  /// True once a first intent was written: recovery owns the move from then on.
  package internal(set) var hasIntent = false
  var author: JournalAuthor
  /// Indices of steps that had, or may have had, an effect.
  var touched: Set<Int> = []
  var failure = ""
  var convergence: ConvergenceControl?

  package init(id: MoveID, move: Move, steps: [Step], policy: MigrationPolicy, memoryBytes: Int, author: JournalAuthor) {
    precondition(!steps.isEmpty, "a move has at least one step")
    self.id = id
    self.move = move
    self.steps = steps
    self.policy = policy
    self.author = author
    convergence = MoveMachine.control(move, policy, memoryBytes)
  }

  private static func control(_ move: Move, _ policy: MigrationPolicy, _ memoryBytes: Int) -> ConvergenceControl? {
    guard move.mode == .live || move.mode == .block else { return nil }
    return ConvergenceControl(policy: policy, memoryBytes: memoryBytes, copiedDisks: move.disks.filter { $0.action == .copy })
  }

  package var isEnded: Bool {
    switch phase {
    case .ended, .leftOpen: true
    default: false
    }
  }
  package var isActive: Bool { phase != .waiting && !isEnded }
  package var isRollingBack: Bool { rollbackStart != nil }
  package var currentStep: Step? {
    switch phase {
    case .beginning(let run), .watching(let run, _), .settling(let run, _, _): steps[run.index]
    case .retrying(let index, _, _): steps[index]
    default: nil
    }
  }

  /// Takes the move's slot: its instance must still be where the plan says, and every step must still be possible.
  package mutating func start(now: Timestamp) -> [ExecutionEffect] {
    precondition(phase == .waiting, "a move starts once")
    startedAt = now
    phase = .checking
    return [.journal([.move(record(.queued, now))]), .check(id, steps)]
  }

  package mutating func handle(_ event: ExecutionEvent, now: Timestamp) -> [ExecutionEffect] {
    switch (event, phase) {
    case (.checked(_, let obstacles), .checking): return checked(obstacles, now)
    case (.began(_, let outcome), .beginning(let run)): return began(run, outcome, now)
    case (.progressed(_, let progress), .watching(let run, let job)): return progressed(run, job, progress, now)
    case (.sighted(_, let sighting), .settling(let run, let jobState, let looks)): return sighted(run, sighting, jobState, looks, now)
    case (.tick, _): return tick(now)
    default: return []
    }
  }

  private mutating func tick(_ now: Timestamp) -> [ExecutionEffect] {
    switch phase {
    case .watching(_, let job): return [.poll(id, move.cell, job)]
    case .settling(let run, let jobState, _): return [.look(id, run.intent, steps[run.index], jobState: jobState)]
    case .retrying(let index, let attempt, let notBefore) where now >= notBefore: return begin(index, attempt: attempt, now)
    default: return []
    }
  }

  private mutating func checked(_ obstacles: [Obstacle], _ now: Timestamp) -> [ExecutionEffect] {
    guard let obstacle = obstacles.first else { return begin(0, attempt: 1, now) }
    return end(.failed, "not started: \(obstacle.text)", now)
  }

  // MARK: one step

  /// Writes the intent and, after it, asks for the effect.
  mutating func begin(_ index: Int, attempt: Int, _ now: Timestamp) -> [ExecutionEffect] {
    let intent = IntentID("\(id)/\(index)/\(attempt)")
    let run = StepRun(index: index, attempt: attempt, intent: intent)
    var records: [JournalRecord] = []
    if !hasIntent { records.append(.move(record(.running, now))) }
    hasIntent = true
    records.append(.step(record(run, .intended, now)))
    phase = .beginning(run)
    return [.journal(records), .begin(id, intent, steps[index])]
  }

  private mutating func began(_ run: StepRun, _ outcome: BeginOutcome, _ now: Timestamp) -> [ExecutionEffect] {
    switch outcome {
    case .accepted(let job):
      touched.insert(run.index)
      phase = .watching(run, job)
      return [.journal([.step(record(run, .accepted, now, job: job))])]
    case .unknown(let text):
      touched.insert(run.index)
      phase = .settling(run, jobState: nil, looks: 0)
      return [
        .journal([.step(record(run, .inDoubt, now, detail: text))]), .look(id, run.intent, steps[run.index], jobState: nil),
      ]
    case .refused(let text):
      return [.journal([.step(record(run, .refused, now, detail: text))])] + stepFailed(run, text, mayPass: false, now)
    case .retryLater(let text):
      return [.journal([.step(record(run, .refused, now, detail: text))])] + stepFailed(run, text, mayPass: true, now)
    case .otherWriter(let text):
      return [.journal([.step(record(run, .refused, now, detail: text))])] + stepFailed(run, text, mayPass: false, now)
    }
  }

  private mutating func progressed(
    _ run: StepRun, _ job: JobRef, _ progress: JobProgress, _ now: Timestamp
  ) -> [ExecutionEffect] {
    self.progress = progress
    if progress.state == .running {
      guard case .migrate = steps[run.index].action else { return [] }
      return (convergence?.commands(for: progress) ?? []).map { .control(id, move.cell, job, $0) }
    }
    phase = .settling(run, jobState: progress.state, looks: 0)
    return [.look(id, run.intent, steps[run.index], jobState: progress.state)]
  }

  private mutating func sighted(
    _ run: StepRun, _ sighting: Sighting, _ jobState: JobProgress.State?, _ looks: Int, _ now: Timestamp
  ) -> [ExecutionEffect] {
    switch Settlement.verdict(on: steps[run.index], sighting) {
    case .running(let job):
      phase = .watching(run, job)
      return [.journal([.step(record(run, .running, now, job: job))])]
    case .done: return stepDone(run, now)
    case .doneAfter(let further):
      steps.insert(contentsOf: further, at: run.index + 1)
      if let start = rollbackStart, start > run.index { rollbackStart = start + further.count }
      return [.journal([.move(record(.running, now))])] + stepDone(run, now)
    case .notDone(let text):
      if !Rollback.failureLeavesTraces(steps[run.index]) { touched.remove(run.index) }
      return [.journal([.step(record(run, .failed, now, detail: text))])] + stepFailed(run, text, mayPass: true, now)
    case .wait(let text):
      guard looks < MoveMachine.settleLooksMax else { return leaveOpen(run, "still undecided: \(text)", now) }
      phase = .settling(run, jobState: jobState, looks: looks + 1)
      return []
    case .inDoubt(let text): return leaveOpen(run, text, now)
    case .needsHuman(let reason, let text):
      return [.journal([.step(record(run, .failed, now, detail: text))])] + needsHuman(reason, text, now)
    }
  }

  private mutating func stepDone(_ run: StepRun, _ now: Timestamp) -> [ExecutionEffect] {
    touched.insert(run.index)
    var effects: [ExecutionEffect] = [.journal([.step(record(run, .done, now))])]
    if case .removeDisk(let target, let pool, let host) = steps[run.index].action {
      effects.append(.remember(.removedRetired(move.uuid, host, pool, target: target)))
    }
    return effects + goOn(after: run.index, now)
  }

  mutating func goOn(after index: Int, _ now: Timestamp) -> [ExecutionEffect] {
    let next = index + 1
    let last = isRollingBack ? steps.count : (rollbackStart ?? steps.count)
    if next < last { return begin(next, attempt: 1, now) }
    return isRollingBack ? end(.rolledBack, failure, now) : end(.succeeded, "", now)
  }

  /// A step that did not happen: tried again where it must go on, else the move is undone.
  mutating func stepFailed(_ run: StepRun, _ text: String, mayPass: Bool, _ now: Timestamp) -> [ExecutionEffect] {
    let mustGoOn = isRollingBack || run.index > Rollback.pointOfNoReturn(steps)
    if mustGoOn {
      guard run.attempt < MoveMachine.stepAttemptsMax else {
        return needsHuman(.crashedDuringMigration, "\(steps[run.index].name) failed \(run.attempt) times: \(text)", now)
      }
      return retry(run, now)
    }
    if !touched.contains(run.index), mayPass, run.attempt < MoveMachine.stepAttemptsMax { return retry(run, now) }
    failure = "\(steps[run.index].name): \(text)"
    let undo = Rollback.steps(for: Array(steps.prefix(run.index + 1)), touched: touched)
    guard !undo.isEmpty else { return end(.failed, failure, now) }
    rollbackStart = steps.count
    steps += undo
    return [.journal([.move(record(.running, now, detail: "undoing: \(failure)"))])] + begin(steps.count - undo.count, attempt: 1, now)
  }

  private mutating func retry(_ run: StepRun, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .retrying(
      stepIndex: run.index, attempt: run.attempt + 1,
      notBefore: now.adding(milliseconds: MoveMachine.retryDelayMilliseconds << (run.attempt - 1)))
    return []
  }

  // MARK: ends

  private mutating func leaveOpen(_ run: StepRun, _ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .leftOpen(text)
    endedAt = now
    return [.journal([.step(record(run, .inDoubt, now, detail: text))]), .remember(.failed(move.uuid))]
  }

  private mutating func needsHuman(_ reason: BlockedItem.Reason, _ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    let item = BlockedItem(
      instance: move.instance, host: move.to, cell: move.cell, reason: reason, text: "\(move.instance): \(text)",
      hint: "look at \(move.instance) on \(move.from) and \(move.to) by hand; reconcile leaves it alone until exactly one sound copy is seen")
    return [.remember(.needsHuman(move.uuid, item))] + end(.needsHuman, text, now)
  }

  private mutating func end(_ state: MoveRecord.State, _ detail: String, _ now: Timestamp) -> [ExecutionEffect] {
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
    let retired = move.disks.filter { $0.action == .copy }.compactMap { disk in
      disk.fromPool.map {
        RetiredDisk(
          move: id, instance: move.instance, uuid: move.uuid, cell: move.cell, host: move.from, pool: $0, target: disk.target,
          bytes: disk.bytes, retiredAt: now, deleteAfter: now.adding(milliseconds: policy.sourceRetentionMilliseconds),
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
