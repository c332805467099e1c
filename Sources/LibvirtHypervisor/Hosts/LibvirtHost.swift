import BlockingCalls
import Fleet
import Hypervisor
import Synchronization

/// One host: its connection, opened when needed, replaced when dead.
final class LibvirtHost: Sendable {
  /// Calls that did not come back in time, after which the host is not asked again until one does.
  static let hungCallsMax = 8

  let name: HostName
  let uri: HostURI
  let cache = DomainCache()
  private let state = Mutex(State())

  private struct State {
    var connection: ConnectionHandle?
    var hungCalls = 0
  }

  init(name: HostName, uri: HostURI) {
    self.name = name
    self.uri = uri
  }

  /// Runs `body` with this host's connection on a thread of its own.
  ///
  /// A failure with `connectionLost` leaves open whether the call had an effect.
  func call<Value: Sendable>(
    _ deadline: Deadline, _ body: @escaping @Sendable (ConnectionHandle) throws(LibvirtError) -> Value
  ) async -> Result<Value, LibvirtError> {
    if state.withLock({ $0.hungCalls >= Self.hungCallsMax }) {
      return .failure(.noAnswer("\(Self.hungCallsMax) earlier calls to \(name) hang"))
    }
    let late = Late()
    let answer = await BlockingThread.run(deadline: deadline) { [self] () -> Result<Value, LibvirtError> in
      let result = attempt(body)
      if late.ended() { state.withLock { $0.hungCalls -= 1 } }
      return result
    }
    if let answer { return answer }
    if late.gaveUp() { state.withLock { $0.hungCalls += 1 } }
    state.withLock { $0.connection = nil }
    return .failure(.noAnswer("\(name) (\(uri.text)) did not answer within \(deadline.milliseconds) ms; \(uri.hint)"))
  }

  private func attempt<Value>(_ body: (ConnectionHandle) throws(LibvirtError) -> Value) -> Result<Value, LibvirtError> {
    do throws(LibvirtError) {
      let connection = try connected()
      do throws(LibvirtError) { return .success(try body(connection)) } catch {
        if error.connectionLost { drop(connection) }
        throw error
      }
    } catch { return .failure(error) }
  }

  /// The connection that is there if it lives, else a new one; blocks.
  private func connected() throws(LibvirtError) -> ConnectionHandle {
    if let connection = state.withLock({ $0.connection }), connection.isAlive { return connection }
    let opened = try openAnother()
    let used = state.withLock { state in
      if let other = state.connection, other.isAlive { return other }
      cache.stop()
      state.connection = opened
      return opened
    }
    if used === opened { cache.follow(opened) }
    return used
  }

  /// A connection of its own, for a call that may take hours; blocks.
  func openAnother() throws(LibvirtError) -> ConnectionHandle {
    do throws(LibvirtError) { return try ConnectionHandle.open(uri.connectText) } catch {
      throw LibvirtError(
        code: error.code, domain: error.domain, message: "cannot connect to \(name) (\(uri.text)): \(error.message); \(uri.hint)")
    }
  }

  private func drop(_ connection: ConnectionHandle) {
    state.withLock { if $0.connection === connection { $0.connection = nil } }
  }
}

/// Whether a call outlived its deadline, said by whichever side comes second.
private final class Late: Sendable {
  private let state = Mutex((ended: false, gaveUp: false))

  /// True if its caller had given up before.
  func ended() -> Bool {
    state.withLock {
      $0.ended = true
      return $0.gaveUp
    }
  }

  /// True if it has not ended yet.
  func gaveUp() -> Bool {
    state.withLock {
      $0.gaveUp = true
      return !$0.ended
    }
  }
}
