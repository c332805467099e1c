import Fleet
import Reconciler
import Synchronization

/// Time that passes only when somebody waits; whoever watches is called at every wait.
final class VirtualClock: ReconcilerClock {
  private let milliseconds: Mutex<Int>
  private let watcher = Mutex<(@Sendable () -> Void)?>(nil)

  init(start: Timestamp) { milliseconds = Mutex(start.milliseconds) }

  func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
  func sleep(milliseconds wait: Int) async { advance(milliseconds: wait) }

  func advance(milliseconds wait: Int) {
    milliseconds.withLock { $0 += max(0, wait) }
    watcher.withLock { $0 }?()
  }
  func watch(_ body: @escaping @Sendable () -> Void) { watcher.withLock { $0 = body } }
}
