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

  /// The protection goes before the guest is told, which may not listen.
  @Test func aGuestThatDoesNotShutDownIsProtectedAgain() async throws {
    let rig = try await rig(["--seconds-per-gib", "60"])
    let step = Step(
      .shutDown(timeoutMilliseconds: 100, onTimeout: .abort), instance: "web", uuid: MoveRig.uuid, cell: "pool", source: "h1",
      destination: "h2")
    let job = try await rig.driver.begin(step, intent: "w-1/0/1", deadline: MoveRig.deadline)
    var ended = await rig.driver.progress(of: job, deadline: MoveRig.deadline)
    while ended.state == .running {
      try await Task.sleep(for: .milliseconds(20))
      ended = await rig.driver.progress(of: job, deadline: MoveRig.deadline)
    }
    guard case .failed = ended.state else { return #expect(Bool(false), "\(ended.state)") }
    #expect(try await rig.field("VM", "web", "ha_always_run").flag == true)
  }

  /// Whoever began it died: what is settled by looking gives the protection back as well.
  @Test func whatIsReleasedIsProtectedAgain() async throws {
    let rig = try await rig(["--forgets-ha"])
    let guest = XenValue.text(SmallPool.ref("VM", "web"))
    let step = Step(
      .migrate(MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy())), instance: "web", uuid: MoveRig.uuid, cell: "pool",
      source: "h1", destination: "h2")
    _ = try await rig.driver.begin(step, intent: "w-1/0/1", deadline: MoveRig.deadline)
    _ = try await rig.pool.call("VM.set_ha_always_run", [guest, .flag(false)], deadline: MoveRig.deadline)
    await rig.driver.release(MoveRig.uuid, on: ["h1", "h2"], home: nil, deadline: MoveRig.deadline)
    #expect(try await rig.field("VM", "web", "ha_always_run").flag == true)
    // Without our mark it is its operator's business.
    _ = try await rig.pool.call("VM.set_ha_always_run", [guest, .flag(false)], deadline: MoveRig.deadline)
    await rig.driver.release(MoveRig.uuid, on: ["h1", "h2"], home: nil, deadline: MoveRig.deadline)
    #expect(try await rig.field("VM", "web", "ha_always_run").flag == false)
  }

  /// The role is too small for it: the guest has moved, and whoever reads the end of the run is told.
  @Test func aProtectionThatStaysOffIsSaid() async throws {
    let rig = try await rig(["--forgets-ha", "--fault", "VM.set_ha_always_run=RBAC_PERMISSION_DENIED:99"])
    let ended = try await rig.carryOut(MoveRig.move(.cold, ["nfs"]))
    #expect(ended.state == "succeeded", "\(ended.detail)")
    #expect(ended.detail.contains("high availability no longer protects web"), "\(ended.detail)")
  }
}
