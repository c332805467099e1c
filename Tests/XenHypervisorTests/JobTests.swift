import Fleet
import Foundation
import Hypervisor
import Synchronization
import Testing
import XenHypervisor
import XenSupport

/// Steps that were begun, as they run and end.
@Suite struct JobTests {
  private static let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
  private static let uuid: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000001"
  private let deadline = Deadline(milliseconds: 30_000)

  private func rig(
    _ options: [String] = [], _ edit: (inout SmallPool) -> Void = { _ in }
  ) async throws -> (peer: XenPeer, driver: XenHypervisor) {
    var pool = SmallPool()
    pool.addGuest("web", uuid: Self.uuid.rawValue, on: "h1", memoryBytes: 1 << 30, storage: "nfs")
    edit(&pool)
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, options)
    return (peer, Self.driver(peer, epoch: 1))
  }

  private static func driver(_ peer: XenPeer, epoch: Int, address: String? = nil) -> XenHypervisor {
    XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: ["h1", "h2"].map { DesiredHost(name: $0, cell: "pool", migrationAddress: $0 == "h2" ? address : nil, location: Self.place) },
      writer: WriterIdentity(fleet: "f", writer: "ours", epoch: epoch), links: XenLinks(),
      now: { Timestamp(milliseconds: 1_800_000_000_000) })
  }

  private var migration: Step {
    let options = MigrateOptions(mode: .live, disks: [DiskMove(target: "xvda", action: .share, bytes: 0)], policy: MigrationPolicy())
    return Step(.migrate(options), instance: "web", uuid: Self.uuid, cell: "pool", source: "h1", destination: "h2")
  }

  @Test func aMigrationTellsHowFarItIs() async throws {
    // So long that a busy machine looks at it often enough, too; its end is waited for by no one.
    let (peer, driver) = try await rig(["--seconds-per-gib", "120"])
    let job = try await driver.begin(migration, intent: "i1", deadline: deadline)
    var shares: [Double] = []
    while Set(shares).count < 3 {
      let progress = await driver.progress(of: job, deadline: deadline)
      try #require(progress.state == .running, "\(shares)")
      shares.append(try #require(progress.share))
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(shares.allSatisfy { $0 >= 0 && $0 < 1 }, "\(shares)")
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 }, "\(shares)")
    #expect(peer.violations() == [])
  }

  @Test func onlyTheIntentsOwnJobIsFoundAgain() async throws {
    let (peer, driver) = try await rig(["--seconds-per-gib", "20"])
    _ = try await driver.begin(migration, intent: "i1", deadline: deadline)
    let later = Self.driver(peer, epoch: 2)
    #expect(await later.find("i2", step: migration, deadline: deadline) == nil, "another intent's")
    #expect(await later.find("i1", step: migration, deadline: deadline) != nil)
  }

  /// We died, and the migration failed before we were back: its task tells why.
  @Test func aTaskThatEndedIsFoundByItsMark() async throws {
    let (peer, driver) = try await rig(["--fault", "VM.pool_migrate=VM_MIGRATE_FAILED"])
    _ = try await driver.begin(migration, intent: "i1", deadline: deadline)
    while !peer.log().contains(where: { $0["call"] as? String == "VM.pool_migrate" }) { try await Task.sleep(for: .milliseconds(20)) }
    try await Task.sleep(for: .milliseconds(200))
    let later = Self.driver(peer, epoch: 2)
    let job = try #require(await later.find("i1", step: migration, deadline: deadline))
    guard case .failed(let words) = await later.progress(of: job, deadline: deadline).state else {
      return #expect(Bool(false), "it failed")
    }
    #expect(words.contains("VM_MIGRATE_FAILED"), "\(words)")
    #expect(peer.asked().contains("task.destroy"))
  }

  /// Between our look and our mark somebody else began to move it.
  @Test func whatSomebodyElseMovesMeanwhileIsNotMovedToo() async throws {
    // It is still at it when a busy machine comes to look.
    let (peer, driver) = try await rig(["--seconds-per-gib", "120"])
    let other = XenPool(peer.connection)
    let guest = try #require(try await other.call("VM.get_by_uuid", [.text(Self.uuid.rawValue)], deadline: deadline).reference)
    let race = Task {
      try await Task.sleep(for: .milliseconds(60))
      return try await other.call(
        "Async.VM.pool_migrate", [.text(guest), .text(SmallPool.ref("host", "h2")), .map([:])], deadline: deadline)
    }
    do {
      // The mark takes 100 ms to settle.
      _ = try await driver.begin(migration, intent: "i1", deadline: deadline)
      Issue.record("it must wait")
    } catch { #expect(error.kind == .retryLater, "\(error)") }
    _ = try await race.value
    #expect(peer.asked().count { $0 == "Async.VM.pool_migrate" } == 1)
    #expect(peer.asked().contains("VM.remove_from_other_config") || !peer.asked().contains("VM.add_to_other_config"))
  }

  /// Before it is shut down for it: the host filled up since the plan was made.
  @Test func aStartIsAskedAboutWhileTheGuestStillRuns() async throws {
    let (peer, driver) = try await rig { pool in pool.change("host_metrics", "h2") { $0["memory_total"] = String(1 << 30) } }
    var start = migration
    start.action = .start(on: "h2")
    let obstacles = await driver.check(start, deadline: deadline)
    #expect(obstacles.map(\.code) == [.notWhereExpected, .memory], "\(obstacles)")
    #expect(peer.asked().contains("VM.assert_can_boot_here"))
  }

  @Test func aShutdownThatHangsIsEndedByPoweringOff() async throws {
    let (peer, driver) = try await rig(["--deaf-shutdown"])
    let step = Step(
      .shutDown(timeoutMilliseconds: 500, onTimeout: .powerOff), instance: "web", uuid: Self.uuid, cell: "pool", source: "h1",
      destination: "h2")
    let job = try await driver.begin(step, intent: "i1", deadline: deadline)
    while await driver.progress(of: job, deadline: deadline).state == .running { try await Task.sleep(for: .milliseconds(200)) }
    #expect(await driver.progress(of: job, deadline: deadline).state == .done)
    #expect(peer.asked().contains("task.cancel") && peer.asked().contains("Async.VM.hard_shutdown"))
  }

  @Test func theStreamTakesTheDeclaredNetwork() async throws {
    let (peer, _) = try await rig()
    let driver = Self.driver(peer, epoch: 1, address: "192.0.2.2")
    let job = try await driver.begin(migration, intent: "i1", deadline: deadline)
    while await driver.progress(of: job, deadline: deadline).state == .running { try await Task.sleep(for: .milliseconds(50)) }
    let call = try #require(peer.log().first { $0["call"] as? String == "VM.pool_migrate" }?["args"] as? [Any])
    #expect((call.last as? [String: String])?["network"] == SmallPool.ref("network", "lan"), "\(call)")
  }

  @Test func anAddressThatNobodyHasStopsTheMove() async throws {
    let (peer, _) = try await rig()
    do {
      _ = try await Self.driver(peer, epoch: 1, address: "198.51.100.9").begin(migration, intent: "i1", deadline: deadline)
      Issue.record("it must be refused")
    } catch {
      #expect(
        error.kind == .refusedNothingHappened && error.text.contains("no interface of h2 has its migrationAddress 198.51.100.9"), "\(error)"
      )
    }
    #expect(!peer.asked().contains("Async.VM.pool_migrate"))
  }

  /// Passes all calls on but one, which it refuses.
  private final class Refusing: XenCalls {
    private let inner: any XenCalls
    private let method: String
    private let code: String
    private let state = Mutex([String]())
    var ended: [String] { state.withLock { $0 } }

    init(_ inner: any XenCalls, _ method: String, _ code: String) { (self.inner, self.method, self.code) = (inner, method, code) }

    func call(_ method: String, _ parameters: [XenValue], deadline: Deadline) async throws(XenError) -> XenValue {
      if method == self.method { throw .refused(code: code, parameters: []) }
      return try await inner.call(method, parameters, deadline: deadline)
    }

    func end(session: String, deadline: Deadline) async {
      state.withLock { $0.append(session) }
      await inner.end(session: session, deadline: deadline)
    }
  }

  private func refusing(
    _ peer: XenPeer, _ method: String, _ code: String
  ) -> (driver: XenHypervisor, calls: @Sendable () -> Refusing?) {
    let box = Box()
    let driver = XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: ["h1", "h2"].map { DesiredHost(name: $0, cell: "pool", location: Self.place) },
      writer: WriterIdentity(fleet: "f", writer: "ours", epoch: 1),
      links: XenLinks { inner in
        let refusing = Refusing(inner, method, code)
        box.put(refusing)
        return refusing
      }, now: { Timestamp(milliseconds: 1_800_000_000_000) })
    return (driver, { box.value })
  }

  private final class Box: Sendable {
    private let state = Mutex<Refusing?>(nil)
    func put(_ value: Refusing) { state.withLock { $0 = value } }
    var value: Refusing? { state.withLock { $0 } }
  }

  /// A pool gives some hundred sessions; the one that a token holds would count for a day.
  @Test func aRefusedMigrationLeavesNoSession() async throws {
    let (peer, _) = try await rig { pool in
      pool.addGuest("db", uuid: "6f0c2c66-0000-4000-8000-000000000002", on: "h1", memoryBytes: 1 << 30, storage: "ssd-h1")
    }
    let (driver, calls) = refusing(peer, "Async.VM.migrate_send", "TOO_BUSY")
    let options = MigrateOptions(
      mode: .block, disks: [DiskMove(target: "xvda", action: .copy, toPool: "ssd", bytes: 1 << 30)], policy: MigrationPolicy())
    let step = Step(
      .migrate(options), instance: "db", uuid: "6f0c2c66-0000-4000-8000-000000000002", cell: "pool", source: "h1", destination: "h2")
    do {
      _ = try await driver.begin(step, intent: "i1", deadline: deadline)
      Issue.record("it must be refused")
    } catch { #expect(error.kind == .retryLater, "\(error)") }
    #expect(calls()?.ended.count == peer.asked().count { $0 == "host.migrate_receive" })
    #expect(peer.asked().contains("host.migrate_receive"))
  }

  /// A question that a small role may not ask says nothing of the move: the pool asks itself when it is told to move. What would be shut down
  /// for it stays up.
  @Test(arguments: ["RBAC_PERMISSION_DENIED", "MESSAGE_METHOD_UNKNOWN", "INTERNAL_ERROR"])
  func aQuestionThatCannotBeAskedIsNoRefusal(code: String) async throws {
    let (peer, _) = try await rig()
    let (driver, _) = refusing(peer, "VM.assert_can_boot_here", code)
    #expect(await driver.check(migration, deadline: deadline) == [])
    var start = migration
    start.action = .start(on: "h2")
    let obstacles = await driver.check(start, deadline: deadline)
    #expect(obstacles.map(\.passing) == [false, true] && obstacles.last?.blame == .nobody, "\(obstacles)")
    #expect(obstacles.last?.text.contains("cannot be asked whether web may go to h2") == true, "\(obstacles)")
  }

  /// While it waits it asks seldom, and events tell the end.
  @Test func aJobIsNotAskedAboutMoreThanTwiceASecond() async throws {
    let (peer, driver) = try await rig(["--seconds-per-gib", "2"])
    let listening = Task { for await _ in driver.wakeups() {} }
    let job = try await driver.begin(migration, intent: "i1", deadline: deadline)
    let begun = ContinuousClock.now
    while await driver.progress(of: job, deadline: deadline).state == .running {
      try await Task.sleep(for: .milliseconds(20))
    }
    listening.cancel()
    #expect(await driver.progress(of: job, deadline: deadline).state == .done)
    let asked = peer.asked()
    // Half a second, and each answer to a question about events, which are as far apart, may bring one look at the task.
    let halfSeconds = Int((ContinuousClock.now - begun) / .milliseconds(500))
    #expect(asked.count { $0 == "task.get_record" } <= 2 * halfSeconds + 2, "\(halfSeconds) half seconds, \(asked)")
    let subscriptions = peer.log().compactMap { $0["classes"] as? [String] }.flatMap { $0 }
    #expect(!subscriptions.isEmpty && subscriptions.allSatisfy { $0.hasPrefix("task/OpaqueRef:") }, "\(subscriptions)")
    #expect(asked.count { $0.contains(".get_all_records") } == 1, "hosts are looked for once: \(asked)")
  }

  // MARK: hosts

  private func step(_ action: Step.Action) -> Step {
    Step(action, instance: "h1", uuid: "host:h1", cell: "pool", source: "h1", destination: "h1")
  }

  /// Older servers know no second parameter of host.disable.
  @Test(arguments: [[], ["--old"]]) func thePoolIsMarkedWhileAHostIsClosed(options: [String]) async throws {
    let (peer, driver) = try await rig(options)
    let job = try await driver.begin(step(.closeHost("h1")), intent: "i1", deadline: deadline)
    #expect(await driver.progress(of: job, deadline: deadline).state == .done)
    #expect(
      peer.log().compactMap { $0["call"] as? String } == [
        "pool.add_to_other_config", "host.add_to_other_config", "host.disable", "pool.remove_from_other_config",
      ])
    let disable = try #require(peer.log().first { $0["call"] as? String == "host.disable" }?["args"] as? [Any])
    #expect(disable.count == (options.isEmpty ? 2 : 1), "\(disable)")
    let open = try await driver.begin(step(.openHost("h1")), intent: "i2", deadline: deadline)
    #expect(await driver.progress(of: open, deadline: deadline).state == .done)
    #expect(peer.log().compactMap { $0["call"] as? String }.suffix(4).contains("host.enable"))
  }

  @Test(arguments: [(1_800_000_500_000, "other", false), (1_700_000_000_000, "other", false), (1_800_000_500_000, "ours", true)])
  func anotherWritersMarkOnThePoolKeepsHostsAsTheyAre(expires: Int, writer: WriterID, goesAhead: Bool) async throws {
    let mark = WriterMark(fleet: "f", writer: writer, epoch: 1, intent: "i0", expires: Timestamp(milliseconds: expires))
    let text = String(decoding: try JSONEncoder().encode(mark), as: UTF8.self)
    let (peer, driver) = try await rig { pool in pool.change("pool", "pool") { $0["other_config"] = ["reconcile": text] } }
    let obstacles = await driver.check(step(.closeHost("h1")), deadline: deadline)
    #expect(obstacles.map(\.code) == (goesAhead ? [] : [.otherWriter]))
    do {
      _ = try await driver.begin(step(.closeHost("h1")), intent: "i1", deadline: deadline)
      #expect(goesAhead)
    } catch { #expect(!goesAhead && error.kind == .otherWriter, "\(error)") }
    #expect(peer.log().contains { $0["call"] as? String == "host.disable" } == goesAhead)
  }
}
