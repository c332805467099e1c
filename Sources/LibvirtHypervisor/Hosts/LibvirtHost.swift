import BlockingCalls
import CLibvirt
import Fleet
import Hypervisor

/// One host: its connections, opened when needed, replaced when dead, each with one call at a time.
final class LibvirtHost: Sendable {
  typealias Pool = ConnectionPool<ConnectionHandle>

  let name: HostName
  let uri: HostURI
  let cache = DomainCache()
  /// Whether its daemon answers, for as long as a migration to it runs.
  let watch: HostWatch<ConnectionHandle>
  private let pool = Pool()
  private let openings: ConnectionOpenings

  init(name: HostName, uri: HostURI) {
    self.name = name
    self.uri = uri
    openings = ConnectionOpenings(uri)
    let openings = openings
    watch = HostWatch { () throws(LibvirtError) in try openings.open() }
  }

  /// Runs `body` with a connection to this host on a thread of its own.
  ///
  /// A failure with `connectionLost` leaves open whether the call had an effect. `listening`: it uses what is kept of definitions, which
  /// only the connection that hears of their changes may.
  func call<Value: Sendable>(
    _ deadline: Deadline, listening: Bool = false, _ body: @escaping @Sendable (ConnectionHandle) throws(LibvirtError) -> Value
  ) async -> Result<Value, LibvirtError> {
    let end = ContinuousClock.now + .milliseconds(deadline.milliseconds)
    let outcome = await pool.call(deadline, listening: listening) { [self] in attempt(on: $0, by: end, body) }
    switch outcome {
    case .value(let result): return result
    case .late:
      // A host that accepts and then says nothing would hold the thread and its descriptors for ever.
      BlockingThread.start { [openings] in openings.abandon() }
      return .failure(.noAnswer("\(name) (\(uri.text)) did not answer within \(deadline.milliseconds) ms; \(uri.hint)"))
    case .closed: return .failure(.noAnswer("\(Pool.hungCallsMax) earlier calls to \(name) hang"))
    case .busy:
      return .failure(
        .refused(
          "\(name) is kept busy by \(Pool.connectionsMax) other calls, and none ended within \(deadline.milliseconds) ms",
          code: VIR_ERR_OPERATION_TIMEOUT))
    }
  }

  private func attempt<Value>(
    on idle: ConnectionHandle?, by end: ContinuousClock.Instant, _ body: (ConnectionHandle) throws(LibvirtError) -> Value
  ) -> (value: Result<Value, LibvirtError>, kept: ConnectionHandle?) {
    let connection: ConnectionHandle
    do throws(LibvirtError) {
      if let idle, idle.isAlive { connection = idle } else { connection = try openAnother(by: end) }
    } catch { return (.failure(error), nil) }
    if pool.claimListening(connection) { cache.follow(connection) }
    do throws(LibvirtError) { return (.success(try body(connection)), connection) } catch {
      return (.failure(error), error.connectionLost ? nil : connection)
    }
  }

  /// A connection of its own, for a call that may take hours; blocks. Only the thread that asked for it may use it.
  func openAnother(by end: ContinuousClock.Instant? = nil) throws(LibvirtError) -> ConnectionHandle {
    do throws(LibvirtError) { return try openings.open(by: end) } catch {
      throw LibvirtError(
        code: error.code, domain: error.domain,
        message: "cannot connect to \(name) (\(uri.text)): \(error.message); \(uri.hint(after: error))")
    }
  }
}
