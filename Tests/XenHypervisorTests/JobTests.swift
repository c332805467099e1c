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

  private func rig(_ options: [String]) async throws -> (peer: XenPeer, driver: XenHypervisor) {
    var pool = SmallPool()
    pool.addGuest("web", uuid: Self.uuid.rawValue, on: "h1", memoryBytes: 1 << 30, storage: "nfs")
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, options)
    return (peer, Self.driver(peer, epoch: 1))
  }

  private static func driver(_ peer: XenPeer, epoch: Int) -> XenHypervisor {
    XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: ["h1", "h2"].map { DesiredHost(name: $0, cell: "pool", location: Self.place) },
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
}
