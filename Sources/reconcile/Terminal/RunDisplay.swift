import Execution
import Fleet
import Reconciler
import Reporting

/// Shows a run as it goes: bars redrawn in place on a terminal, one plain line an event without one, nothing but the end as JSON.
actor RunDisplay {
  private let format: OutputFormat
  private let style = Terminal.style
  private let drawsBars: Bool
  private let clock = SystemClock()
  private let startedAt: Timestamp
  private var linesDrawn = 0
  private var failed = 0
  private var plan: Plan?

  init(format: OutputFormat) {
    self.format = format
    drawsBars = format == .text && Terminal.isInteractive
    startedAt = clock.now()
  }

  func show(_ event: PassEvent) {
    switch event {
    case .note(let text): say(text)
    case .warning(let text):
      clear()
      StandardStreams.printError("warning: \(text)")
    case .planned(let plan):
      self.plan = plan
      clear()
      if format != .json { StandardStreams.print(PlanText.render(plan, as: format, purpose: .run)) }
    case .moveStarted(let move): if !drawsBars { say(ProgressReport.moveStarted(move, at: clock.now())) }
    case .moveEnded(let machine): ended(machine)
    case .moveDropped(let move, let why): say(ProgressReport.moveDropped(move, why: why, at: clock.now()))
    case .progress(let progress): draw(progress)
    }
  }

  private func ended(_ machine: MoveMachine) {
    guard machine.endState == .succeeded else {
      failed += 1
      return say(ProgressReport.moveFailed(machine.move, state: machine.endState, detail: machine.endDetail, at: clock.now()))
    }
    let took = (machine.endedAt ?? clock.now()).milliseconds(since: machine.startedAt ?? startedAt)
    say(
      ProgressReport.moveEnded(
        machine.move, milliseconds: took, downtimeMilliseconds: machine.progress?.downtimeMilliseconds, at: clock.now()))
  }

  private func say(_ text: String) {
    guard format != .json else { return }
    clear()
    StandardStreams.print(text)
  }

  // MARK: bars

  private func draw(_ progress: PassProgress) {
    guard drawsBars else { return }
    let counts = ProgressCounts(
      done: progress.ended, failed: failed, running: progress.running.count, waiting: progress.waiting, total: progress.total)
    let lines = ProgressReport.bar(progress.running.map(ProgressLine.init), counts: counts, style: style)
    StandardStreams.draw(erasure + lines.joined(separator: "\n") + "\n")
    linesDrawn = lines.count
  }

  /// Up over what was drawn, and everything below cleared.
  private var erasure: String { linesDrawn == 0 ? "" : "\u{1b}[\(linesDrawn)A\u{1b}[J" }

  func clear() {
    guard linesDrawn > 0 else { return }
    StandardStreams.draw(erasure)
    linesDrawn = 0
  }

  // MARK: the end

  func finish(_ result: PassResult, _ exitCode: Reporting.ExitCode) {
    clear()
    let outcome = result.outcome(startedAt: startedAt, endedAt: clock.now(), exitCode)
    switch format {
    case .json: StandardStreams.print(RunReport.json(outcome))
    case .text, .markdown: StandardStreams.print(RunReport.text(outcome, style: style))
    }
  }
}

extension ProgressLine {
  init(_ machine: MoveMachine) {
    let progress = machine.progress
    let total = progress?.totalBytes ?? 0
    let remaining = progress?.remainingBytes ?? 0
    let rate = progress?.bytesPerSecond ?? 0
    let state = machine.isRollingBack ? "undoing: \(machine.currentStep?.name ?? "")" : (machine.currentStep?.name ?? "checking")
    self.init(
      id: machine.move.id, instance: machine.move.instance, from: machine.move.from, to: machine.move.to, mode: machine.move.mode,
      fraction: total > 0 ? Double(total - remaining) / Double(total) : 0, transferredBytes: progress?.processedBytes ?? 0,
      totalBytes: total,
      bytesPerSecond: rate, remainingSeconds: rate > 0 && remaining > 0 ? remaining / rate : nil, state: state == "migrate" ? "" : state)
  }
}
