import Glibc
package import Hypervisor
import Synchronization

/// Runs blocking C calls on threads of their own, never on Swift's cooperative ones.
package enum BlockingThread {
  /// Threads under way at once in the process; beyond it calls wait for nothing and are refused.
  package static let threadsMax = 1024
  static let stackBytes = 512 << 10

  private static let underWay = Atomic(0)

  /// Runs `body` on a new thread; false: too many are under way.
  @discardableResult
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard underWay.add(1, ordering: .relaxed).newValue <= threadsMax else {
      underWay.subtract(1, ordering: .relaxed)
      return false
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackBytes)
    defer { pthread_attr_destroy(&attributes) }
    let box = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        BlockingThread.underWay.subtract(1, ordering: .relaxed)
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      box.release()
      underWay.subtract(1, ordering: .relaxed)
      return false
    }
    return true
  }

  /// What `body` returned, or nil once the deadline has passed; `body` then goes on by itself and its value is dropped.
  package static func run<Value: Sendable>(deadline: Deadline, _ body: @escaping @Sendable () -> Value) async -> Value? {
    await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
      let answer = Answer(continuation)
      let timer = Task {
        try? await Task.sleep(for: .milliseconds(deadline.milliseconds))
        if !Task.isCancelled { answer.give(nil) }
      }
      let started = start {
        let value = body()
        timer.cancel()
        answer.give(value)
      }
      if !started {
        timer.cancel()
        answer.give(nil)
      }
    }
  }

  private final class Body: Sendable {
    private let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    func run() { body() }
  }

  /// A continuation that the first to come resumes.
  private final class Answer<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>
    init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Mutex(continuation) }

    func give(_ value: Value?) {
      let waiting = continuation.withLock { slot in
        defer { slot = nil }
        return slot
      }
      waiting?.resume(returning: value)
    }
  }
}
