import Fleet
import Foundation
import Hypervisor
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
    let (peer, driver) = try await rig(["--seconds-per-gib", "2"])
    let job = try await driver.begin(migration, intent: "i1", deadline: deadline)
    var shares: [Double] = []
    while true {
      let progress = await driver.progress(of: job, deadline: deadline)
      guard progress.state == .running else {
        #expect(progress.state == .done)
        break
      }
      shares.append(try #require(progress.share))
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(shares.count > 3 && shares == shares.sorted() && shares.allSatisfy { $0 >= 0 && $0 < 1 }, "\(shares)")
    #expect((shares.last ?? 0) > 0.5, "\(shares)")
    #expect(peer.violations() == [])
  }

  /// We died; another client's operation on the guest under our mark is not what our intent began.
  @Test func onlyTheStepsOwnOperationIsFoundAgain() async throws {
    let (peer, driver) = try await rig(["--seconds-per-gib", "20"])
    _ = try await driver.begin(migration, intent: "i1", deadline: deadline)
    let later = Self.driver(peer, epoch: 2)
    var start = migration
    start.action = .start(on: "h2")
    #expect(await later.find("i1", step: start, deadline: deadline) == nil)
    #expect(await later.find("i2", step: migration, deadline: deadline) == nil, "another intent's")
    #expect(await later.find("i1", step: migration, deadline: deadline) != nil)
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

  // MARK: hosts

  private func step(_ action: Step.Action) -> Step {
    Step(action, instance: "h1", uuid: "host:h1", cell: "pool", source: "h1", destination: "h1")
  }

  @Test func thePoolIsMarkedWhileAHostIsClosed() async throws {
    let (peer, driver) = try await rig()
    let job = try await driver.begin(step(.closeHost("h1")), intent: "i1", deadline: deadline)
    #expect(await driver.progress(of: job, deadline: deadline).state == .done)
    #expect(
      peer.log().compactMap { $0["call"] as? String } == [
        "pool.add_to_other_config", "host.add_to_other_config", "host.disable", "pool.remove_from_other_config",
      ])
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
