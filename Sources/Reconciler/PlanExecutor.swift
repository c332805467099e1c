import Execution
import Fleet
import Hypervisor

/// Carries out what an `ExecutionMachine` decides: journals, calls the hypervisors, feeds what they answer back.
struct PlanExecutor: Sendable {
  /// How often what runs is looked at.
  static let tickMilliseconds = 250
  /// How long one call to a hypervisor may take.
  static let callDeadline = Deadline(milliseconds: 30_000)
  /// Calls to hypervisors under way at once.
  static let concurrentCallsMax = 32
  /// How often the manifests are read again while moves wait.
  static let revisionCheckMilliseconds = 2000

  var hypervisors: [CellName: any Hypervisor]
  var clock: any ReconcilerClock
  var stop: StopSwitch
  /// Writes records durably; throws if it cannot, and then nothing of that answer is done.
  var journal: @Sendable ([JournalRecord]) async throws -> Void
  var remember: @Sendable (ExecutionMemory) async throws -> Void
  /// Why nothing more may start now; asked while moves wait.
  var objection: @Sendable () async -> StopReason?
  var report: @Sendable (PassEvent) async -> Void
  var callsAtOnce = PlanExecutor.concurrentCallsMax

  /// Runs until all moves have ended, or until the switch is pressed twice.
  ///
  /// One call at a time is carried out in a fixed order, as a simulation needs it; else each answer is handled as it comes.
  func run(_ machine: inout ExecutionMachine, first effects: [ExecutionEffect] = []) async throws {
    if callsAtOnce > 1 { try await runAtOnce(&machine, first: effects) } else { try await runInTurn(&machine, first: effects) }
  }

  private func runInTurn(_ machine: inout ExecutionMachine, first effects: [ExecutionEffect]) async throws {
    var effects = effects
    var events: [ExecutionEvent] = [.tick]
    var seen = Seen(machine)
    var objectionAskedAt = clock.now()
    while true {
      for event in events { effects += machine.handle(event, now: clock.now()) }
      events = []
      for call in try await record(effects) { if let event = await perform(call) { events.append(event) } }
      effects = []
      await tell(machine, &seen)
      if events.isEmpty {
        if machine.isFinished || stop.isPressedTwice { return }
        await clock.sleep(milliseconds: PlanExecutor.tickMilliseconds)
        events = [.tick]
      }
      if stop.isPressed, machine.stopped == nil { events.insert(.stop(.interrupted), at: 0) }
      let waitedMilliseconds = clock.now().milliseconds(since: objectionAskedAt)
      if machine.waitingCount > 0, machine.stopped == nil, waitedMilliseconds >= PlanExecutor.revisionCheckMilliseconds {
        objectionAskedAt = clock.now()
        if let reason = await objection() { events.insert(.stop(reason), at: 0) }
      }
    }
  }

  /// Memory and journal first, all in one durable write; the calls that may follow it.
  func record(_ effects: [ExecutionEffect]) async throws -> [ExecutionEffect] {
    var records: [JournalRecord] = []
    var calls: [ExecutionEffect] = []
    for effect in effects {
      switch effect {
      case .journal(let more): records += more
      case .remember(let memory): try await remember(memory)
      default: calls.append(effect)
      }
    }
    if !records.isEmpty { try await journal(records) }
    return calls
  }

  func perform(_ call: ExecutionEffect) async -> ExecutionEvent? {
    let deadline = PlanExecutor.callDeadline
    switch call {
    case .journal, .remember: preconditionFailure("journal and memory are written before any call")
    case .check(let move, let steps):
      return .checked(move, await StepCheck.obstacles(steps, hypervisor(steps[0].cell), deadline))
    case .begin(let move, let intent, let step):
      do {
        return .began(move, .accepted(try await hypervisor(step.cell).begin(step, intent: intent, deadline: deadline)))
      } catch {
        return .began(move, BeginOutcome(error))
      }
    case .poll(let move, let cell, let job): return .progressed(move, await hypervisor(cell).progress(of: job, deadline: deadline))
    case .control(let move, let cell, let job, let command):
      do {
        try await hypervisor(cell).control(job, command, deadline: deadline)
      } catch {
        await report(.warning("move \(move): \(error)"))
      }
      return nil
    case .look(let move, let intent, let step, let jobState):
      let driver = hypervisor(step.cell)
      let seen = await driver.presence(of: step.uuid, on: [step.source, step.destination], deadline: deadline)
      let job = jobState == nil ? await driver.find(intent, step: step, deadline: deadline) : nil
      let nothing = Presence.unreachable(reason: "no answer")
      return .sighted(
        move, Sighting(source: seen[step.source] ?? nothing, destination: seen[step.destination] ?? nothing, job: job, jobState: jobState))
    case .release(let cell, let uuid, let hosts):
      await hypervisor(cell).release(uuid, on: hosts, deadline: deadline)
      return nil
    }
  }

  private func hypervisor(_ cell: CellName) -> any Hypervisor {
    hypervisors[cell] ?? UnavailableHypervisor(reason: "no manifest names cell \(cell) any more", hosts: [])
  }

  // MARK: telling

  /// What was told of each move; positions in the machine's list.
  struct Seen {
    fileprivate var untoldEnds: Set<Int> = []
    fileprivate var started: Set<Int> = []
    fileprivate var ended = 0
    fileprivate var dropped = 0
    fileprivate let positions: [MoveID: Int]

    init(_ machine: ExecutionMachine) {
      positions = Dictionary(
        machine.moves.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
      started = Set(machine.running.compactMap { [positions] in positions[$0.id] })
      untoldEnds = started.union(machine.moves.indices.filter { machine.moves[$0].isEnded })
    }
  }

  /// Tells what began and ended since it was last asked; true if anything did. What starts never ends before the next time it is asked.
  @discardableResult
  func tellChanges(_ machine: ExecutionMachine, _ seen: inout Seen) async -> Bool {
    let new = machine.running.compactMap { seen.positions[$0.id] }.filter { seen.started.insert($0).inserted }
    seen.untoldEnds.formUnion(new)
    for position in new { await report(.moveStarted(machine.moves[position].move)) }
    let ended = seen.untoldEnds.filter { machine.moves[$0].isEnded }.sorted()
    seen.untoldEnds.subtract(ended)
    seen.ended += ended.count
    for position in ended { await report(.moveEnded(machine.moves[position])) }
    let dropped = machine.dropped[seen.dropped...]
    for dropped in dropped { await report(.moveDropped(dropped.move, why: dropped.why)) }
    seen.dropped = machine.dropped.count
    return !new.isEmpty || !ended.isEmpty || !dropped.isEmpty
  }

  func tellProgress(_ machine: ExecutionMachine, _ seen: Seen) async {
    await report(
      .progress(PassProgress(running: machine.running, waiting: machine.waitingCount, ended: seen.ended, total: machine.moves.count)))
  }

  private func tell(_ machine: ExecutionMachine, _ seen: inout Seen) async {
    await tellChanges(machine, &seen)
    await tellProgress(machine, seen)
  }
}

extension BeginOutcome {
  init(_ error: HypervisorError) {
    switch error.kind {
    case .refusedNothingHappened: self = .refused(error.text)
    case .unknownOutcome: self = .unknown(error.text)
    case .retryLater: self = .retryLater(error.text)
    case .otherWriter: self = .otherWriter(error.text)
    }
  }
}
