import Reconciler
import Synchronization

/// Which of the calls under way is answered next, and whether time goes by before: any order, and with the same seed the same.
final class SeededTurns: CallTurns {
  /// One in so many turns is the timer's though calls are under way.
  private static let lateCallsOneIn = 8

  private let random: Mutex<SeededRandom>

  init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }

  func next(calls: Int, hasTimer: Bool) -> Int {
    random.withLock { random in
      guard calls > 0 else { return 0 }
      if hasTimer, random.below(Self.lateCallsOneIn) == 0 { return calls }
      return random.below(calls)
    }
  }

  func outlivesTheProcess() -> Bool { random.withLock { $0.below(2) == 0 } }
}
