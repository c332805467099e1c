package import Fleet
import FoundationEssentials
package import Hypervisor
import Synchronization

/// A connection to one pool: finds its master, logs in once for all callers, and again if the session or the master is lost.
package actor XenPool: XenCalls {
  /// Names the sessions that are ours: the server counts them by originator.
  private static let originator = "reconcile"
  private static let apiVersion = "1.1"
  /// Addresses tried in one search for the master; pools have at most 64 members.
  private static let addressesMax = 80
  /// Times one call is sent: again after a lost session, a moved master, or a lost answer to what changes nothing.
  private static let attemptsMax = 5
  private static let pauseMilliseconds = 200
  private static let graceMilliseconds = 500
  /// What one member may take to let us in while others are left to ask; a wrong password is answered after five seconds.
  private static let loginMillisecondsMax = 10_000

  private enum Wire: Sendable { case json, xml }
  private struct Session: Sendable {
    var address: String
    var reference: String
    var wire: Wire
  }

  private let connection: XenConnection
  private let trust: ServerTrust
  private let scheme: String
  private let port: String
  /// Open connections, kept from call to call.
  private let handles = CurlHandles()
  /// How many were sent.
  private let requests = Atomic<Int>(0)
  private var session: Session?
  private var login: Task<Session, any Error>?
  /// The process is about to end: nothing logs in any more.
  private var isClosed = false
  /// A pool that is reached on this machine is so through a tunnel, or is played: what it names outside is not what is meant, and is not followed.
  private let isLocal: Bool
  /// What the pool named and was not followed.
  private var unfollowed: String?
  /// Where the master was last, then everything else that is known.
  private var addresses: [String]

  package init(_ connection: XenConnection) {
    self.connection = connection
    trust = ServerTrust(connection.trust)
    let parts = URLComponents(string: connection.url)
    scheme = parts?.scheme ?? "https"
    port = parts?.port.map { ":\($0)" } ?? ""
    let first = parts?.percentEncodedHost ?? connection.url
    let port = port
    isLocal = CredentialBinding.address(first).map { CredentialBinding.isLoopback($0.host) } ?? false
    addresses = [first + port] + connection.addresses.sorted { $0.key < $1.key }.map { Self.authority($0.value, port) }
  }

  /// Members that answer if the master is gone; what the manifest names goes before what the pool says.
  func learn(_ members: [HostName: String]) {
    for (name, address) in members.sorted(by: { $0.key < $1.key }) {
      let known = Self.authority(connection.addresses[name] ?? address, port)
      let isFollowed = connection.addresses[name] != nil || follows(known)
      if !addresses.contains(known), isFollowed, addresses.count < Self.addressesMax { addresses.append(known) }
    }
  }

  package func call(_ method: String, _ parameters: [XenValue], deadline: Deadline) async throws(XenError) -> XenValue {
    let end = ContinuousClock.now + .milliseconds(deadline.milliseconds)
    var wasReopened = false
    var last = XenError.unreachable(XenTrouble("no time was left to ask \(connection.url)", passing: true))
    for attempt in 0..<Self.attemptsMax {
      let left = Self.milliseconds(until: end)
      guard left > 0 else { break }
      if attempt > 1 { try? await Task.sleep(for: .milliseconds(min(left, Self.pauseMilliseconds << attempt))) }
      let session: Session
      do throws(XenError) { session = try await openSession(until: end) } catch {
        last = error
        // A login may be repeated; where nobody answers at all there is nothing to repeat.
        guard case .answerLost(let trouble) = error, trouble.passing else { throw error }
        continue
      }
      do throws(XenError) {
        return try await send(method, [.text(session.reference)] + parameters, to: session.address, session.wire, until: end)
      } catch {
        last = error
        switch error {
        case .refused("SESSION_INVALID", _):
          forget(session)
          // A session that is invalid as soon as it was opened is not mended by opening more.
          if wasReopened { throw error }
          wasReopened = true
        case .refused("HOST_IS_SLAVE", let parameters):
          forget(session)
          prefer(parameters.first)
        case .refused: throw error
        case .unreachable(let trouble):
          forget(session)
          demote(session.address)
          guard trouble.passing else { throw error }
        case .answerLost(let trouble):
          // A master that hangs may have lost its place: the others know who has it. One that is only slow is found again through them.
          if trouble.isSilence {
            forget(session)
            demote(session.address)
          }
          guard trouble.passing, XenMethods.isRepeatable(method) else { throw error }
        }
      }
    }
    throw last
  }

  package func end(session other: String, deadline: Deadline) async {
    guard let session else { return }
    let end = ContinuousClock.now + .milliseconds(deadline.milliseconds)
    _ = try? await send("session.logout", [.text(other)], to: session.address, session.wire, until: end)
  }

  /// Ends the session; what does not answer ends it by itself after a day.
  package func close(deadline: Deadline) async {
    isClosed = true
    defer { handles.close() }
    guard let session else { return }
    self.session = nil
    let end = ContinuousClock.now + .milliseconds(deadline.milliseconds)
    _ = try? await send("session.logout", [.text(session.reference)], to: session.address, session.wire, until: end)
  }

  // MARK: logging in

  private func openSession(until end: ContinuousClock.Instant) async throws(XenError) -> Session {
    if let session { return session }
    if isClosed { throw .unreachable(XenTrouble("the session was ended", passing: false)) }
    let task: Task<Session, any Error>
    if let login {
      task = login
    } else {
      task = Task { try await logIn(until: end) }
      login = task
    }
    guard let result = await Self.result(of: task, until: end) else {
      throw .unreachable(XenTrouble("no time was left to log in at \(connection.url)", passing: true))
    }
    if login == task { login = nil }
    switch result {
    case .success(let opened):
      if session == nil { session = opened }
      return opened
    case .failure(let error as XenError): throw error
    case .failure(let error): throw .unreachable(XenTrouble("\(error)", passing: true))
    }
  }

  /// nil: the time is up, and the login that somebody with more of it began goes on.
  private static func result(
    of login: Task<Session, any Error>, until end: ContinuousClock.Instant
  ) async -> Result<Session, any Error>? {
    let (results, told) = AsyncStream.makeStream(of: Result<Session, any Error>.self, bufferingPolicy: .bufferingOldest(1))
    let alarm = Task {
      // A login that has no more time than we do gets to say why it failed.
      try await Task.sleep(until: end + .milliseconds(graceMilliseconds))
      told.finish()
    }
    Task {
      told.yield(await login.result)
      told.finish()
    }
    defer { alarm.cancel() }
    return await results.first { _ in true }
  }

  private func logIn(until end: ContinuousClock.Instant) async throws(XenError) -> Session {
    let credentials = try XenCredentials.read(connection.credentials)
    var tried: Set<String> = []
    var first: XenError?
    while let address = addresses.first(where: { !tried.contains($0) }), tried.count < Self.addressesMax {
      tried.insert(address)
      let isLast = addresses.allSatisfy { tried.contains($0) }
      let limit = isLast ? end : min(end, .now + .milliseconds(Self.loginMillisecondsMax))
      do throws(XenError) {
        let session = try await logIn(at: address, credentials, until: limit)
        addresses.removeAll { $0 == address }
        addresses.insert(address, at: 0)
        return session
      } catch {
        switch error {
        case .refused("HOST_IS_SLAVE", let parameters): prefer(parameters.first)
        case .refused(let code, _) where code != "HOST_IN_EMERGENCY_MODE" && code != "HOST_STILL_BOOTING": throw error
        default: first = first ?? error
        }
      }
    }
    throw first ?? .unreachable(withoutMaster)
  }

  private func logIn(
    at address: String, _ credentials: XenCredentials, until end: ContinuousClock.Instant
  ) async throws(XenError) -> Session {
    // Redirects and members that the pool names come by here like the manifest's own address.
    if let objection = credentials.binding?.objection(to: address, scheme: scheme, connection.trust) { throw .unreachable(objection) }
    for wire in [Wire.json, .xml] {
      do throws(XenError) {
        let reference = try await logIn(at: address, wire, credentials, until: end)
        return Session(address: address, reference: reference, wire: wire)
      } catch {
        // What does not speak JSON-RPC says so with a page of HTML.
        guard case .answerLost(let trouble) = error, trouble == Self.noPool(address), wire == .json else { throw error }
      }
    }
    throw .unreachable(Self.noPool(address))
  }

  /// Older servers know fewer parameters, and refuse those that they do not know.
  private nonisolated func logIn(
    at address: String, _ wire: Wire, _ credentials: XenCredentials, until end: ContinuousClock.Instant
  ) async throws(XenError) -> String {
    var parameters: [XenValue] = [
      .text(credentials.user), .text(credentials.password), .text(Self.apiVersion), .text(Self.originator),
    ]
    while true {
      do throws(XenError) {
        let answer = try await send("session.login_with_password", parameters, to: address, wire, until: end)
        guard let reference = answer.reference else { throw .answerLost(Self.noPool(address)) }
        return reference
      } catch {
        guard error.code == "MESSAGE_PARAMETER_COUNT_MISMATCH", parameters.count > 2 else { throw error }
        parameters.removeLast()
      }
    }
  }

  private func forget(_ lost: Session) { if session?.reference == lost.reference { session = nil } }

  private func demote(_ address: String) {
    guard let index = addresses.firstIndex(of: address) else { return }
    addresses.append(addresses.remove(at: index))
  }

  /// Goes first to where a member says the master is. Where the manifest names addresses, that name is likely not to be reached from here.
  private func prefer(_ master: String?) {
    guard let master, !master.isEmpty else { return }
    let address = Self.authority(master, port)
    guard follows(address) else {
      unfollowed = address
      return
    }
    if connection.addresses.isEmpty {
      addresses.removeAll { $0 == address }
      addresses.insert(address, at: 0)
    } else if !addresses.contains(address), addresses.count < Self.addressesMax {
      addresses.append(address)
    }
  }

  /// Whether an address that the pool itself names is asked.
  private func follows(_ authority: String) -> Bool {
    guard let address = CredentialBinding.address(authority) else { return false }
    return !isLocal || CredentialBinding.isLoopback(address.host)
  }

  private var withoutMaster: XenTrouble {
    guard isLocal, let unfollowed else {
      return XenTrouble("no member of the pool at \(connection.url) says it is the master", passing: true)
    }
    return XenTrouble(
      "the pool at \(connection.url) calls \(unfollowed.prefix(100)) its master, and one that is reached on this machine sends nobody out of it",
      remedy: "if there is a tunnel to that host as well, name its end on this machine in addresses", passing: true)
  }

  /// An address with the port of the url, unless it names its own; more than one colon is IPv6.
  private static func authority(_ address: String, _ port: String) -> String {
    if address.contains("]:") { return address }
    return switch address.count(where: { $0 == ":" }) {
    case 0: address + port
    case 1: address
    default: (address.hasPrefix("[") ? address : "[\(address)]") + port
    }
  }

  // MARK: one request

  private nonisolated func send(
    _ method: String, _ parameters: [XenValue], to address: String, _ wire: Wire, until end: ContinuousClock.Instant
  ) async throws(XenError) -> XenValue {
    let url = "\(scheme)://\(address)"
    let id = requests.wrappingAdd(1, ordering: .relaxed).newValue
    let (path, type, body) =
      switch wire {
      case .json: (JSONWire.path, JSONWire.contentType, JSONWire.request(method, parameters, id: id))
      case .xml: (XMLWire.path, XMLWire.contentType, XMLWire.request(method, parameters))
      }
    let post = CurlPost(
      url: url + path, contentType: type, body: body, trust: trust, milliseconds: max(1, Self.milliseconds(until: end)), handles: handles)
    let result = try await post.send(wire == .json ? JSONWire.Answer(to: id) : XMLWire.Answer())
    guard let result else { throw .answerLost(Self.noPool(address)) }
    return try result.get()
  }

  private static func noPool(_ address: String) -> XenTrouble {
    XenTrouble(
      "what answers at \(address) is no XenServer or XCP-ng pool, or broke off", remedy: "check the url and its port", passing: false)
  }

  private static func milliseconds(until end: ContinuousClock.Instant) -> Int {
    let left = (end - ContinuousClock.now).components
    return Int(left.seconds) * 1000 + Int(left.attoseconds / 1_000_000_000_000_000)
  }
}
