import Fleet
import Hypervisor
import Testing
import XenHypervisor
import XenSupport

/// Every mode with every kind of storage, through the executor, in a pool as strict as xapi.
@Suite struct WholeMovesTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var mode: MigrationMode
    var storages: [String]
    var isClosed: Bool
    var testDescription: String { "\(mode.rawValue) of \(storages.joined(separator: "+"))\(isClosed ? " from a closed host" : "")" }
    /// What `move` expects: the label, not the one host's storage.
    var labels: [String] { storages.map { $0 == "nfs" ? "nfs" : "ssd" } }
    var after: [String] { storages.map { $0 == "nfs" ? "nfs" : "ssd-h2" } }
  }

  static let shapes: [Shape] = [true, false].flatMap { isClosed in
    [
      (MigrationMode.live, ["nfs"]), (.block, ["ssd-h1"]), (.block, ["nfs", "ssd-h1"]), (.cold, ["nfs"]), (.cold, ["ssd-h1"]),
      (.cold, ["nfs", "ssd-h1"]), (.offline, ["ssd-h1"]), (.offline, ["ssd-h1", "nfs"]),
    ].map { Shape(mode: $0, storages: $1, isClosed: isClosed) }
  }

  @Test(arguments: shapes) func itArrivesWithAllThatItHas(_ shape: Shape) async throws {
    let rig = try await MoveRig(shape.storages, runs: shape.mode != .offline) { pool in
      pool.addLibrary("isos", hosts: MoveRig.hosts)
      pool.addDisk("disc", of: "web", device: "xvdd", type: "CD", storage: "isos")
    }
    if shape.isClosed { try await rig.close("h1") }
    let ended = try await rig.carryOut(MoveRig.move(shape.mode, shape.labels))
    #expect(ended.state == "succeeded", "\(ended.detail)")
    #expect(try await rig.residence() == (shape.mode == .offline ? nil : "h2"))
    #expect(try await rig.isRunning() == (shape.mode != .offline))
    #expect(try await rig.storages(shape.storages.count) == shape.after)
    #expect(try await rig.field("VBD", "disc", "VDI").text == SmallPool.ref("VDI", "disc"), "the disc stays in its drive")
    #expect(rig.peer.log().contains { $0["ejected"] != nil } == false)
    #expect(try await rig.field("host", "h1", "enabled").flag == !shape.isClosed, "as it was before")
    #expect(rig.calls("VM.clean_shutdown") == (shape.mode == .cold ? 1 : 0))
    #expect(rig.calls("VM.start_on") == (shape.mode == .cold ? 1 : 0))
    #expect(rig.driver.capabilities.keepsSources == rig.peer.cellConnection.keepsSources)
    #expect(!ended.hasKeptDisks, "the pool destroys the source itself: \(ended.memories)")
    #expect(rig.peer.violations() == [])
  }

  /// Better known before a guest is shut down for it.
  @Test(arguments: [MigrationMode.cold, .offline]) func aHostThatSomebodyElseDisabledSendsNothingThatIsOff(
    _ mode: MigrationMode
  ) async throws {
    let rig = try await MoveRig(["ssd-h1"], runs: mode != .offline) { pool in pool.change("host", "h1") { $0["enabled"] = false } }
    let ended = try await rig.carryOut(MoveRig.move(mode, ["ssd"]))
    #expect(ended.state != "succeeded")
    #expect(ended.detail.contains("h1 is disabled") && ended.detail.contains("xe host-enable"), "\(ended.detail)")
    #expect(rig.calls("VM.clean_shutdown") == 0 && rig.calls("host.enable") == 0)
  }

  /// The pool's own word on the send, and not on a guest whose disks have not moved yet.
  @Test func whatTheSendIsRefusedForIsKnownBeforeTheShutdown() async throws {
    let rig = try await MoveRig(["ssd-h1"]) { pool in pool.change("VDI", "web") { $0["cbt_enabled"] = true } }
    let ended = try await rig.carryOut(MoveRig.move(.cold, ["ssd"]))
    #expect(ended.state == "failed" && ended.detail.contains("changed block tracking"), "\(ended.detail)")
    #expect(rig.calls("VM.clean_shutdown") == 0)
  }

  /// The one that ends first does not close it before the other is on its way.
  @Test func severalLeaveAClosedHostAtOnce() async throws {
    let rig = try await MoveRig(["ssd-h1"], runs: false) { pool in
      pool.addGuest("db", uuid: MoveRig.otherUUID.rawValue, on: "h1", memoryBytes: 1 << 30, storage: "ssd-h1")
      pool.change("VM", "db") {
        $0["power_state"] = "Halted"
        $0["resident_on"] = "OpaqueRef:NULL"
        $0["allowed_operations"] = ["start", "start_on", "migrate_send"]
      }
    }
    try await rig.close("h1")
    let ended = try await rig.carryOut([MoveRig.move(.offline, ["ssd"]), MoveRig.move(.offline, ["ssd"], of: "db")])
    #expect(ended.map(\.state) == ["succeeded", "succeeded"], "\(ended.map(\.detail))")
    #expect(try await rig.field("host", "h1", "enabled").flag == false)
    #expect(try await rig.field("host", "h1", "other_config").map?["reconcile_maintenance"] != nil, "it is ours to open")
  }

  /// xapi was told to leave it, or the guest ejected it by itself: nobody knows, and an installer that is through is not to find it again.
  @Test(arguments: [MigrationMode.block, .offline]) func aDiscThatIsGoneIsSaid(_ mode: MigrationMode) async throws {
    let rig = try await MoveRig(["ssd-h1"], runs: mode != .offline, ["--ejects"]) { pool in
      pool.addLibrary("isos", hosts: MoveRig.hosts)
      pool.addDisk("disc", of: "web", device: "xvdd", type: "CD", storage: "isos")
    }
    let ended = try await rig.carryOut(MoveRig.move(mode, ["ssd"]))
    #expect(ended.state == "succeeded", "\(ended.detail)")
    #expect(ended.detail == "xvdd of web had a disc before the move and is empty by now")
    #expect(try await rig.field("VBD", "disc", "empty").flag == true, "nothing is inserted")
  }

  /// A disc that the destination cannot see is ejected by hand, and nothing else helps.
  @Test(arguments: [MigrationMode.live, .block, .cold, .offline]) func aDiscThatCannotComeAlongIsToBeEjected(
    _ mode: MigrationMode
  ) async throws {
    let storages = mode == .live ? ["nfs"] : ["ssd-h1"]
    let rig = try await MoveRig(storages, runs: mode != .offline) { pool in
      pool.addLibrary("DVD drives", shared: false, hosts: ["h1"])
      pool.addDisk("disc", of: "web", device: "xvdd", type: "CD", storage: "DVD drives")
    }
    let ended = try await rig.carryOut(MoveRig.move(mode, mode == .live ? ["nfs"] : ["ssd"]))
    #expect(ended.state == "failed", "\(ended.detail)")
    #expect(ended.detail.contains("eject it"), "\(ended.detail)")
    for word in ["plug", "probe", "targetStorage", "cold"] { #expect(!ended.detail.contains(word), "\(ended.detail)") }
    #expect(rig.calls("VM.clean_shutdown") == 0)
    #expect(try await rig.field("VBD", "disc", "empty").flag == false)
  }
}
