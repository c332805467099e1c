import Fleet
import Testing
import XenHypervisor
import XenSupport

/// Guests that high availability protects: a shutdown takes the protection off, and the start puts it on again.
@Suite struct ProtectedGuestTests {
  private func rig(_ options: [String] = []) async throws -> MoveRig {
    try await MoveRig(["nfs"], options) { pool in
      pool.change("pool", "pool") { $0["ha_enabled"] = true }
      pool.change("VM", "web") {
        $0["ha_restart_priority"] = "restart"
        $0["ha_always_run"] = true
      }
    }
  }

  @Test(arguments: [[], ["--forgets-ha"]]) func aColdMoveKeepsTheProtection(_ options: [String]) async throws {
    let rig = try await rig(options)
    let ended = try await rig.carryOut(MoveRig.move(.cold, ["nfs"]))
    #expect(ended.state == "succeeded", "\(ended.detail)")
    #expect(try await rig.residence() == "h2")
    #expect(try await rig.field("VM", "web", "ha_always_run").flag == true)
  }

  @Test func soDoesOneThatIsUndone() async throws {
    let rig = try await rig(["--fault", "VM.start_on=SR_BACKEND_FAILURE_44:5", "--forgets-ha"])
    let ended = try await rig.carryOut(MoveRig.move(.cold, ["nfs"]), hurry: 50)
    #expect(ended.state == "rolledBack", "\(ended.detail)")
    #expect(try await rig.residence() == "h1")
    #expect(try await rig.field("VM", "web", "ha_always_run").flag == true)
  }

  /// The role is too small for it: the guest has moved, and whoever reads the end of the run is told.
  @Test func aProtectionThatStaysOffIsSaid() async throws {
    let rig = try await rig(["--forgets-ha", "--fault", "VM.set_ha_always_run=RBAC_PERMISSION_DENIED:99"])
    let ended = try await rig.carryOut(MoveRig.move(.cold, ["nfs"]))
    #expect(ended.state == "succeeded", "\(ended.detail)")
    #expect(ended.detail.contains("high availability no longer protects web"), "\(ended.detail)")
  }
}
