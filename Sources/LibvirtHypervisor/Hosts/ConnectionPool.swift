import BlockingCalls
import Hypervisor
import Synchronization

/// What can be pooled: it knows whether it still lives.
protocol PooledConnection: AnyObject, Sendable {
  var isAlive: Bool { get }
}

extension ConnectionHandle: PooledConnection {}

/// The connections of one host: opened when needed, a few at most, and never two calls on one.
///
/// libvirt's client before 10.4.0 corrupts memory when a second thread calls on a connection while the first one waits there and the
/// connection breaks (CVE-2024-4418); Debian 12 has 9.0.0.
final class ConnectionPool<Connection: PooledConnection>: Sendable {
  enum Outcome<Value: Sendable>: Sendable {
    case value(Value)
    /// It was not begun: no connection came free within the deadline, or no thread could be had.
    case busy
    /// It did not come back within the deadline. It may yet, on the connection that it keeps to itself until then.
    case late
    /// It was not begun: too many earlier calls hang.
    case closed
  }

  /// Calls under way at once, each on its own connection. libvirtd serves five of one connection at once, so this is no narrower.
  static var connectionsMax: Int { 6 }
  /// Calls that did not come back in time, after which the host is not asked again until one does.
  static var hungCallsMax: Int { 8 }
  /// Calls that wait for a connection.
  static var waitingMax: Int { 1024 }

  private struct State {
    var idle: [Connection] = []
    /// The one that listens to the host's events, in use or not.
    var listener: Connection?
    var underWay = 0
    var hung = 0
    var waiting: [Waiter] = []
    var lastWaiter = 0

    /// The connection for the next call; nil: none is idle. Calls that do not listen leave the one that does to those that want it.
    mutating func take(_ listens: Bool) -> Connection? {
      let index = idle.lastIndex { ($0 === listener) == listens } ?? idle.indices.last
      return index.map { idle.remove(at: $0) }
    }
  }

  private struct Waiter {
    var number: Int
    var listens: Bool
    var continuation: CheckedContinuation<Lease?, Never>
  }

  private let state = Mutex(State())

  var hungCalls: Int { state.withLock { $0.hung } }

  /// Runs `body` on a thread of its own with a connection that nothing else uses until it returns; nil: it must open one.
  ///
  /// `body` returns its value and the connection to keep, nil if that is dead. `listening`: the connection that hears of the host's events is
  /// wanted, if it is free.
  func call<Value: Sendable>(
    _ deadline: Deadline, listening: Bool = false, _ body: @escaping @Sendable (Connection?) -> (value: Value, kept: Connection?)
  ) async -> Outcome<Value> {
    let begun = ContinuousClock.now
    guard hungCalls < Self.hungCallsMax else { return .closed }
    guard let lease = await lease(deadline, listening) else { return .busy }
    let left = Deadline(milliseconds: max(1, deadline.milliseconds - (ContinuousClock.now - begun).milliseconds))
    let ran = await BlockingThread.attempt(deadline: left) { [self] in
      let (value, kept) = body(lease.connection)
      end(lease, keeping: kept)
      return value
    }
    switch ran {
    case .value(let value): return .value(value)
    case .notAsked:
      end(lease, keeping: lease.connection)
      return .busy
    case .late:
      abandon(lease)
      return .late
    }
  }

  /// Makes this connection, which the caller alone uses, the one that listens; false: another does, and lives.
  func claimListening(_ connection: Connection) -> Bool {
    state.withLock { state in
      if let listener = state.listener, listener.isAlive { return false }
      state.listener = connection
      return true
    }
  }

  // MARK: leases

  /// The right to one call on one connection.
  private final class Lease: Sendable {
    let connection: Connection?
    let overdue = Overdue()
    init(_ connection: Connection?) { self.connection = connection }
  }

  private func lease(_ deadline: Deadline, _ listens: Bool) async -> Lease? {
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let timer = Mutex<Task<Void, Never>?>(nil)
    let lease = await withCheckedContinuation { (continuation: CheckedContinuation<Lease?, Never>) in
      let lease: Lease?? = state.withLock { state in
        if state.underWay < Self.connectionsMax {
          state.underWay += 1
          return .some(Lease(state.take(listens)))
        }
        guard state.waiting.count < Self.waitingMax else { return .some(nil) }
        state.waiting.append(Waiter(number: number, listens: listens, continuation: continuation))
        return nil
      }
      if let lease { return continuation.resume(returning: lease) }
      timer.withLock {
        $0 = Task {
          try? await Task.sleep(for: .milliseconds(deadline.milliseconds))
          giveUp(number)
        }
      }
    }
    timer.withLock { $0?.cancel() }
    return lease
  }

  private func giveUp(_ number: Int) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: nil)
  }

  /// A call came back: its connection is free for another, unless its caller had given it up, in which case it is closed.
  private func end(_ lease: Lease, keeping kept: Connection?) {
    if lease.overdue.ends() { return state.withLock { $0.hung -= 1 } }
    passOn(kept, dropping: kept === lease.connection ? nil : lease.connection)
  }

  /// A call did not come back: it keeps its connection, and another call takes its place.
  private func abandon(_ lease: Lease) {
    guard lease.overdue.isGivenUp() else { return }
    state.withLock { $0.hung += 1 }
    passOn(nil, dropping: lease.connection)
  }

  /// Gives a place to who waits first, or back.
  private func passOn(_ kept: Connection?, dropping dropped: Connection?) {
    let (next, lease): (Waiter?, Lease?) = state.withLock { state in
      if let dropped, state.listener === dropped { state.listener = nil }
      if let kept { state.idle.append(kept) }
      guard !state.waiting.isEmpty else {
        state.underWay -= 1
        return (nil, nil)
      }
      let next = state.waiting.removeFirst()
      return (next, Lease(state.take(next.listens)))
    }
    next?.continuation.resume(returning: lease)
  }
}
