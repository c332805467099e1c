import Execution
import Fleet
import Hypervisor

/// Carries out what an `ExecutionMachine` decides: journals, calls the hypervisors, feeds what they answer back.
struct PlanExecutor: Sendable {
  /// How often what runs is looked at.
  static let tickMilliseconds = 250
  /// How long one call to a hypervisor may take.
  static let callDeadline = Deadline(milliseconds: 30_000)
  /// How long a look at every host may take: one that is silent that long counts as silent.
  static let searchDeadline = Deadline(milliseconds: 10_000)
  /// The same while a guest stands still for it.
  static let briefDeadline = Deadline(milliseconds: 1500)
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
  /// Where else a guest may have a copy.
  var search = CopySearch(hosts: [:])
  var callsAtOnce = PlanExecutor.concurrentCallsMax
  /// One call at a time, in that order; nil: all at once.
  var turns: (any CallTurns)?

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
      let found = await StepCheck.obstacles(steps, hypervisor(steps[0].cell), deadline)
      return .checked(move, found.isEmpty ? await thirdHosts(steps, deadline) : found)
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
        // A job that ended in this very moment needs no command; how it ended is told by itself.
        if case .running = await hypervisor(cell).progress(of: job, deadline: deadline).state {
          await report(.warning("move \(move): \(error)"))
        }
      }
      return nil
    case .look(let move, let intent, let step, let jobState, let scope):
      let driver = hypervisor(step.cell)
      var sighting = await sight(step, scope, deadline)
      sighting.jobState = jobState
      if jobState == nil { sighting.job = await driver.find(intent, step: step, deadline: deadline) }
      if scope.contains(.trace) { sighting.hasTrace = await driver.hasTrace(of: intent, step: step, deadline: deadline) }
      return .sighted(move, sighting)
    case .release(let cell, let uuid, let hosts, let home):
      await hypervisor(cell).release(uuid, on: hosts, home: home, deadline: deadline)
      return nil
    }
  }

  /// What the two hosts of a step show of its guest, and by `scope` what every other does that may have a copy.
  private func sight(_ step: Step, _ scope: LookScope, _ deadline: Deadline) async -> Sighting {
    let own = [step.source, step.destination]
    let places = scope.contains(.everyHost) ? await search.places(of: step.uuid, in: step.cell) : nil
    let others = places?.hosts.filter { !own.contains($0) } ?? []
    let driver = hypervisor(step.cell)
    async let rest =
      others.isEmpty
      ? [:]
      : driver.presence(
        of: step.uuid, on: others, deadline: scope.contains(.briefly) ? PlanExecutor.briefDeadline : PlanExecutor.searchDeadline)
    let seen = await driver.presence(of: step.uuid, on: own, deadline: deadline).merging(await rest) { own, _ in own }
    func presence(_ host: HostName) -> Presence {
      let presence = seen[host] ?? .unreachable(reason: "no answer")
      return presence.isUnreachable && search.isGoneForGood(host, step.cell) ? .absent : presence
    }
    var sighting = Sighting(source: presence(step.source), destination: presence(step.destination))
    if let places {
      let told = others.map { ($0, presence($0)) }.filter { !($0.1.isUnreachable && places.isRuledOut($0.0)) }
      sighting.elsewhere = Dictionary(told, uniquingKeysWith: { first, _ in first })
    }
    return sighting
  }

  /// Before a guest is shut down for its move: nobody may have, or start, a copy of it where we cannot see it.
  private func thirdHosts(_ steps: [Step], _ deadline: Deadline) async -> [Obstacle] {
    guard let start = steps.first(where: \.makesItRun) else { return [] }
    let seen = await sight(start, .everyHost, deadline)
    if let host = seen.thirdHostAlive {
      return [Obstacle(.otherCopyNotSafe, "\(start.instance) is alive on \(host) too", passing: false)]
    }
    return seen.thirdHostSilent.map {
      [
        Obstacle(
          .unreachable,
          "\($0.host) does not answer (\($0.reason)), and somebody may start \(start.instance) there while it is off; set maintenance for "
            + "\($0.host) if it is switched off", passing: true)
      ]
    } ?? []
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
    fileprivate let positions: [OperationID: Int]

    init(_ machine: ExecutionMachine) {
      positions = Dictionary(
        machine.operations.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
      started = Set(machine.running.compactMap { [positions] in positions[$0.id] })
      untoldEnds = started.union(machine.operations.indices.filter { machine.operations[$0].isEnded })
    }
  }

  /// Tells what began and ended since it was last asked; true if anything did. What starts never ends before the next time it is asked.
  @discardableResult
  func tellChanges(_ machine: ExecutionMachine, _ seen: inout Seen) async -> Bool {
    let new = machine.running.compactMap { seen.positions[$0.id] }.filter { seen.started.insert($0).inserted }
    seen.untoldEnds.formUnion(new)
    for position in new { if let move = machine.operations[position].operation.move { await report(.moveStarted(move)) } }
    let ended = seen.untoldEnds.filter { machine.operations[$0].isEnded }.sorted()
    seen.untoldEnds.subtract(ended)
    seen.ended += ended.count
    for position in ended { await tellEnd(machine.operations[position]) }
    let dropped = machine.dropped[seen.dropped...]
    for dropped in dropped { if let move = dropped.operation.move { await report(.moveDropped(move, why: dropped.why)) } }
    seen.dropped = machine.dropped.count
    return !new.isEmpty || !ended.isEmpty || !dropped.isEmpty
  }

  /// What is no move is told by who asked for it; of an earlier run's nobody did.
  private func tellEnd(_ machine: OperationMachine) async {
    if let move = machine.operation.move { return await report(.moveEnded(move, machine)) }
    guard machine.isRecovered else { return }
    let words = machine.operation.words
    await report(machine.endState == .succeeded ? .note("done: \(words)") : .warning("\(words) did not succeed: \(machine.endDetail)"))
  }

  func tellProgress(_ machine: ExecutionMachine, _ seen: Seen) async {
    await report(
      .progress(PassProgress(running: machine.running, waiting: machine.waitingCount, ended: seen.ended, total: machine.operations.count)))
  }
}

extension BeginOutcome {
  init(_ error: HypervisorError) {
    switch error.kind {
    case .refusedNothingHappened: self = .refused(error.text, error.blame)
    case .unknownOutcome: self = .unknown(error.text)
    case .retryLater: self = .retryLater(error.text, error.blame)
    case .otherWriter: self = .otherWriter(error.text)
    case .overtaken: self = .overtaken(error.text)
    }
  }
}
