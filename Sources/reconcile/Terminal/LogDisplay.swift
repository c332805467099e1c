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
  private var toldBlocked: [String: BlockedItem] = [:]
  private var toldDoubts: [InstanceName: String] = [:]
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
    tellBlocked(plan.blocked)
    tellDoubts(plan.notInSync)
    for warning in plan.warnings where !toldWarnings.contains(WatchVoice.lasting(warning)) { say(.warning, warning, level: .warning) }
    toldWarnings = Set(plan.warnings.map(WatchVoice.lasting))
    let moves = Set(plan.moves.map(Self.identity))
    let changes = plan.hostChanges ?? []
    if !(moves.isEmpty && changes.isEmpty), moves != toldMoves || !changes.isEmpty {
      say(
        .planned, "\(CountFormat.text(plan.moves.count, "move")) planned, \(plan.blocked.count) blocked",
        [
          "moves": "\(plan.moves.count)", "blocked": "\(plan.blocked.count)", "revision": plan.revision,
          "hostChanges": changes.map { "\($0.action.rawValue) \($0.host)" }.joined(separator: ", "),
        ].filter { !$0.value.isEmpty })
      for move in plan.moves where !toldMoves.contains(Self.identity(move)) {
        say(.movePlanned, move, "\(move.instance) is to move from \(move.from) to \(move.to)", ["reason": move.reason.text])
      }
    }
    toldMoves = moves
  }

  private func tellBlocked(_ items: [BlockedItem]) {
    let now = Dictionary(items.map { (WatchVoice.lasting($0), $0) }, uniquingKeysWith: { first, _ in first })
    for (key, item) in toldBlocked.sorted(by: { $0.key < $1.key }) where now[key] == nil {
      Self.write(LogEvent(.unblocked, item, at: clock.now(), pass: pass))
    }
    for (key, item) in now.sorted(by: { $0.key < $1.key }) where toldBlocked[key] == nil {
      Self.write(LogEvent(.blocked, item, at: clock.now(), level: .warning, pass: pass))
    }
    toldBlocked = now
  }

  /// Guests whose state is in question, and those of which it is no more.
  private func tellDoubts(_ list: NotInSync) {
    let states: [(String, [InstanceName])] = [
      ("missing", list.missing), ("unknown", list.unknown), ("ambiguous", list.ambiguous), ("frozen", list.frozen), ("busy", list.busy),
      ("backingOff", list.backingOff),
    ]
    var now: [InstanceName: String] = [:]
    for (state, names) in states { for name in names { now[name] = state } }
    for (name, state) in now.sorted(by: { $0.key < $1.key }) where toldDoubts[name] != state {
      var event = LogEvent(.doubt, at: clock.now(), level: .warning, pass: pass, message: "\(name) is \(state)", fields: ["state": state])
      event.instance = name
      Self.write(event)
    }
    for name in toldDoubts.keys.sorted() where now[name] == nil {
      var event = LogEvent(.doubtSettled, at: clock.now(), pass: pass, message: "\(name) is in question no more")
      event.instance = name
      Self.write(event)
    }
    toldDoubts = now
  }

  private static func identity(_ move: Move) -> String { "\(move.uuid.rawValue) \(move.from) \(move.to) \(move.mode.rawValue)" }

  // MARK: moves

  private func ended(_ move: Move, _ machine: OperationMachine) {
    if machine.wasNeverBegun { return say(.moveDropped, move, OperationMachine.neverBegunText, level: .warning) }
    let took = (machine.endedAt ?? clock.now()).milliseconds(since: machine.startedAt ?? startedAt)
    var fields = ["milliseconds": "\(took)"]
    if let downtime = (machine.migrationEnd ?? machine.progress)?.downtimeMilliseconds { fields["downtimeMilliseconds"] = "\(downtime)" }
    if machine.endState == .succeeded { return say(.moveEnded, move, "\(move.instance) is on \(move.to)", fields) }
    fields["result"] = MoveOutcome.Result(machine.endState).rawValue
    if machine.wasSetAside { return say(.moveDropped, move, machine.endDetail, level: .warning, fields) }
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
