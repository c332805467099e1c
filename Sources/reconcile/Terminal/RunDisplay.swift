import Execution
import Fleet
import Reconciler
import Reporting

/// Shows a run as it goes: bars redrawn in place on a terminal, one plain line an event without one, nothing but the end as JSON.
actor RunDisplay: PassDisplay {
  private let format: OutputFormat
  private let drawsBars: Bool
  private let clock = SystemClock()
  private let startedAt: Timestamp
  private var failed = 0
  /// Without bars, how often each running move is told of.
  private var paces: [OperationID: JournalPace] = [:]
  private var plan: Plan?
  /// Questions are asked, of which the notes say what they are about.
  private let asks: Bool
  /// What earlier passes of a watch told; nil: this is no watch.
  private let voice: WatchVoice?
  /// Of a watch: a plan without moves is told with the end of its pass, or not at all.
  private var heldBack: Plan?

  init(format: OutputFormat, asks: Bool = false, voice: WatchVoice? = nil) {
    self.format = format
    self.asks = asks
    self.voice = voice
    drawsBars = format == .text && Terminal.isInteractive && Terminal.redraws && !Terminal.isQuiet
    startedAt = clock.now()
  }

  func show(_ event: PassEvent) {
    if voice != nil, case .planned(let plan) = event, WatchVoice.isIdle(plan) {
      self.plan = plan
      heldBack = plan
    } else {
      tell(event)
    }
  }

  private func tellWhatWasHeldBack() {
    guard let plan = heldBack else { return }
    heldBack = nil
    tell(.planned(plan))
  }

  private func tell(_ event: PassEvent) {
    switch event {
    // Who is asked is told about what.
    case .note(let text): if asks || !Terminal.isQuiet { say(Message.note(text)) }
    case .warning(let text): StandardStreams.printError(Message.warning(text))
    case .planned(let plan):
      heldBack = nil
      self.plan = plan
      if format != .json { StandardStreams.print(PlanText.render(plan, as: format, purpose: .run)) }
    case .moveStarted(let move): if !drawsBars, !Terminal.isQuiet { say(ProgressReport.moveStarted(move, at: clock.now())) }
    case .moveEnded(let move, let machine): ended(move, machine)
    case .moveDropped(let move, let why): say(ProgressReport.moveDropped(move, why: why, at: clock.now()), .warning)
    case .progress(let progress): draw(progress)
    }
  }

  private func ended(_ move: Move, _ machine: OperationMachine) {
    if machine.wasNeverBegun { return say(ProgressReport.moveDropped(move, why: OperationMachine.neverBegunText, at: clock.now())) }
    guard machine.endState == .succeeded else {
      if !machine.wasSetAside { failed += 1 }
      let text = ProgressReport.moveFailed(move, state: machine.endState, detail: machine.endDetail, at: clock.now())
      return say(text, machine.wasSetAside ? .warning : .error)
    }
    let took = (machine.endedAt ?? clock.now()).milliseconds(since: machine.startedAt ?? startedAt)
    say(
      ProgressReport.moveEnded(
        move, milliseconds: took, downtimeMilliseconds: (machine.migrationEnd ?? machine.progress)?.downtimeMilliseconds,
        at: clock.now()))
  }

  private func say(_ text: String, _ level: LogEvent.Level = .info) {
    if format != .json { StandardStreams.printLog(text, priority: level.priority) }
  }

  // MARK: bars

  private static let heightUsual = 24
  /// For the counts, for how many more run, and for the line that the cursor is on.
  private static let rowsKept = 3

  private func draw(_ progress: PassProgress) {
    guard drawsBars else { return tell(progress.running) }
    let counts = ProgressCounts(
      done: progress.ended, failed: failed, running: progress.running.count, waiting: progress.waiting, total: progress.total)
    // As the terminal is now: it may have been resized.
    let room = max(1, (Terminal.height ?? Self.heightUsual) - Self.rowsKept)
    StandardStreams.keepBelow(
      ProgressReport.bar(
        progress.running.compactMap(ProgressLine.init), counts: counts, style: Terminal.style, barsMax: min(ProgressReport.barsMax, room)))
  }

  /// A line now and then for each move, as often as its progress is journalled.
  private func tell(_ running: [OperationMachine]) {
    guard !Terminal.isQuiet else { return }
    let now = clock.now()
    for machine in running {
      guard let startedAt = machine.startedAt, machine.progress != nil else { continue }
      if paces[machine.id, default: JournalPace()].isDue(ageMilliseconds: now.milliseconds(since: startedAt)) {
        if let line = ProgressLine(machine) { say(ProgressReport.moveProgress(line, at: now)) }
      }
    }
  }

  /// Before the error that ended the pass is told.
  func breakOff() {
    tellWhatWasHeldBack()
    clear()
  }

  func failed(_ text: String, _ event: LogEvent.Name) {
    breakOff()
    StandardStreams.printError("\(clock.now()) \(Message.block(text))", priority: LogEvent.Level.error.priority)
  }

  private func clear() { StandardStreams.keepBelow([]) }

  // MARK: the end

  func finish(_ result: PassResult, _ exitCode: Reporting.ExitCode) async {
    clear()
    let outcome = result.outcome(startedAt: startedAt, endedAt: clock.now(), exitCode)
    if let line = await voice?.idleLine(outcome, result.plan) {
      heldBack = nil
      return StandardStreams.print(line)
    }
    tellWhatWasHeldBack()
    switch format {
    case .json: StandardStreams.print(RunReport.json(outcome))
    case .text, .markdown: StandardStreams.print(RunReport.text(outcome, style: Terminal.style))
    }
  }
}

