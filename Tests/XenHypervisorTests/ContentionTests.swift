import Execution
import Fleet
import Hypervisor
import Testing
import XenHypervisor
import XenSupport

/// What others do with a guest, or in the pool, while it is moved: no fault of its destination, nor of its own.
@Suite struct ContentionTests {
  static let codes = ["OTHER_OPERATION_IN_PROGRESS", "TOO_MANY_STORAGE_MIGRATES", "VM_BAD_POWER_STATE", "TOO_BUSY"]

  /// xapi says so inside the task, once the call was taken.
  @Test(arguments: codes, [MigrationMode.live, .block]) func itGoesThroughALittleLater(_ code: String, _ mode: MigrationMode) async throws {
    let call = mode == .live ? "VM.pool_migrate" : "VM.migrate_send"
    let storage = mode == .live ? "nfs" : "ssd-h1"
    let rig = try await MoveRig([storage], ["--fault", "\(call)=\(code):2"])
    let ended = try await rig.carryOut(MoveRig.move(mode, [mode == .live ? "nfs" : "ssd"]), hurry: 50)
    #expect(ended.state == "succeeded", "\(ended.state): \(ended.detail)")
    #expect(try await rig.residence() == "h2")
  }

  @Test(arguments: codes) func whatLastsIsLeftToTheNextPassAndChargesNobody(_ code: String) async throws {
    let rig = try await MoveRig(["nfs"], ["--fault", "VM.pool_migrate=\(code):99"])
    let ended = try await rig.carryOut(MoveRig.move(.live, ["nfs"]), hurry: 50)
    #expect(ended.state == "postponed", "\(ended.state): \(ended.detail)")
    #expect(ended.machine.blame == .nobody && !ended.isCharged, "\(ended.memories)")
    #expect(ended.detail.contains(code), "\(ended.detail)")
    #expect(rig.peer.log().count { $0["call"] as? String == "VM.pool_migrate" } == OperationMachine.stepAttemptsMax)
  }

  @Test func aCauseThatIsTheDestinationsIsStillItsOwn() async throws {
    let rig = try await MoveRig(["nfs"], ["--fault", "VM.pool_migrate=HOST_NOT_LIVE:99"])
    let ended = try await rig.carryOut(MoveRig.move(.live, ["nfs"]), hurry: 50)
    #expect(ended.state == "failed" && ended.machine.blame == .destination && ended.isCharged, "\(ended.state): \(ended.detail)")
  }

  /// Between plan and move, or while ours is kept off.
  @Test(arguments: ["h3", "h2"], [0, 1]) func whatSomebodyElseMovedNeedsNoMoveOfOurs(_ host: String, _ refusals: Int) async throws {
    let rig = try await MoveRig(["nfs"], ["--fault", "VM.pool_migrate=OTHER_OPERATION_IN_PROGRESS:\(refusals)", "--poacher", host])
    if refusals == 0 {
      let guest = XenValue.text(SmallPool.ref("VM", "web"))
      let there = XenValue.text(SmallPool.ref("host", host))
      _ = try await rig.pool.call("VM.pool_migrate", [guest, there, .map([:])], deadline: MoveRig.deadline)
    }
    let ended = try await rig.carryOut(MoveRig.move(.live, ["nfs"]), hurry: 50)
    #expect(try await rig.residence() == host)
    // What is where it was to be may count as moved by us.
    #expect(ended.state == "notNeeded" || host == "h2" && ended.state == "succeeded", "\(ended.state): \(ended.detail)")
    #expect(ended.machine.blame == .nobody && !ended.isCharged, "\(ended.memories)")
  }

  /// The migration killed it, as far as anybody can tell: that is no user's doing, whatever the code.
  @Test(arguments: [
    ("VM_CRASHED", true), ("VM_HALTED", true), ("INTERNAL_ERROR", true), ("VM_BAD_POWER_STATE", true), ("CANNOT_CONTACT_HOST", false),
    ("BALLOONING_TIMEOUT_BEFORE_MIGRATION", false), ("VDI_IN_USE", false),
  ])
  func whatIsNobodyElsesDoingIsAFault(_ code: String, _ dies: Bool) async throws {
    let rig = try await MoveRig(["nfs"], ["--fault", "VM.pool_migrate=\(code):99"] + (dies ? ["--deadly"] : []))
    let ended = try await rig.carryOut(MoveRig.move(.live, ["nfs"]), hurry: 50)
    #expect(ended.state == "failed" && ended.isCharged, "\(ended.state): \(ended.detail)")
    #expect(try await rig.isRunning() == !dies)
  }

  /// The pool could not say whether the guest was told: it may still go off.
  @Test(arguments: [("CANNOT_CONTACT_HOST", "open"), ("OTHER_OPERATION_IN_PROGRESS", "postponed")])
  func aShutdownThatMayHaveBeenToldIsNotPassing(_ code: String, _ state: String) async throws {
    let rig = try await MoveRig(["nfs"], ["--fault", "VM.clean_shutdown=\(code):99"])
    let ended = try await rig.carryOut(MoveRig.move(.cold, ["nfs"]), hurry: 50)
    #expect(ended.state == state, "\(ended.machine.phase)")
  }

  /// Its user shut it down after the plan was made.
  @Test func aGuestThatItsUserShutDownFailsNobodysMove() async throws {
    let rig = try await MoveRig(["nfs"])
    _ = try await rig.pool.call("VM.clean_shutdown", [.text(SmallPool.ref("VM", "web"))], deadline: MoveRig.deadline)
    let ended = try await rig.carryOut(MoveRig.move(.live, ["nfs"]), hurry: 50)
    #expect(ended.state == "notNeeded" && !ended.isCharged, "\(ended.state): \(ended.detail)")
    #expect(try await rig.isRunning() == false)
  }
}
