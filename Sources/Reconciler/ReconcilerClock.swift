package import Fleet
import Glibc

/// The only way the program tells time and waits; tests run on a virtual one.
package protocol ReconcilerClock: Sendable {
  func now() -> Timestamp
  func sleep(milliseconds: Int) async
}

/// The machine's clock.
package struct SystemClock: ReconcilerClock {
  package init() {}

  package func now() -> Timestamp {
    var time = timespec()
    precondition(clock_gettime(CLOCK_REALTIME, &time) == 0, "the system has a clock")
    return Timestamp(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
  }

  package func sleep(milliseconds: Int) async {
    try? await Task.sleep(nanoseconds: UInt64(max(0, milliseconds)) * 1_000_000)
  }
}