extension ProgressLine {
  /// Nil: it moves no instance.
  init?(_ machine: OperationMachine) {
    guard let move = machine.operation.move else { return nil }
    self.init(id: move.id, instance: move.instance, from: move.from, to: move.to, mode: move.mode, state: Self.state(machine))
    guard let progress = machine.progress, progress.state == .running else { return }
    if let share = progress.share {
      fraction = share
      // Too early, it would promise anything.
      if share >= 0.05 { remainingSeconds = Int(Double(progress.elapsedMilliseconds) / 1000 * (1 - share) / share) }
      return
    }
    transferredBytes = progress.processedBytes
    totalBytes = progress.totalBytes
    bytesPerSecond = progress.bytesPerSecond
    let remaining = progress.remainingBytes
    remainingBytes = remaining
    if totalBytes > 0 { fraction = Double(totalBytes - remaining) / Double(totalBytes) }
    if let predicted = machine.predictedMilliseconds {
      // What is left to send rises again with each iteration; time does not.
      if progress.iteration > 1 { fraction = Double(progress.elapsedMilliseconds) / Double(max(1, predicted)) }
      remainingSeconds = max(0, predicted - progress.elapsedMilliseconds + 500) / 1000
    } else if bytesPerSecond > 0, remaining > 0 {
      remainingSeconds = remaining / bytesPerSecond
      isAtLeast = true
    }
    guard case .migrate = machine.currentStep?.action else { return }
    iteration = progress.iteration
    dirtyBytesPerSecond = progress.dirtyBytesPerSecond
    throttlePercent = progress.throttlePercent
    if !progress.postCopy {
      downtimeLimitMilliseconds = machine.downtimeLimitMilliseconds
      downtimeLackingMilliseconds = machine.downtimeLackingMilliseconds
    }
  }

  private static func state(_ machine: OperationMachine) -> String {
    guard let step = machine.currentStep else { return "checking" }
    if machine.isRollingBack { return "undoing: \(step.name)" }
    guard case .migrate = step.action else { return step.name }
    if machine.progress?.postCopy == true { return "post-copy" }
    return machine.isSuspended ? "paused to end it" : ""
  }
}
