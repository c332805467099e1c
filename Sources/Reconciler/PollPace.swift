import Execution
import Fleet

/// When a job that runs is looked at again: a young one often, since it may end at once, an old one now and then, one near its end more often.
struct PollPace {
  /// Between the end of one look and the next.
  static let millisecondsMin = 20
  static let millisecondsMax = 250
  /// A job is looked at each time this part of its age has passed.
  static let agePart = 8
  static let nearEndMilliseconds = 100
  /// A job predicted to end within this time is near its end.
  static let nearEndWithinMilliseconds = 1000

  private struct Watched {
    var intent: IntentID
    var since: Timestamp
    var askedAt: Timestamp
    /// Its driver said that something changed.
    var isWoken = false
  }
  private var watched: [OperationID: Watched] = [:]

  /// Looks at the jobs that are due and for whose guests nothing is asked already, and how long until the next is.
  mutating func polls(
    _ running: [OperationMachine], _ now: Timestamp, isBusy: (OperationID) -> Bool
  ) -> (polls: [ExecutionEffect], waitMilliseconds: Int) {
    var polls: [ExecutionEffect] = []
    var wait = PollPace.millisecondsMax
    var still: [OperationID: Watched] = [:]
    for machine in running {
      guard case .watching(let run, let job) = machine.phase else { continue }
      var entry = watched[machine.id] ?? Watched(intent: run.intent, since: now, askedAt: now)
      if entry.intent != run.intent { entry = Watched(intent: run.intent, since: now, askedAt: now) }
      if !isBusy(machine.id) {
        let left = PollPace.left(of: PollPace.interval(machine, entry.since, entry.isWoken, now), since: entry.askedAt, now)
        if left == 0 {
          polls.append(.poll(machine.id, machine.operation.cell, job))
          entry.isWoken = false
        } else {
          wait = min(wait, left)
        }
      }
      still[machine.id] = entry
    }
    watched = still
    return (polls, wait)
  }

  /// A look at the move's job came back.
  mutating func answered(_ move: OperationID, _ now: Timestamp) { watched[move]?.askedAt = now }

  /// Something changed somewhere: every job is looked at again soon.
  mutating func wake() { for move in watched.keys { watched[move]?.isWoken = true } }

  /// What is left of an interval; a clock that was set back ends it.
  static func left(of interval: Int, since: Timestamp, _ now: Timestamp) -> Int {
    let passed = now.milliseconds(since: since)
    return passed < 0 ? 0 : max(0, interval - passed)
  }

  private static func interval(_ machine: OperationMachine, _ since: Timestamp, _ isWoken: Bool, _ now: Timestamp) -> Int {
    if isWoken { return millisecondsMin }
    let byAge = min(millisecondsMax, max(millisecondsMin, now.milliseconds(since: since) / agePart))
    guard let end = machine.predictedMilliseconds, let progress = machine.progress,
      end - progress.elapsedMilliseconds <= nearEndWithinMilliseconds
    else { return byAge }
    return min(byAge, nearEndMilliseconds)
  }
}
