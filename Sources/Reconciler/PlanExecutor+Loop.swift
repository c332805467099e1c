import Execution
import Fleet
import Hypervisor

/// Each answer is handled as it comes, so that a slow call holds up its own guest only.
extension PlanExecutor {
  /// Between two reports of progress in which nothing began or ended.
  static let progressMilliseconds = 100

  private enum Message: Sendable {
    case answered(CallBoard.Call, ExecutionEvent?)
    case objected(StopReason?)
    /// Time to look around.
    case time
    /// A driver says that something changed.
    case woken
  }

  /// When things were last done, and what is under way beside the calls.
  private struct Times {
    var tickedAt: Timestamp
    var objectionAskedAt: Timestamp
    var isObjectionAsked = false
    var toldAt: Timestamp
    /// When the timer goes that goes next; nil: none runs.
    var timerAt: Timestamp?
  }

  /// Runs until all moves have ended, or until the switch is pressed twice.
  ///
  /// `until`: what has not ended by then is left between two calls, to be run on.
  func run(_ machine: inout ExecutionMachine, first effects: [ExecutionEffect] = [], until end: Timestamp? = nil) async throws {
    var underWay = UnderWay<Message>(turns)
    do { try await loop(&machine, &underWay, first: effects, until: end) } catch {
      await underWay.die()
      throw error
    }
  }

  private func isOver(_ end: Timestamp?) -> Bool { stop.isPressedTwice || end.map { clock.now() >= $0 } ?? false }

  private func loop(
    _ machine: inout ExecutionMachine, _ underWay: inout UnderWay<Message>, first effects: [ExecutionEffect], until end: Timestamp?
  ) async throws {
    var board = CallBoard(machine.operations, callsMax: callsAtOnce)
    var pace = PollPace()
    var seen = Seen(machine)
    let start = clock.now()
    var times = Times(tickedAt: start, objectionAskedAt: start, toldAt: start)
    var effects = effects
    var isTickDue = true
    // A group that ends by an error waits for the calls under way: their effects must not go on behind our back.
    try await withThrowingDiscardingTaskGroup { group in
      if !underWay.takesTurns {
        for hypervisor in hypervisors.values {
          group.addTask { [inbox = underWay.inbox] in for await _ in hypervisor.wakeups() { inbox.put(.woken) } }
        }
      }
      while true {
        if stop.isPressed, machine.stopped == nil { effects += machine.handle(.stop(.interrupted), now: clock.now()) }
        if isTickDue { tick(&machine, board, &effects) }
        for call in try await record(effects) { board.add(call) }
        effects = []
        if await tellChanges(machine, &seen) || PollPace.left(of: PlanExecutor.progressMilliseconds, since: times.toldAt, clock.now()) == 0
        {
          times.toldAt = clock.now()
          await tellProgress(machine, seen)
        }
        let isLeaving = isOver(end)
        let next = pace.polls(isLeaving ? [] : machine.running, clock.now(), isBusy: board.isBusy)
        for poll in next.polls { board.add(poll) }
        for call in board.begin() { underWay.call(&group) { .answered(call, await perform(call.effect)) } }
        if board.isIdle, machine.isFinished || isLeaving { break }
        if asksForObjection(machine, &times) { underWay.call(&group) { .objected(await objection()) } }
        if !isLeaving, let wait = timer(next.waitMilliseconds, &times) {
          underWay.wait(&group) {
            await clock.sleep(milliseconds: wait)
            return .time
          }
        }
        for message in await underWay.take() { take(message, &machine, &board, &pace, &times, &effects) }
        isTickDue = PollPace.left(of: PlanExecutor.tickMilliseconds, since: times.tickedAt, clock.now()) == 0 && !isOver(end)
        if isTickDue { times.tickedAt = clock.now() }
      }
      group.cancelAll()
    }
  }

  private func take(
    _ message: Message, _ machine: inout ExecutionMachine, _ board: inout CallBoard, _ pace: inout PollPace, _ times: inout Times,
    _ effects: inout [ExecutionEffect]
  ) {
    switch message {
    case .answered(let call, let event):
      board.ended(call.guest)
      if case .poll(let move, _, _) = call.effect { pace.answered(move, clock.now()) }
      if let event { effects += machine.handle(event, now: clock.now()) }
    case .objected(let reason):
      times.isObjectionAsked = false
      if let reason, machine.stopped == nil { effects += machine.handle(.stop(reason), now: clock.now()) }
    case .time: times.timerAt = nil
    case .woken: pace.wake()
    }
  }

  /// Time went by: retries that are due begin, and hosts that had not decided are looked at again unless that is being done.
  private func tick(_ machine: inout ExecutionMachine, _ board: CallBoard, _ effects: inout [ExecutionEffect]) {
    let asked = Set(effects.compactMap { if case .look(let move, _, _, _, _) = $0 { move } else { nil } })
    effects += machine.handle(.tick, now: clock.now()).filter { effect in
      switch effect {
      case .poll: false  // Jobs are looked at in their own time.
      case .look(let move, _, _, _, _): !asked.contains(move) && !board.isBusy(move)
      default: true
      }
    }
  }

  /// True if it is time to ask whether anything more may start, and nobody is asking.
  private func asksForObjection(_ machine: ExecutionMachine, _ times: inout Times) -> Bool {
    guard machine.waitingCount > 0, machine.stopped == nil, !times.isObjectionAsked,
      PollPace.left(of: PlanExecutor.revisionCheckMilliseconds, since: times.objectionAskedAt, clock.now()) == 0
    else { return false }
    times.objectionAskedAt = clock.now()
    times.isObjectionAsked = true
    return true
  }

  /// How long to set a timer; nil: one goes by then. A later one that runs already wakes once more than needed.
  private func timer(_ waitMilliseconds: Int, _ times: inout Times) -> Int? {
    let now = clock.now()
    let wait = min(waitMilliseconds, max(1, PollPace.left(of: PlanExecutor.tickMilliseconds, since: times.tickedAt, now)))
    let at = now.adding(milliseconds: wait)
    if let running = times.timerAt, running <= at { return nil }
    times.timerAt = at
    return wait
  }
}
