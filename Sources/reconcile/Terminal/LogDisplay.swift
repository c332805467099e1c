import Execution
import Fleet
import Reconciler
import Reporting

/// A watch as lines of JSON; a plan is told once, and then what changed of it.
actor LogDisplay: PassDisplay {
  private let clock = SystemClock()
  private var pass = 0
  private var startedAt: Timestamp
  private var paces: [OperationID: JournalPace] = [:]
  private var toldMoves: Set<String> = []
  private var toldBlocked: [BlockedItem] = []
  private var toldWarnings: Set<String> = []

  init() { startedAt = clock.now() }

  func begin() {
    pass += 1
    startedAt = clock.now()
    paces = [:]
  }

  nonisolated static func write(_ event: LogEvent) { StandardStreams.printLog(event.line, priority: event.level.priority) }

  /// Outside of any pass.
  nonisolated static func say(_ event: LogEvent.Name, _ text: String, level: LogEvent.Level = .info) {
    write(LogEvent(event, at: SystemClock().now(), level: level, message: text))
  }

  private func say(_ event: LogEvent.Name, _ text: String, level: LogEvent.Level = .info, _ fields: [String: String] = [:]) {
    Self.write(LogEvent(event, at: clock.now(), level: level, pass: pass, message: text, fields: fields))
  }

  private func say(
    _ event: LogEvent.Name, _ move: Move, _ text: String, level: LogEvent.Level = .info, _ fields: [String: String] = [:]
  ) {
    Self.write(LogEvent(event, move, at: clock.now(), level: level, pass: pass, message: text, fields: fields))
  }

  func show(_ event: PassEvent) {
    switch event {
    case .note(let text): say(.note, text)
    case .warning(let text): say(.warning, text, level: .warning)
    case .planned(let plan): planned(plan)
    case .moveStarted(let move): say(.moveStarted, move, "\(move.instance) begins to move from \(move.from) to \(move.to)")
    case .moveEnded(let move, let machine): ended(move, machine)
    case .moveDropped(let move, let why): say(.moveDropped, move, why, level: .warning)
    case .progress(let progress): progress.running.forEach(tell)
    }
  }

  // MARK: the plan

  private func planned(_ plan: Plan) {
    let moves = Set(plan.moves.map(Self.identity))
    for item in toldBlocked where !plan.blocked.contains(item) {
      Self.write(LogEvent(.unblocked, item, at: clock.now(), pass: pass))
    }
    for item in plan.blocked where !toldBlocked.contains(item) {
      Self.write(LogEvent(.blocked, item, at: clock.now(), level: .warning, pass: pass))
    }
    for warning in plan.warnings where !toldWarnings.contains(warning) { say(.warning, warning, level: .warning) }
    if !moves.isEmpty, moves != toldMoves {
      say(
        .planned, "\(CountFormat.text(plan.moves.count, "move")) planned, \(plan.blocked.count) blocked",
        ["moves": "\(plan.moves.count)", "blocked": "\(plan.blocked.count)", "revision": plan.revision])
      for move in plan.moves where !toldMoves.contains(Self.identity(move)) {
        say(.movePlanned, move, "\(move.instance) is to move from \(move.from) to \(move.to)", ["reason": move.reason.text])
      }
    }
    toldMoves = moves
    toldBlocked = plan.blocked
    toldWarnings = Set(plan.warnings)
  }

  private static func identity(_ move: Move) -> String { "\(move.uuid.rawValue) \(move.from) \(move.to) \(move.mode.rawValue)" }

  // MARK: moves

  private func ended(_ move: Move, _ machine: OperationMachine) {
    let took = (machine.endedAt ?? clock.now()).milliseconds(since: machine.startedAt ?? startedAt)
    var fields = ["milliseconds": "\(took)"]
    if let downtime = (machine.migrationEnd ?? machine.progress)?.downtimeMilliseconds { fields["downtimeMilliseconds"] = "\(downtime)" }
    if machine.endState == .succeeded { return say(.moveEnded, move, "\(move.instance) is on \(move.to)", fields) }
    fields["result"] = MoveOutcome.Result(machine.endState).rawValue
    say(.moveFailed, move, machine.endDetail, level: .error, fields)
  }

  /// As often as progress is journalled.
  private func tell(_ machine: OperationMachine) {
    guard let startedAt = machine.startedAt, machine.progress != nil, let move = machine.operation.move,
      paces[machine.id, default: JournalPace()].isDue(ageMilliseconds: clock.now().milliseconds(since: startedAt)),
      let line = ProgressLine(machine)
    else { return }
    var fields: [String: String] = [:]
    if line.fraction > 0 { fields["percent"] = "\(Int(line.fraction * 100))" }
    if let seconds = line.remainingSeconds { fields["remainingSeconds"] = "\(seconds)" }
    say(.moveProgress, move, "\(move.instance) moves", fields)
  }

  // MARK: the end

  func finish(_ result: PassResult, _ exitCode: Reporting.ExitCode) {
    let outcome = result.outcome(startedAt: startedAt, endedAt: clock.now(), exitCode)
    let level: LogEvent.Level =
      switch exitCode {
      case .success, .movesPending: .info
      case .somethingStands: .warning
      default: .error
      }
    say(
      .passEnded, outcome.exitMeaning, level: level,
      [
        "exitCode": "\(exitCode.rawValue)", "moved": "\(outcome.moves.count { $0.result == .succeeded })", "inSync": "\(outcome.inSync)",
        "revision": outcome.revision, "milliseconds": "\(outcome.endedAt.milliseconds(since: startedAt))",
      ])
  }

  func failed(_ text: String, _ event: LogEvent.Name) { say(event, text, level: .error) }
}
