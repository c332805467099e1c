import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// What each kind of move leaves on both hosts, on its way and at its end.
@Suite struct MigrationTests {
  @Test func liveMigrationMovesTheDefinitionAndTheAutostart() throws {
    var bench = Bench()
    let nonce = bench.copy("h1")?.nonce
    let job = try bench.begin(migrate(.live, disks: [DiskMove(target: "vda", action: .share, bytes: 0)]))
    bench.pass(500)
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .incoming)
    #expect(bench.world.cells[0].chargedMemoryBytes(on: "h1") == gib)
    #expect(bench.world.cells[0].chargedMemoryBytes(on: "h2") == gib)
    bench.pass(60_000)
    #expect(bench.world.progress(of: job).state == .done)
    #expect(bench.presence("h1") == .absent)
    #expect(bench.presence("h2") == .running)
    bench.world.release("uuid-web", on: ["h1", "h2"], home: "h2", in: "east", by: bench.caller)
    #expect(bench.copy("h2")?.autostart == true)
    #expect(bench.copy("h2")?.nonce == nonce)
    #expect(bench.world.cells[0].chargedMemoryBytes(on: "h1") == 0)
    #expect(bench.volumes("h1").isEmpty && bench.volumes("h2").isEmpty, "a shared disk leaves nothing behind")
    #expect(bench.world.violations.isEmpty)
  }

  @Test func theSwitchoverShowsBothHalvesPaused() throws {
    var bench = Bench()
    _ = try bench.begin(migrate(.live))
    bench.pass(1010)
    #expect(bench.presence("h1") == .paused(.migration))
    #expect(bench.presence("h2") == .incoming)
  }

  @Test func blockMigrationCopiesTheDiskAndLeavesItsSource() throws {
    var bench = Bench([guest(disk: "ssd")])
    let job = try bench.begin(migrate(.block, disks: [copyOfVda]))
    #expect(bench.free("ssd", "h2") == 18 * gib, "the space is taken from the start")
    bench.pass(1000)
    #expect(bench.world.progress(of: job).iteration == 0, "disks first")
    bench.pass(60_000)
    let end = bench.world.progress(of: job)
    #expect(end.state == .done)
    #expect(end.processedBytes == 3 * gib)
    #expect(bench.copy("h2")?.disks.first?.storage == "ssd")
    #expect(bench.volumes("h2").isEmpty, "it belongs to the definition now")
    #expect(bench.volumes("h1").map(\.target) == ["vda"])
    #expect(bench.free("ssd", "h1") == 20 * gib, "the retired source keeps its space")
  }

  @Test func aBrokenBlockMigrationLeavesItsVolumeUntilItIsRemoved() throws {
    var bench = Bench([guest(disk: "ssd")], faults: [SimulatedFault(.connectionCut, afterBytes: gib)])
    let end = try bench.run(migrate(.block, disks: [copyOfVda]))
    guard case .failed(let text) = end.state else { return #expect(Bool(false), "\(end.state)") }
    #expect(text.contains("broke"))
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
    #expect(bench.volumes("h2").map(\.intent) == ["i1"])
    #expect(bench.refusal(migrate(.block, disks: [copyOfVda]), intent: "i2") == .refusedNothingHappened, "never reused")
    _ = try bench.run(.removeDisk(target: "vda", pool: "ssd", on: "h2"), intent: "i3")
    #expect(bench.free("ssd", "h2") == 20 * gib)
    #expect(try bench.run(migrate(.block, disks: [copyOfVda]), intent: "i4").state == .done)
  }

  @Test func theColdSequenceEndsWithOneRunningCopyAndARetiredDisk() throws {
    var bench = Bench([guest(disk: "ssd")])
    let move = Move(
      id: "m1", instance: "web", uuid: "uuid-web", cell: "east", from: "h1", to: "h2", mode: .cold, storage: .local, disks: [copyOfVda],
      reason: MoveReason(kind: .maintenance, text: ""), bytes: 0, cost: 0)
    let hypervisor = SimulatedHypervisor(
      cell: DesiredCell(name: "east", connection: .simulated(SimulatedConnection(world: "")), location: nowhere), hosts: [],
      writer: writer(), store: MemoryWorldStore(bench.world, clock: { dawn }))
    let steps = try hypervisor.steps(for: move, policy: MigrationPolicy())
    #expect(steps.map(\.name) == ["shutDown", "copyDisk", "define", "disable", "start", "undefine"])
    for (index, step) in steps.enumerated() {
      #expect(bench.world.check(step, by: bench.caller).isEmpty, "\(step.name)")
      #expect(try bench.run(step.action, intent: IntentID("i\(index)")).state == .done, "\(step.name)")
      if step.name == "define" { #expect(bench.presence("h2") == .off(defined: true, disabled: true, reason: .unknown)) }
    }
    #expect(bench.presence("h1") == .absent)
    #expect(bench.presence("h2") == .running)
    #expect(bench.copy("h2")?.bootCount == 2)
    #expect(bench.copy("h2")?.disabled == false)
    bench.world.release("uuid-web", on: ["h1", "h2"], home: "h2", in: "east", by: bench.caller)
    #expect(bench.copy("h2")?.autostart == true)
    #expect(bench.volumes("h1").map(\.target) == ["vda"])
    #expect(bench.world.violations.isEmpty)
  }

  @Test func undoingAColdMoveBringsTheGuestBack() throws {
    var bench = Bench([guest(disk: "ssd")])
    _ = try bench.run(.shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort), intent: "i1")
    _ = try bench.run(.copyDisk(copyOfVda), intent: "i2")
    _ = try bench.run(.define(), intent: "i3")
    _ = try bench.run(.undefine(on: "h2"), intent: "i4")
    _ = try bench.run(.start(on: "h1"), intent: "i5")
    _ = try bench.run(.removeDisk(target: "vda", pool: "ssd", on: "h2"), intent: "i6")
    #expect(bench.presence("h1") == .running)
    #expect(bench.presence("h2") == .absent)
    #expect(bench.volumes("h2").isEmpty)
    #expect(bench.free("ssd", "h2") == 20 * gib)
    #expect(bench.world.violations.isEmpty)
  }

  @Test(arguments: [false, true])
  func anOfflineMoveLeavesAnOrdinaryGuestThatIsOff(local: Bool) throws {
    var off = guest(disk: local ? "ssd" : "nfs")
    off.power = .off
    var bench = Bench([off])
    if local {
      for (index, action) in [.copyDisk(copyOfVda), .define(), .disable(on: "h1"), .undefine(on: "h1")].enumerated()
        as EnumeratedSequence<[Step.Action]>
      {
        #expect(try bench.run(action, intent: IntentID("i\(index)")).state == .done)
      }
    } else {
      #expect(try bench.run(migrate(.offline)).state == .done)
    }
    #expect(bench.presence("h1") == .absent)
    guard case .off(defined: true, disabled: false, _) = bench.presence("h2") else {
      return #expect(Bool(false), "\(String(describing: bench.presence("h2")))")
    }
    #expect(bench.copy("h2")?.bootCount == 1)
    #expect(bench.world.violations.isEmpty)
  }

  @Test func aGuestThatIgnoresItsPowerButtonIsLeftRunningOrPoweredOff() throws {
    var deaf = guest()
    deaf.ignoresAcpi = true
    var bench = Bench([deaf])
    let job = try bench.begin(.shutDown(timeoutMilliseconds: 10_000, onTimeout: .abort))
    bench.pass(9999)
    #expect(bench.world.progress(of: job).state == .running)
    bench.pass(1)
    guard case .failed = bench.world.progress(of: job).state else { return #expect(Bool(false), "it must say that it failed") }
    #expect(bench.presence("h1") == .running)
    #expect(try bench.run(.shutDown(timeoutMilliseconds: 10_000, onTimeout: .powerOff), intent: "i2").state == .done)
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .destroyed))
  }

  @Test func closingAndOpeningAHostNeedNoGuest() throws {
    var bench = Bench([])
    _ = try bench.run(.closeHost("h2"), intent: "i1")
    #expect(bench.world.cells[0].host("h2")?.admission == .closedByUs)
    _ = try bench.run(.openHost("h2"), intent: "i2")
    #expect(bench.world.cells[0].host("h2")?.admission == .open)
    bench.world.cells[0].hosts[1].admission = .closed
    for (step, intent) in [(Step.Action.closeHost("h2"), "i3"), (.openHost("h2"), "i4")] {
      _ = try bench.run(step, intent: IntentID(intent))
      #expect(bench.world.cells[0].host("h2")?.admission == .closed, "somebody else closed it")
    }
  }
}

let nowhere = SourceLocation(path: "", line: 1, column: 1)
