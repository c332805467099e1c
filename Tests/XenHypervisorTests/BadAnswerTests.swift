import Fleet
import Foundation
import Hypervisor
import Synchronization
import Testing
import XenHypervisor
import XenSupport

/// Servers that are no pool, or a broken one: each gives a clear error in bounded time and memory, and nothing is sent twice that may not be.
@Suite(.serialized) struct BadAnswerTests {
  private func failure(
    _ connection: XenConnection, _ method: String = "VM.get_all_records", milliseconds: Int = 20_000
  ) async -> XenError? { await failure(XenPool(connection), method, milliseconds: milliseconds) }

  private func failure(_ pool: XenPool, _ method: String, milliseconds: Int = 20_000) async -> XenError? {
    do {
      _ = try await pool.call(method, [], deadline: Deadline(milliseconds: milliseconds))
      return nil
    } catch { return error }
  }

  @Test(arguments: [.html, .truncated, .halfjson, .silent, .endless, .mute] as [BadServer.Mode]) func everyBadAnswerIsSaid(
    mode: BadServer.Mode
  ) async throws {
    let server = try await BadServer(mode)
    let error = try #require(await failure(server.connection, milliseconds: mode == .silent || mode == .mute ? 1_500 : 20_000))
    // A call that is served late may have no time left for its login.
    let isLate = error.words.contains("no time was left to log in") && [.silent, .mute].contains(mode)
    let expected: [BadServer.Mode: String] = [
      .html: "is no XenServer or XCP-ng pool", .truncated: "broke", .halfjson: "broke off", .silent: "did not answer within",
      .mute: "did not answer within", .endless: "longer than 512 MiB",
    ]
    #expect(isLate || error.words.contains(expected[mode] ?? "?"), "\(error.words)")
    #expect(!error.words.contains("secret"))
  }

  /// A login that somebody with more time began is not waited for longer than one's own time.
  @Test func aLoginIsWaitedForNoLongerThanAsked() async throws {
    let server = try await BadServer(.mute)
    let pool = XenPool(server.connection)
    let patient = Task { try await pool.call("pool.get_all", [], deadline: Deadline(milliseconds: 60_000)) }
    let patientEnded = Atomic(false)
    let watcher = Task {
      _ = await patient.result
      patientEnded.store(true, ordering: .sequentiallyConsistent)
    }
    try await Task.sleep(for: .milliseconds(300))
    do {
      _ = try await pool.call("pool.get_all", [], deadline: Deadline(milliseconds: 500))
      Issue.record("nobody answered")
    } catch { #expect(error.words.contains("no time was left to log in"), "\(error.words)") }
    // Which of them ends first, not after how long: a busy machine is no failure.
    let waitedForIt = patientEnded.load(ordering: .sequentiallyConsistent)
    #expect(!waitedForIt, "it waited as long as the other one")
    await pool.close(deadline: Deadline(milliseconds: 1_000))
    server.stop()
    await #expect(throws: XenError.self) { try await patient.value }
    await watcher.value
  }

  @Test func aLoginMayBeRepeated() async throws {
    let server = try await BadServer(.lostlogin)
    #expect(await failure(server.connection) == nil)
  }

  /// The master hangs with its connections open, and another member has its place by now.
  @Test func aMasterThatHangsIsLeft() async throws {
    let server = try await BadServer(.silent)
    let peer = try await XenPeer()
    var connection = server.connection
    connection.trust = .insecure
    connection.credentials = .file(path: peer.credentialsFile)
    connection.addresses = ["h2": "127.0.0.1:\(peer.port)"]
    let pool = XenPool(connection)
    await #expect(throws: XenError.self) { try await pool.call("pool.get_all", [], deadline: Deadline(milliseconds: 1_500)) }
    let answer = try await pool.call("pool.get_all", [], deadline: Deadline(milliseconds: 20_000))
    #expect(answer.list?.count == 1)
    withExtendedLifetime(server) {}
  }

  /// What may have happened is never asked for again.
  @Test func aLostAnswerToAnEffectIsLeftInDoubt() async throws {
    let server = try await BadServer(.truncated)
    guard case .answerLost = await failure(server.connection, "Async.VM.pool_migrate") else {
      return #expect(Bool(false), "it may have begun")
    }
  }

  /// libcurl by itself asks again over a new connection if one that was open breaks off without an answer.
  @Test func anEffectIsAskedForOnceOverAnOpenConnection() async throws {
    let server = try await BadServer(.onceeach)
    let pool = XenPool(server.connection)
    guard case .answerLost = await failure(pool, "Async.VM.pool_migrate") else { return #expect(Bool(false), "it may have begun") }
    #expect(server.asked() == ["session.login_with_password", "Async.VM.pool_migrate"])
    // What changes nothing is asked again until it is answered.
    #expect(await failure(pool, "VM.get_all") == nil)
  }

  @Test func anExpiredCertificateIsNotBelieved() async throws {
    let server = try await BadServer(.html, hasExpired: true)
    guard case .unreachable(let trouble) = await failure(server.connection) else { return #expect(Bool(false), "it must be refused") }
    #expect(trouble.text.contains("expired"), "\(trouble)")
  }

  @Test func aCAFileIsEnough() async throws {
    let server = try await BadServer(.halfjson)
    guard case .answerLost = await failure(server.connection) else { return #expect(Bool(false), "its certificate is known") }
    var connection = server.connection
    connection.trust = .caFile(path: "/nowhere/ca.pem")
    guard case .unreachable(let trouble) = await failure(connection) else { return #expect(Bool(false), "there is no such file") }
    #expect(trouble.text.contains("caFile"), "\(trouble)")
  }

  /// Every code that matters for migrations has the class that the list of codes gives it.
  @Test func everyErrorCodeHasItsClass() throws {
    let file = XenPeer.folder.appending(path: "errors.json")
    let all = try #require(try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
    let codes = try #require(all["migration"] as? [String: [String: Any]])
    #expect(codes.count == 139)
    for (code, entry) in codes {
      #expect("\(XenErrorClass(code: code))" == entry["class"] as? String, "\(code)")
      let error = XenError.refused(code: code, parameters: ["OpaqueRef:secret-session", "x"])
      #expect(error.words.contains(code) && !error.words.contains("OpaqueRef:"))
    }
    #expect(XenErrorClass(code: "SR_BACKEND_FAILURE_46") == .storage)
    #expect(XenErrorClass(code: "NEVER_HEARD_OF") == .final)
  }

  /// Who waits, is avoided or is closed after a refusal follows from whose fault it is.
  @Test(
    arguments: [
      ("HOST_NOT_ENOUGH_FREE_MEMORY", .pair), ("HOST_DISABLED", .destination), ("VM_REQUIRES_SR", .pair), ("VDI_CBT_ENABLED", .guest),
      ("VM_LACKS_FEATURE", .guest), ("OPERATION_BLOCKED", .guest), ("VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", .guest),
      ("SR_SOURCE_SPACE_INSUFFICIENT", .source), ("TOO_MANY_STORAGE_MIGRATES", .nobody), ("RBAC_PERMISSION_DENIED", .nobody),
      ("LICENCE_RESTRICTION", .nobody), ("TASK_CANCELLED", .nobody), ("VM_MIGRATE_FAILED", nil), ("NEVER_HEARD_OF", nil),
    ] as [(String, Blame?)]) func everyRefusalSaysWhoseFaultItIs(code: String, blame: Blame?)
  {
    let error = XenError.refused(code: code, parameters: [])
    #expect(error.blame == blame)
    #expect(error.asHypervisorError(beforeEffect: true).blame == blame)
  }
}
