import Fleet
import Reconciler
import Synchronization

/// Time passes only while somebody waits.
final class StoppedClock: ReconcilerClock {
  private let milliseconds = Mutex(Lab.now.milliseconds)

  func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
  func pass(_ milliseconds: Int) { self.milliseconds.withLock { $0 += milliseconds } }
  func sleep(milliseconds wait: Int) async { milliseconds.withLock { $0 += max(0, wait) } }
}
