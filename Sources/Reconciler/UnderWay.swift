/// Who goes on next where what a run has under way goes on one at a time: a simulation is the same each time with the same turns.
package protocol CallTurns: Sendable {
  /// The place in line of what goes on: `calls` that are under way, in the order they began, and behind them the timer, if one runs.
  func next(calls: Int, hasTimer: Bool) -> Int
  /// True if a call that is under way when the process dies has its effect all the same.
  func outlivesTheProcess() -> Bool
}

/// What a run has under way beside its loop: calls to hypervisors, questions, a timer. All at once, or one at a time by `turns`.
struct UnderWay<Message: Sendable> {
  typealias Work = @Sendable () async -> Message
  typealias Tasks = ThrowingDiscardingTaskGroup<any Error>

  let inbox = Inbox<Message>()
  private let turns: (any CallTurns)?
  private var calls: [Work] = []
  private var timer: Work?

  init(_ turns: (any CallTurns)?) { self.turns = turns }

  var takesTurns: Bool { turns != nil }

  mutating func call(_ tasks: inout Tasks, _ work: @escaping Work) {
    guard turns == nil else { return calls.append(work) }
    tasks.addTask { [inbox] in inbox.put(await work()) }
  }

  /// Replaces a timer that runs: it would have gone later.
  mutating func wait(_ tasks: inout Tasks, _ work: @escaping Work) {
    guard turns == nil else { return timer = work }
    tasks.addTask { [inbox] in inbox.put(await work()) }
  }

  /// Waits for the next message, and takes all there are.
  mutating func take() async -> [Message] {
    guard let turns else { return await inbox.take() }
    precondition(!calls.isEmpty || timer != nil, "nothing is under way that could end")
    let place = turns.next(calls: calls.count, hasTimer: timer != nil)
    if place < calls.count { return [await calls.remove(at: place)()] }
    guard let work = timer else { preconditionFailure("a turn is of what is under way") }
    timer = nil
    return [await work()]
  }

  /// The loop ended by an error. What goes on in tasks of its own ends by itself; of the rest some reached its host before.
  mutating func die() async {
    guard let turns else { return }
    for call in calls where turns.outlivesTheProcess() { _ = await call() }
    calls = []
  }
}
