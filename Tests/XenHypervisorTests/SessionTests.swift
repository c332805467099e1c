import Fleet
import Foundation
import Hypervisor
import Testing
import XenHypervisor
import XenSupport

/// A connection to a pool over real TLS, its good and its bad days.
@Suite(.serialized) struct SessionTests {
  static let deadline = Deadline(milliseconds: 20_000)

  private func failure(_ connection: XenConnection) async -> XenError? {
    do {
      _ = try await XenPool(connection).call("pool.get_all", [], deadline: Self.deadline)
      return nil
    } catch { return error }
  }

  @Test(arguments: [[], ["--xml-only"]]) func bothWiresSayTheSame(options: [String]) async throws {
    let peer = try await XenPeer("two-host-cowley", options)
    let pool = XenPool(peer.connection)
    let hosts = try #require(try await pool.call("host.get_all_records", [], deadline: Self.deadline).map)
    #expect(hosts.count == 2)
    for host in hosts.values {
      let record = try #require(host.map)
      #expect(record["enabled"]?.flag == true)
      #expect(record["name_label"]?.text?.isEmpty == false)
      #expect(record["memory_overhead"]?.integer ?? 0 > 0)
    }
    #expect(peer.asked().count { $0 == "session.login_with_password" } == 1)
  }

  @Test func callsAfterOneAnotherShareAConnection() async throws {
    let peer = try await XenPeer()
    let pool = XenPool(peer.connection)
    for _ in 0..<20 { _ = try await pool.call("pool.get_all", [], deadline: Self.deadline) }
    await pool.close(deadline: Self.deadline)
    #expect(peer.asked().count == 22 && peer.connections() == 1, "\(peer.connections()) connections")
  }

