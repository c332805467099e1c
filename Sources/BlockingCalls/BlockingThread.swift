import Glibc
package import Hypervisor
import Synchronization

/// Runs blocking C calls on threads of their own, never on Swift's cooperative ones.
package enum BlockingThread {
  /// Threads under way at once in the process, jobs included; beyond it none is started.
  package static let threadsMax = 4096
  /// Calls with a deadline under way at once; beyond it they wait in line.
  package static let callsMax = 1024
  /// How long a call waits in line before it is given up unasked.
  package static let waitMillisecondsMax = 120_000
  static let stackBytes = 512 << 10

  private static let calls = CallQueue(places: callsMax)
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

  /// How a call ended.
  package enum Outcome<Value: Sendable>: Sendable {
    case value(Value)
    /// The deadline has passed; `body` goes on by itself and its value is dropped.
    case late
    /// Too many calls were under way for too long: `body` never ran.
    case notAsked
  }

  /// Runs `body` on a thread of its own, after a wait in line if many run; the deadline counts from its start.
  package static func attempt<Value: Sendable>(
    deadline: Deadline, _ body: @escaping @Sendable () -> Value
  ) async -> Outcome<Value> {
    guard await calls.enter(within: waitMillisecondsMax) else { return .notAsked }
    return await withCheckedContinuation { (continuation: CheckedContinuation<Outcome<Value>, Never>) in
      let answer = Answer(continuation)
      let timer = Task {
        try? await Task.sleep(for: .milliseconds(deadline.milliseconds))
        if !Task.isCancelled { answer.give(.late) }
      }
      let started = start {
        let value = body()
        calls.leave()
        timer.cancel()
        answer.give(.value(value))
      }
      if !started {
        calls.leave()
        timer.cancel()
        answer.give(.notAsked)
      }
    }
  }

  /// What `body` returned, or nil once the deadline has passed or if it never ran.
  package static func run<Value: Sendable>(deadline: Deadline, _ body: @escaping @Sendable () -> Value) async -> Value? {
    guard case .value(let value) = await attempt(deadline: deadline, body) else { return nil }
    return value
  }

  private final class Body: Sendable {
    private let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    func run() { body() }
  }

  /// A continuation that the first to come resumes.
  private final class Answer<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Outcome<Value>, Never>?>
    init(_ continuation: CheckedContinuation<Outcome<Value>, Never>) { self.continuation = Mutex(continuation) }

    func give(_ outcome: Outcome<Value>) {
      let waiting = continuation.withLock { slot in
        defer { slot = nil }
        return slot
      }
      waiting?.resume(returning: outcome)
    }
  }
}
