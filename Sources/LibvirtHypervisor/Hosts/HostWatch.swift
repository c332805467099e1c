import BlockingCalls
import Hypervisor
import Synchronization

/// Asks a host's daemon about once a second, while somebody wants to know whether it still answers; one a host, however many want it.
///
/// On connections of its own: neither the migrations that are watched nor calls that hang stand in its way.
final class HostWatch<Connection: PooledConnection>: Sendable {
  static var askEveryMilliseconds: Int { 1000 }
  static var lookEveryMilliseconds: Int { 250 }
  /// After that the question is put again on a new connection: after a break an old one may stay deaf for long, its segments sent
  /// again ever more seldom.
  static var answerDeadline: Deadline { Deadline(milliseconds: 2500) }
  /// Questions that did not come back; beyond it none is put until one does.
  static var hungMax: Int { 4 }

  /// Puts one question on the connection that is kept, or a new one; returns the connection if the daemon answered. Blocks.
  typealias Ask = @Sendable (Connection?) -> Connection?

  private struct State {
    var wanting = 0
    var isRunning = false
    var silence = SilenceClock(at: 0)
    var hung = 0
  }

  private let state = Mutex(State())
  private let ask: Ask
  private let begun = ContinuousClock.now

  init(ask: @escaping Ask) { self.ask = ask }

  private var now: Int { (ContinuousClock.now - begun).milliseconds }

  /// For how long it has been silent, in milliseconds, 0 while it answers; nil: it is not watched.
  var silentMilliseconds: Int? { state.withLock { $0.wanting > 0 ? $0.silence.silentMilliseconds : nil } }

  /// Watches until the wish is dropped.
  func wish() -> Wish {
    let starts = state.withLock { state in
      state.wanting += 1
      guard !state.isRunning else { return false }
      state.isRunning = true
      state.silence = SilenceClock(at: now)
      return true
    }
    if starts { Task { await run() } }
    return Wish(self)
  }

  /// That the host be watched.
  final class Wish: Sendable {
    private let watch: HostWatch
    fileprivate init(_ watch: HostWatch) { self.watch = watch }
    deinit { watch.state.withLock { $0.wanting -= 1 } }
  }

  private func run() async {
    var kept: Connection?
    while isWanted {
      let askedAt = now
      let clock = Task { await countSilence() }
      let answer = await put(on: kept)
      clock.cancel()
      kept = answer
      if answer != nil { state.withLock { $0.silence.answered(at: now) } }
      await rest(until: askedAt + Self.askEveryMilliseconds, isUnanswered: answer == nil)
    }
  }

  /// False, once: nobody wants it any more, and whoever does next starts it anew.
  private var isWanted: Bool {
    state.withLock { state in
      if state.wanting == 0 { state.isRunning = false }
      return state.isRunning
    }
  }

  /// The connection on which the daemon answered; nil: it did not. One that did not come back in time is left to its thread, and closed after.
  private func put(on kept: Connection?) async -> Connection? {
    guard state.withLock({ $0.hung < Self.hungMax }) else { return nil }
    let call = Overdue()
    let ran = await BlockingThread.attempt(deadline: Self.answerDeadline) { [self] in
      let connection = ask(kept)
      if call.ends() { state.withLock { $0.hung -= 1 } }
      return connection
    }
    switch ran {
    case .value(let connection): return connection
    case .notAsked: return nil
    case .late:
      if call.isGivenUp() { state.withLock { $0.hung += 1 } }
      return nil
    }
  }

  private func countSilence() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(Self.lookEveryMilliseconds))
      if !Task.isCancelled { state.withLock { $0.silence.goesUnanswered(at: now) } }
    }
  }

  private func rest(until due: Int, isUnanswered: Bool) async {
    while now < due {
      try? await Task.sleep(for: .milliseconds(min(Self.lookEveryMilliseconds, due - now)))
      if isUnanswered { state.withLock { $0.silence.goesUnanswered(at: now) } }
    }
  }
}

extension HostWatch where Connection == ConnectionHandle {
  /// The watch of a libvirt daemon: a call that it answers from memory, with priority, whatever its guests are doing.
  convenience init(opening open: @escaping @Sendable () throws(LibvirtError) -> ConnectionHandle) {
    self.init { kept in
      do throws(LibvirtError) {
        let connection: ConnectionHandle
        if let kept, kept.isAlive { connection = kept } else { connection = try open() }
        return connection.answers() ? connection : nil
      } catch { return nil }
    }
  }
}
