package import Fleet

/// One operation from its pre-check to its end, forward or undone: takes events, answers with effects, touches nothing.
///
/// Every effect is preceded, in the same answer, by the journal record that makes it known; every end of a job is settled by looking at both
/// hosts before it is believed.
package struct OperationMachine: Sendable {
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
    case ended(OperationRecord.State, String)
  }

  /// One attempt at one step.
  package struct StepRun: Sendable, Equatable {
    package var index: Int
    package var attempt: Int
    package var intent: IntentID
  }

  /// Attempts at a step in one pass; what must go on is then left open for the next pass.
  package static let stepAttemptsMax = 5
  /// Attempts at a step that must go on, over all passes, before a person is asked.
  package static let stepAttemptsTotalMax = 100
  package static let retryDelayMilliseconds = 2000
  static let undoingPrefix = "undoing: "
  /// Looks at hosts that are still deciding before the intent is left in doubt.
  package static let settleLooksMax = 240
  /// Looks that must agree before a person is called: two hosts are never seen in the same instant.
  package static let alarmLooksMin = 2
  /// How often one attempt goes back from looking to watching a job.
  package static let adoptionsMax = 20

  package let id: OperationID
  package let operation: Operation
  package let policy: MigrationPolicy
  package internal(set) var steps: [Step]
  package internal(set) var rollbackStart: Int?
  package internal(set) var phase: Phase = .waiting
  package internal(set) var progress: JobProgress?
  /// How the migration itself ended; what came after it had a job of its own.
  package internal(set) var migrationEnd: JobProgress?
  package internal(set) var startedAt: Timestamp?
  package internal(set) var endedAt: Timestamp?
  /// True once a first intent was written: recovery owns the move from then on.
  package internal(set) var hasIntent = false
  var author: JournalAuthor
  /// Indices of steps that had, or may have had, an effect.
  var touched: Set<Int> = []
  var failure = ""
  var convergence: ConvergenceControl?
  /// What the migration is predicted to take: from what was measured before it, else the first forecast made of its own iterations.
  package internal(set) var forecast: MigrationForecast?
  var prediction: ProgressForecast?
  var pace = JournalPace()
  /// The step whose migration we paused the guest for, and when.
  var suspended: (stepIndex: Int, at: Timestamp)?
  /// The guest is to be paused as soon as it was seen running.
  var wantsSuspension = false
  /// A start at the destination was not proved to have failed: what the guest may have written there forbids going back.
  var mayHaveRunThere = false
  /// After a look the move goes on here: the journal says how the last step ended, or the next one needs more hosts to be seen.
  var goesOnAt: (index: Int, attempt: Int)?
  /// The attempt under way or last made.
  var lastRun: StepRun?
  /// What was seen last.
  var lastSighting: Sighting?
  /// All hosts that may have a copy are asked at each look: nobody may be called lost before.
  var asksEveryHost = false
  /// Recovery only: the intent was written and nothing more; whether it left a trace tells if it began.
  var asksForTrace = false
  var wasOnlyIntended = false
  package internal(set) var isRecovered = false
  /// When the guest was first asked to shut down; the last time counts for how long it may still obey.
  var askedAt: Timestamp?
  /// This process asked it, not one before.
  var wasAskedByUs = false
  /// A shutdown of it was begun, by whichever process: it may yet go off because of that.
  var mayStillGoOff = false
  /// Recovery only: a guest that has not obeyed is not asked again before.
  var asksAgainAt: Timestamp?
  /// Hosts that are off for good: nothing is left to do on them.
  var hostsGone: Set<HostName> = []
  /// A guest that runs arrives paused and is let run by a step of ours.
  var handsOverSafely = false
  /// The migration was given up because its destination fell silent.
  var abortedForSilence = false
  /// The migration was given up because its time was over.
  var wasGivenUp = false
  /// It arrived paused at the destination while its source runs on.
  var arrivedInVain = false
  /// When the outcome first could not be known.
  var doubtfulSince: Timestamp?
  /// Recovery only: why today's manifests do not want the move any more; nil: they do.
  var unwanted: String?
  /// Whose fault the failure was that ended it or began its undoing; nil: not said.
  var charged: Blame?
  /// Whether what kept it from being done was its own matter at all.
  var hindrance = Hindrance.fault
  /// What whoever reads its end is to know although it succeeded.
  var remarks: [String] = []
  /// The hypervisor keeps the sources of what it copies, so that they are deleted later.
  var keepsSources = true
  private var alarms = 0
  private var adoptions = 0
  /// The attempt an earlier process had reached.
  var attemptsBefore = 0

  /// `dirtying` and the link's `bytesPerSecond` are for the forecast; nil: not known. `pausedArrival`: the hypervisor can let guests arrive
  /// paused. `keepsSources`: it leaves the source of a copied disk where it is.
  package init(
    id: OperationID, operation: Operation, steps: [Step], policy: MigrationPolicy, memoryBytes: Int, author: JournalAuthor,
    dirtying: DirtyModel? = nil,
    bytesPerSecond: Int? = nil, pausedArrival: Bool = false, keepsSources: Bool = true
  ) {
    precondition(!steps.isEmpty, "an operation has at least one step")
    self.id = id
    self.operation = operation
    self.steps = steps
    self.policy = policy
    self.author = author
    handsOverSafely = pausedArrival && policy.handover != .fast && !policy.postCopy
    self.keepsSources = keepsSources
    if let move = operation.move {
      convergence = OperationMachine.control(move, policy, memoryBytes)
      forecast = OperationMachine.forecast(
        move, policy, convergence, memoryBytes: memoryBytes, dirtying: dirtying, bytesPerSecond: bytesPerSecond)
    }
    if convergence != nil { prediction = ProgressForecast(memoryBytes: memoryBytes, measured: dirtying) }
  }

  /// An operation that is no move: its steps come off or they do not.
  package init(id: OperationID, _ operation: Operation, steps: [Step], author: JournalAuthor) {
    self.init(id: id, operation: operation, steps: steps, policy: MigrationPolicy(), memoryBytes: 0, author: author)
  }

  private static func control(_ move: Move, _ policy: MigrationPolicy, _ memoryBytes: Int) -> ConvergenceControl? {
    guard move.mode == .live || move.mode == .block else { return nil }
    return ConvergenceControl(policy: policy, memoryBytes: memoryBytes, copiedDisks: move.disks.filter { $0.action == .copy })
  }

  /// Only a move is tried again, undone, and remembered of its instance.
  var isMove: Bool { operation.move != nil }
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

  /// Takes its slot: its instance must still be where the plan says, and every step must still be possible.
  package mutating func start(now: Timestamp) -> [ExecutionEffect] {
    precondition(phase == .waiting, "an operation starts once")
    startedAt = now
    phase = .checking
    return [.journal([.operation(record(.queued, now))]), .check(id, steps)]
  }

  package mutating func handle(_ event: ExecutionEvent, now: Timestamp) -> [ExecutionEffect] {
    switch (event, phase) {
    case (.checked(_, let obstacles), .checking): return checked(obstacles, now)
    case (.began(_, let outcome), .beginning(let run)): return began(run, outcome, now)
    case (.progressed(_, let progress), .watching(let run, let job)): return progressed(run, job, progress, now)
    case (.sighted(_, let sighting), .watching(let run, let job)): return sightedBeforeSuspension(run, job, sighting, now)
    case (.sighted(_, let sighting), .settling(let run, let jobState, let looks)): return sighted(run, sighting, jobState, looks, now)
    case (.tick, _): return tick(now)
    default: return []
    }
  }

  private mutating func tick(_ now: Timestamp) -> [ExecutionEffect] {
    switch phase {
    case .watching(_, let job): return [.poll(id, operation.cell, job)]
    case .settling(let run, let jobState, _): return [look(run, jobState)]
    case .retrying(let index, let attempt, let notBefore) where now >= notBefore:
      // What was seen before the last attempt says nothing of now: its user may have paused the guest since.
      return needsEveryHost(steps[index]) ? proceed(to: index, attempt: attempt, seen: nil, now) : begin(index, attempt: attempt, now)
    default: return []
    }
  }

  private mutating func checked(_ obstacles: [Obstacle], _ now: Timestamp) -> [ExecutionEffect] {
    guard let obstacle = obstacles.first else {
      // Only a guest that runs is to arrive paused: one that its user paused must not be let run by us. And what was kept goes only while
      // the guest is seen sound on one host.
      guard (handsOverSafely && steps[0].isLiveMigration) || steps[0].removesKeptDisk else { return begin(0, attempt: 1, now) }
      goesOnAt = (0, 1)
      let run = StepRun(index: 0, attempt: 1, intent: IntentID("\(id)/0/1"))
      phase = .settling(run, jobState: .done, looks: 0)
      return [look(run, .done)]
    }
    charged = obstacle.blame
    return end(hindrance(of: obstacle).endsAs, "not started: \(obstacle.text)", now)
  }

  // MARK: one step

  /// Writes the intent and, after it, asks for the effect.
  mutating func begin(_ index: Int, attempt: Int, _ now: Timestamp) -> [ExecutionEffect] {
    let intent = IntentID("\(id)/\(index)/\(attempt)")
    let run = StepRun(index: index, attempt: attempt, intent: intent)
    lastRun = run
    if steps[index].isShutDown { (askedAt, wasAskedByUs) = (now, true) }
    var records: [JournalRecord] = []
    if !hasIntent { records.append(.operation(record(.running, now))) }
    hasIntent = true
    progress = nil
    // What an earlier process tried counts for the step it tried only.
    if attempt == 1 { attemptsBefore = 0 }
    (alarms, adoptions) = (0, 0)
    (pace, wantsSuspension) = (JournalPace(), false)
    (abortedForSilence, wasGivenUp, doubtfulSince, hindrance) = (false, false, nil, .fault)
    records.append(.step(record(run, .intended, now)))
    phase = .beginning(run)
    return [.journal(records), .begin(id, intent, steps[index])]
  }

  private mutating func began(_ run: StepRun, _ outcome: BeginOutcome, _ now: Timestamp) -> [ExecutionEffect] {
    switch outcome {
    case .accepted(let job):
      touched.insert(run.index)
      if steps[run.index].isShutDown { mayStillGoOff = true }
      phase = .watching(run, job)
      return [.journal([.step(record(run, .accepted, now, job: job))])]
    case .unknown(let text):
      touched.insert(run.index)
      if steps[run.index].isShutDown { mayStillGoOff = true }
      phase = .settling(run, jobState: nil, looks: 0)
      return [.journal([.step(record(run, .inDoubt, now, detail: text))]), look(run, nil)]
    case .retryLater(let text, let blame):
      charged = blame ?? .nobody
      // Only what its driver says is nobody's is somebody else's: of all else nothing is known.
      if isMove, blame == .nobody { hindrance = .others }
      return [.journal([.step(record(run, .refused, now, detail: text))])] + stepFailed(run, text, mayPass: true, seen: nil, now)
    case .otherWriter(let text): return refused(run, text, .nobody, now)
    case .overtaken(let text):
      // Once something of it had an effect it is a move that came to nothing.
      if isMove, touched.isEmpty { hindrance = .overtaken }
      return refused(run, text, .nobody, now)
    case .refused(let text, let blame): return refused(run, text, blame ?? defaultBlame(run), now)
    }
  }

  private mutating func refused(_ run: StepRun, _ text: String, _ blame: Blame, _ now: Timestamp) -> [ExecutionEffect] {
    charged = blame
    if mustGoOn(run) {
      // It may be refused because it is so already: only a look tells.
      phase = .settling(run, jobState: .failed(text), looks: 0)
      return [.journal([.step(record(run, .inDoubt, now, detail: text))]), look(run, .failed(text))]
    }
    return [.journal([.step(record(run, .refused, now, detail: text))])] + stepFailed(run, text, mayPass: false, seen: nil, now)
  }

  private mutating func progressed(
    _ run: StepRun, _ job: JobRef, _ progress: JobProgress, _ now: Timestamp
  ) -> [ExecutionEffect] {
    self.progress = progress
    if progress.state == .running { return watched(run, job, progress, now) }
    phase = .settling(run, jobState: progress.state, looks: 0)
    return [look(run, progress.state)]
  }

  /// Looks at both hosts, and at every other that may have a copy where a guest is made to run or may be lost.
  func look(_ run: StepRun, _ jobState: JobProgress.State?) -> ExecutionEffect {
    let next = goesOnAt.map { $0.index < steps.count && needsEveryHost(steps[$0.index]) } ?? false
    var scope: LookScope = asksEveryHost || next || needsEveryHost(steps[run.index]) ? .everyHost : []
    if asksForTrace { scope.insert(.trace) }
    if steps[run.index].arrivesPaused, !isRecovered { scope.insert(.briefly) }
    return .look(id, run.intent, steps[run.index], jobState: jobState, scope)
  }

  /// A guest that arrives paused waits for nothing but this look.
  private func needsEveryHost(_ step: Step) -> Bool { step.makesItRun || step.removesKeptDisk || step.arrivesPaused }

  private mutating func sighted(
    _ run: StepRun, _ sighting: Sighting, _ jobState: JobProgress.State?, _ looks: Int, _ now: Timestamp
  ) -> [ExecutionEffect] {
    lastSighting = sighting
    if let next = goesOnAt {
      goesOnAt = nil
      for (host, presence) in [(operation.source, sighting.source), (operation.destination, sighting.destination)] {
        guard case .unreachable(let reason) = presence else { continue }
        let text = "\(host) does not answer: \(reason)"
        return hasIntent ? leaveOpenBetweenSteps(text, now) : end(.failed, "not started: \(text)", now)
      }
      // Whoever looks is to have asked every host by now: without that nothing is begun, and nobody is asked for ever.
      if next.index < steps.count, needsEveryHost(steps[next.index]), sighting.elsewhere == nil {
        return leaveOpenBetweenSteps("not every host that may have a copy was asked", now)
      }
      return proceed(to: next.index, attempt: next.attempt, seen: sighting, now)
    }
    if asksForTrace, let hasTrace = sighting.hasTrace {
      asksForTrace = false
      if !hasTrace, sighting.job == nil { if let effects = withoutTrace(run, sighting, now) { return effects } }
    }
    let verdict = Settlement.verdict(on: steps[run.index], sighting)
    if case .needsHuman(.lost, _) = verdict {
      if sighting.elsewhere == nil {
        asksEveryHost = true
        phase = .settling(run, jobState: jobState, looks: looks + 1)
        return []
      }
      if let effects = notLost(run, sighting, now) { return effects }
    }
    switch mindingSuspension(verdict, run, sighting, jobState, looks) {
    case .running(let job):
      adoptions += 1
      guard adoptions <= OperationMachine.adoptionsMax else { return leaveOpen(run, "its job \(job) cannot be watched", now) }
      phase = .watching(run, job)
      return [.journal([.step(record(run, .running, now, job: job))])]
    case .done:
      if let remark = progress?.remark { remarks.append(remark) }
      return stepDone(run, sighting, now)
    case .doneAfter(let further):
      // After a crash between these two records the steps are there already.
      if !steps[(run.index + 1)...].starts(with: further) { steps.insert(contentsOf: further, at: run.index + 1) }
      return [.journal([.operation(record(.running, now))])] + stepDone(run, sighting, now)
    case .arrivedInVain(let text):
      charged = .destination
      arrivedInVain = true
      // Its half at the destination is alive, and is what is undone first.
      return [.journal([.step(record(run, .failed, now, detail: text))])] + undo(through: run.index, text, seen: sighting, now)
    case .notDone(let text): return notDone(run, text, jobState, sighting, now)
    case .wait(let text):
      guard looks < OperationMachine.settleLooksMax else { return leaveOpen(run, "still undecided: \(text)", now) }
      // A job whose end nobody saw may still be found.
      let known = if case .unknown = jobState { JobProgress.State?.none } else { jobState }
      phase = .settling(run, jobState: known, looks: looks + 1)
      return []
    case .inDoubt(let text):
      if waitsForAnswer(run, now) {
        phase = .settling(run, jobState: jobState, looks: looks)
        return []
      }
      return leaveOpen(run, text, now)
    case .needsHuman(let reason, let text):
      alarms += 1
      guard alarms >= OperationMachine.alarmLooksMin else {
        phase = .settling(run, jobState: jobState, looks: looks + 1)
        return []
      }
      return [.journal([.step(record(run, .failed, now, detail: text))])] + needsHuman(reason, text, now)
    }
  }

  /// A job that did not come off, and left everything as it was.
  private mutating func notDone(
    _ run: StepRun, _ text: String, _ jobState: JobProgress.State?, _ sighting: Sighting, _ now: Timestamp
  ) -> [ExecutionEffect] {
    let isPassing = progress?.isPassing == true
    if isPassing, steps[run.index].isShutDown, !isRecovered { mayStillGoOff = false }
    if let effects = notShutDownYet(run, text, jobState, sighting, now) { return effects }
    let text = [text, stallText(run)].filter { !$0.isEmpty }.joined(separator: "; ")
    if !Rollback.failureLeavesTraces(steps[run.index]) || isPassing && !leavesCopies(steps[run.index]) { touched.remove(run.index) }
    if startsThere(steps[run.index]), !provesFailure(jobState) { mayHaveRunThere = true }
    charged = blameOfEnd(run)
    if isMove, isPassing { hindrance = .others }
    return [.journal([.step(record(run, .failed, now, detail: text))])]
      + stepFailed(run, text, mayPass: !isDefinite, seen: sighting, now)
  }

  private mutating func stepDone(_ run: StepRun, _ seen: Sighting, _ now: Timestamp) -> [ExecutionEffect] {
    touched.insert(run.index)
    if steps[run.index].isLiveMigration { migrationEnd = progress }
    var effects: [ExecutionEffect] = [.journal([.step(record(run, .done, now))])]
    if case .removeDisk(let target, let pool, let volume, let host, _, _, _) = steps[run.index].action {
      effects.append(.remember(.removedRetired(operation.subject, host, pool, target: target, volume: volume)))
    }
    return effects + proceed(to: run.index + 1, attempt: 1, seen: seen, now)
  }

  /// Begins the step at `index`, or the first after it that is not so already, if what was seen of both hosts allows it.
  mutating func proceed(to index: Int, attempt: Int, seen: Sighting?, _ now: Timestamp) -> [ExecutionEffect] {
    guard index < steps.count else {
      return isRollingBack
        ? end(.rolledBack, ([failure] + remarks).joined(separator: "; "), now) : end(.succeeded, remarks.joined(separator: "; "), now)
    }
    if let unwanted, !isRollingBack, index <= Rollback.pointOfNoReturn(steps), !mayHaveRunThere {
      return undo(through: index - 1, unwanted, seen: seen, now)
    }
    if case .removeDisk(_, _, _, let host, _, _, _) = steps[index].action, hostsGone.contains(host) {
      return proceed(to: index + 1, attempt: 1, seen: seen, now)
    }
    if needsEveryHost(steps[index]), seen?.elsewhere == nil, let run = lastRun {
      goesOnAt = (index, attempt)
      phase = .settling(run, jobState: .done, looks: 0)
      return [look(run, .done)]
    }
    guard var seen else { return begin(index, attempt: attempt, now) }
    // It ran until a moment ago and stands still for us: a third host that is slow to answer is no reason to let it stand.
    if !isRecovered, steps[index].action == .resume(on: operation.destination), index > 0, steps[index - 1].arrivesPaused {
      seen.elsewhere = seen.elsewhere?.filter { !$0.value.isUnreachable }
    }
    if handsOverSafely, case .migrate(var options) = steps[index].action, steps[index].isLiveMigration {
      options.arrivesPaused = seen.source == .running ? true : nil
      steps[index].action = .migrate(options)
    }
    switch Precondition.answer(for: steps[index], seen, definedAtSource: isDefinedAtSource(before: index)) {
    case .holds: return begin(index, attempt: attempt, now)
    case .alreadySo: return proceed(to: index + 1, attempt: 1, seen: seen, now)
    case .unknown(let text): return hasIntent ? leaveOpenBetweenSteps(text, now) : end(.failed, "not started: \(text)", now)
    case .contradicted(let text): return contradicted(index, text, seen, now)
    }
  }

  private mutating func contradicted(_ index: Int, _ text: String, _ seen: Sighting, _ now: Timestamp) -> [ExecutionEffect] {
    if let effects = overtaken(text, seen, now) { return effects }
    if isStartedAtSource(seen), !isRollingBack, !mayHaveRunThere {
      return undo(through: index - 1, "somebody started it on \(operation.source)", seen: seen, now)
    }
    let cannotGoBack = isRollingBack || mayHaveRunThere || index > Rollback.pointOfNoReturn(steps)
    if cannotGoBack || seen.destination.isAlive || seen.thirdHostAlive != nil {
      return needsHuman(.crashedDuringMigration, "\(steps[index].name) must not begin: \(text)", now)
    }
    return undo(through: index, "\(steps[index].name): \(text)", seen: seen, now)
  }

  private func mustGoOn(_ run: StepRun) -> Bool {
    isRollingBack || mayHaveRunThere || run.index > Rollback.pointOfNoReturn(steps)
  }

  /// A step that did not happen: tried again where it must go on, else the move is undone.
  mutating func stepFailed(_ run: StepRun, _ text: String, mayPass: Bool, seen: Sighting?, _ now: Timestamp) -> [ExecutionEffect] {
    if let seen {
      switch Precondition.answer(for: steps[run.index], seen, definedAtSource: isDefinedAtSource(before: run.index)) {
      case .contradicted(let why):
        // The guest is not as the step needs it. Only where it is proved that the step did not make it so is that somebody else's doing.
        if progress?.isPassing == true || progress?.isShutDownByUser == true { (charged, hindrance) = (.nobody, .overtaken) }
        return contradicted(run.index, "\(text); \(why)", seen, now)
      case .unknown(let why): return leaveOpenBetweenSteps("\(text); \(why)", now)
      case .holds, .alreadySo: break
      }
    }
    if mustGoOn(run) {
      if run.attempt >= OperationMachine.stepAttemptsTotalMax {
        return needsHuman(.crashedDuringMigration, "\(steps[run.index].name) failed \(run.attempt) times: \(text)", now)
      }
      return mayRetry(run) ? retry(run, now) : leaveOpenBetweenSteps("\(steps[run.index].name): \(text)", now)
    }
    if let unwanted { return undo(through: run.index, unwanted, seen: seen, now) }
    if !touched.contains(run.index), mayPass, mayRetry(run) { return retry(run, now) }
    // What was asked again and refused was asked before and not refused.
    if steps[run.index].isShutDown, mayStillGoOff, !isGoingOffTooLate(now) {
      return leaveOpenBetweenSteps("\(text); it was asked to shut down before and may still go off", now)
    }
    return undo(through: run.index, "\(steps[run.index].name): \(text)", seen: seen, now)
  }

  private mutating func undo(through index: Int, _ why: String, seen: Sighting?, _ now: Timestamp) -> [ExecutionEffect] {
    failure = why
    let suspended = suspended.map { [resume(on: operation.source, steps[$0.stepIndex])] } ?? []
    let undo = suspended + discarding + Rollback.steps(for: Array(steps.prefix(index + 1)), touched: touched)
    // What an earlier step of it changed stays changed, and what today's manifests do not want is not put off.
    let isUntouched = touched.allSatisfy { $0 == index } && unwanted == nil
    guard !undo.isEmpty else { return end(isUntouched ? hindrance.endsAs : .failed, failure, now) }
    let start = steps.count
    rollbackStart = start
    steps += undo
    return [.journal([.operation(record(.running, now, detail: OperationMachine.undoingPrefix + failure))])]
      + proceed(to: start, attempt: 1, seen: seen, now)
  }

  /// The half that arrived paused goes before its disks do.
  private var discarding: [Step] { arrivedInVain ? [steps[0].followed(by: .discardArrival(on: operation.destination))] : [] }

  /// What is left of a migration that broke before it began, where the hypervisor does not clear it away itself.
  func leavesCopies(_ step: Step) -> Bool {
    guard keepsSources, case .migrate(let options) = step.action else { return false }
    return options.disks.contains { $0.action == .copy }
  }

  private func startsThere(_ step: Step) -> Bool { step.action == .start(on: step.destination) }

  private func provesFailure(_ state: JobProgress.State?) -> Bool { if case .failed = state { true } else { false } }

  private func mayRetry(_ run: StepRun) -> Bool { isMove && run.attempt - attemptsBefore < OperationMachine.stepAttemptsMax }

  private mutating func retry(_ run: StepRun, _ now: Timestamp) -> [ExecutionEffect] {
    phase = .retrying(
      stepIndex: run.index, attempt: run.attempt + 1,
      notBefore: now.adding(milliseconds: OperationMachine.retryDelayMilliseconds << max(0, run.attempt - attemptsBefore - 1)))
    return []
  }
}