  /// A played pool, or one behind a tunnel, sends nobody out of this machine.
  @Test(arguments: ["192.0.2.7", "pool.example", "2001:db8::7"]) func nobodyIsSentOutOfTheMachine(master: String) async throws {
    let peer = try await XenPeer("two-host-cowley", ["--slave-port", "0", "--master-address", master])
    var connection = peer.connection
    connection.url = "https://127.0.0.1:\(try #require(peer.memberPort))"
    let error = try #require(await failure(connection))
    #expect(
      error.words.contains("calls \(master.contains(":") ? "[\(master)]" : master):") && error.words.contains("sends nobody out of it"),
      "\(error.words)")
    #expect(error.words.contains("name its end on this machine in addresses"), "\(error.words)")
    // Where the manifest names it, it is asked.
    connection.addresses = ["master": "127.0.0.1:\(peer.port)"]
    #expect(await failure(connection) == nil)
  }

  @Test func manyCallsShareOneLogin() async throws {
    let peer = try await XenPeer()
    let pool = XenPool(peer.connection)
    let answers = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 { group.addTask { (try? await pool.call("pool.get_all", [], deadline: Self.deadline))?.list?.count == 1 } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(answers == 50)
    #expect(peer.asked().count { $0 == "session.login_with_password" } == 1)
    await pool.close(deadline: Self.deadline)
    #expect(peer.asked().last == "session.logout")
  }

  @Test func aWrongPinStopsEverything() async throws {
    let peer = try await XenPeer()
    var connection = peer.connection
    connection.trust = .pin("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    guard case .unreachable(let trouble) = await failure(connection) else { return #expect(Bool(false), "it must be refused") }
    #expect(trouble.text.contains("not the pinned one") && trouble.remedy.contains("openssl s_client"), "\(trouble)")
    #expect(!trouble.passing)
    #expect(peer.asked().isEmpty)
  }

  /// Each member of a pool has a key of its own.
  @Test func oneOfSeveralPinsIsEnough() async throws {
    let peer = try await XenPeer()
    var connection = peer.connection
    connection.trust = .pin("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;\(peer.pin)")
    #expect(await failure(connection) == nil)
  }

  @Test func credentialsMayBeNamed() async throws {
    let peer = try await XenPeer()
    try peer.write("user=root\npassword=secret\n", to: "credentials", mode: 0o600)
    #expect(await failure(peer.connection) == nil)
  }

  @Test func anUnknownCertificateIsNotBelieved() async throws {
    let peer = try await XenPeer()
    var connection = peer.connection
    connection.trust = .system
    guard case .unreachable(let trouble) = await failure(connection) else { return #expect(Bool(false), "it must be refused") }
    #expect(trouble.text.contains("is not trusted") && trouble.remedy.contains("pin"), "\(trouble)")
    #expect(peer.asked().isEmpty)
    connection.trust = .insecure
    #expect(await failure(connection) == nil)
  }

  @Test func aWrongPasswordIsSaidAndNotPrinted() async throws {
    let peer = try await XenPeer()
    try peer.write("root\nhunter2\n", to: "credentials", mode: 0o600)
    let error = try #require(await failure(peer.connection))
    #expect(error.words.contains("wrong user or password"))
    #expect(!error.words.contains("hunter2"))
    #expect(peer.asked().count == 1, "it is not tried again")
  }

  @Test func credentialsThatOthersMayReadAreRefused() async throws {
    let peer = try await XenPeer()
    try peer.write("root\nsecret\n", to: "credentials", mode: 0o644)
    let error = try #require(await failure(peer.connection))
    #expect(error.words.contains("may be read by others (mode 644)") && error.words.contains("chmod 600"))
    #expect(peer.asked().isEmpty)
    for (text, problem) in [("root\n", "two lines"), ("", "two lines"), ("a\nb\nc\n", "two lines")] {
      try peer.write(text, to: "credentials", mode: 0o600)
      #expect(try #require(await failure(peer.connection)).words.contains(problem))
    }
  }

  @Test func plainHTTPIsOnlySpokenWhereTheManifestSaysSo() async throws {
    let peer = try await XenPeer(tls: false)
    var connection = peer.connection
    connection.trust = .system
    guard case .unreachable(let trouble) = await failure(connection) else { return #expect(Bool(false), "it must be refused") }
    #expect(trouble.text.contains("plain HTTP"), "\(trouble)")
    connection.url = connection.url.replacing("http://", with: "https://")
    guard case .unreachable(let other) = await failure(connection) else { return #expect(Bool(false), "it must be refused") }
    #expect(other.text.contains("no TLS connection"), "\(other)")
    connection.url = peer.url
    connection.trust = .insecure
    #expect(await failure(connection) == nil)
    #expect(peer.asked().count == 2)
  }

  /// The member names the master by an address that only the pool knows; the manifest says which one to use instead.
  @Test func aMemberSendsOnToTheMaster() async throws {
    let peer = try await XenPeer("two-host-cowley", ["--slave-port", "0", "--master-address", "127.0.0.99"])
    let member = try #require(peer.memberPort)
    var connection = peer.connection
    connection.url = "https://127.0.0.1:\(member)"
    connection.addresses = ["master": "127.0.0.1:\(peer.port)"]
    #expect(await failure(connection) == nil)
    connection.addresses = [:]
    #expect(await failure(connection) != nil)
  }

  /// Addresses in manifests have no port: theirs is the url's.
  @Test func anotherAddressIsTriedOnTheSamePort() async throws {
    let peer = try await XenPeer()
    var connection = peer.connection
    connection.url = "https://127.0.0.99:\(peer.port)"
    #expect(await failure(connection) != nil)
    connection.addresses = ["other": "127.0.0.1"]
    #expect(await failure(connection) == nil)
  }

  @Test func addressesMayBeOfTheNewerKind() async throws {
    let peer = try await XenPeer("two-host-cowley", ["--address", "::1", "--slave-port", "0", "--master-address", "::1"])
    #expect(peer.url == "https://[::1]:\(peer.port)")
    #expect(await failure(peer.connection) == nil)
    // The member names the master without a port, as pools do: the url's is taken, which here is the member's own.
    var connection = peer.connection
    connection.url = "https://[::1]:\(try #require(peer.memberPort))"
    connection.addresses = ["master": "[::1]:\(peer.port)"]
    #expect(await failure(connection) == nil)
  }

  @Test func aLostSessionIsOpenedAgainOnce() async throws {
    let peer = try await XenPeer("two-host-cowley", ["--session-seconds", "0.3"])
    let pool = XenPool(peer.connection)
    _ = try await pool.call("pool.get_all", [], deadline: Self.deadline)
    try await Task.sleep(for: .milliseconds(500))
    _ = try await pool.call("pool.get_all", [], deadline: Self.deadline)
    #expect(peer.asked().count { $0 == "session.login_with_password" } == 2)
  }

  @Test func aDeadPoolIsSaid() async throws {
    let peer = try await XenPeer()
    let pool = XenPool(peer.connection)
    _ = try await pool.call("pool.get_all", [], deadline: Self.deadline)
    peer.kill()
    do {
      _ = try await pool.call("Async.VM.pool_migrate", [.text("x"), .text("y"), .map([:])], deadline: Deadline(milliseconds: 3_000))
      #expect(Bool(false), "nobody is there")
    } catch {
      guard case .unreachable(let trouble) = error else { return #expect(Bool(false), "nothing was sent: \(error)") }
      #expect(trouble.passing)
    }
  }

  @Test func refusalsKeepTheirCode() async throws {
    let peer = try await XenPeer()
    do {
      _ = try await XenPool(peer.connection).call("VM.no_such_thing", [], deadline: Self.deadline)
      #expect(Bool(false), "there is no such method")
    } catch { #expect(error.words.contains("MESSAGE_METHOD_UNKNOWN"), "\(error.words)") }
  }
}
