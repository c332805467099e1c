import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// Every obstacle a step meets, and that a refused step changes nothing.
@Suite struct RefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let code: Obstacle.Code
    let action: Step.Action
    let kind: HypervisorError.Kind
    let change: @Sendable (inout SimulatedWorld) -> Void
    var testDescription: String { name }

    init(
      _ name: String, _ code: Obstacle.Code, _ action: Step.Action, kind: HypervisorError.Kind? = nil,
      _ change: @escaping @Sendable (inout SimulatedWorld) -> Void
    ) {
      self.name = name
      self.code = code
      self.action = action
      self.kind = kind ?? (code == .notWhereExpected ? .overtaken : .refusedNothingHappened)
      self.change = change
    }
  }

  static let live = migrate(.live)
  static let arrival: [Case] = [
    Case("gone from its source", .notWhereExpected, live) { $0.cells[0].instances = [] },
    Case("off", .notWhereExpected, live) { $0.cells[0].instances[0].power = .off },
    Case("destination closed", .closed, live) { $0.cells[0].hosts[1].admission = .closed },
    Case("destination unreachable", .unreachable, live, kind: .retryLater) { $0.cells[0].hosts[1].reachable = false },
    Case("name taken", .nameTaken, live) {
      var other = guest("web", on: "h2")
      other.uuid = "another"
      $0.cells[0].instances.append(other)
    },
    Case("uuid taken", .nameTaken, live) {
      var other = guest("web", on: "h2")
      other.power = .off
      $0.cells[0].instances.append(other)
    },
    Case("other processor", .cpu, live) { $0.cells[0].instances[0].cpuModel = "Skylake" },
    Case("network missing", .network, live) { $0.cells[0].hosts[1].networks = [] },
    Case("passed-through device", .hostDevice, live) { $0.cells[0].instances[0].blockers = [.hostDevice] },
    Case("block job", .other, live) { $0.cells[0].instances[0].blockers = [.blockJob] },
    Case("local disk", .storageMissing, live) { $0.cells[0].instances[0].disks[0].storage = "ssd" },
    Case("storage not proved the same", .storageMissing, live) { $0.cells[0].hosts[1].storages[0].identity = nil },
    Case("local CD-ROM", .mediaMissing, live) {
      $0.cells[0].instances[0].disks = [
        DiskObservation(target: "sda", kind: .cdrom, readOnly: true, storage: "ssd", virtualBytes: 1, allocatedBytes: 1)
      ]
    },
    Case("memory", .memory, live) { $0.cells[0].instances.append(guest("big", on: "h2", memory: 16 * gib)) },
    Case("someone else's job", .busy, live, kind: .retryLater) { $0.cells[0].instances[0].busy = true },
    Case("pool missing", .storageMissing, migrate(.block, disks: [copyOfVda])) { $0.cells[0].hosts[1].storages.removeLast() },
    Case("no space", .storageSpace, migrate(.block, disks: [copyOfVda])) { $0.cells[0].hosts[1].storages[1].freeBytes = gib },
    Case("a foreign volume", .targetExists, migrate(.block, disks: [copyOfVda])) {
      $0.cells[0].hosts[1].volumes = [SimulatedVolume(pool: "ssd", uuid: "uuid-web", target: "vda", bytes: 1)]
    },
  ]
  static let sequence: [Case] = [
    Case("shut down while off", .notWhereExpected, .shutDown(timeoutMilliseconds: 1, onTimeout: .abort)) {
      $0.cells[0].instances[0].power = .off
    },
    Case("copy while running", .notWhereExpected, .copyDisk(copyOfVda)) { _ in },
    Case("copy onto a foreign volume", .targetExists, .copyDisk(copyOfVda)) {
      $0.cells[0].instances[0].power = .off
      $0.cells[0].hosts[1].volumes = [SimulatedVolume(pool: "ssd", uuid: "uuid-web", target: "vda", bytes: 1)]
    },
    Case("define while running", .notWhereExpected, .define()) { _ in },
    Case("define before the disk is there", .notWhereExpected, .define()) {
      $0.cells[0].instances[0].power = .off
      $0.cells[0].instances[0].disks[0].storage = "ssd"
    },
    Case("define over a foreign definition", .nameTaken, .define()) {
      $0.cells[0].instances[0].power = .off
      var other = guest("web", on: "h2")
      other.uuid = "another"
      $0.cells[0].instances.append(other)
    },
    Case("disable while running", .notWhereExpected, .disable(on: "h1")) { _ in },
    Case("undefine the only definition", .otherCopyNotSafe, .undefine(on: "h1")) { $0.cells[0].instances[0].power = .off },
    Case("undefine while running", .notWhereExpected, .undefine(on: "h1")) {
      var other = guest("web", on: "h2")
      other.power = .off
      $0.cells[0].instances.append(other)
    },
    Case("remove a disk in use", .targetExists, .removeDisk(target: "vda", pool: "nfs", on: "h1")) { _ in },
    Case("resume no post-copy", .notWhereExpected, .resumePostCopy) { _ in },
    Case("start while running", .notWhereExpected, .start(on: "h1")) { _ in },
    Case("start beside a running copy", .otherCopyNotSafe, .start(on: "h2")) { other(&$0, .off) },
    Case("start beside a paused copy", .otherCopyNotSafe, .start(on: "h2")) {
      $0.cells[0].instances[0].power = .paused
      other(&$0, .off)
    },
    Case("start beside a copy that could start", .otherCopyNotSafe, .start(on: "h2")) {
      $0.cells[0].instances[0].power = .off
      other(&$0, .off)
    },
    Case("start beside an arriving copy", .otherCopyNotSafe, .start(on: "h2")) {
      $0.cells[0].instances[0].power = .incoming
      other(&$0, .off)
    },
    Case("start while the other host is silent", .unreachable, .start(on: "h2"), kind: .retryLater) {
      $0.cells[0].instances[0].power = .off
      $0.cells[0].instances[0].disabled = true
      other(&$0, .off)
      $0.cells[0].hosts[0].reachable = false
    },
  ]

  private static func other(_ world: inout SimulatedWorld, _ power: SimulatedInstance.Power) {
    var copy = guest("web", on: "h2")
    copy.power = power
    world.cells[0].instances.append(copy)
  }

  @Test(arguments: arrival + sequence)
  func theObstacleIsToldAndBeginningRefusedWithNothingChanged(_ test: Case) {
    var bench = Bench()
    test.change(&bench.world)
    let before = bench.world
    #expect(bench.world.check(step(test.action), by: bench.caller).first?.code == test.code)
    #expect(bench.refusal(test.action) == test.kind)
    #expect(bench.world == before)
  }

  @Test func whatIsAlreadyAsAskedIsDone() throws {
    var bench = Bench()
    #expect(try bench.run(.undefine(on: "h2"), intent: "i1").state == .done)
    #expect(try bench.run(.removeDisk(target: "vda", pool: "ssd", on: "h2"), intent: "i2").state == .done)
    #expect(try bench.run(.disable(on: "h2"), intent: "i3").state == .done)
    #expect(bench.presence("h1") == .running)
  }

  @Test func aSourceThatLostTheEndOfItsMigrationMayBeTidiedOnceTheGuestRunsElsewhere() throws {
    var bench = Bench()
    bench.world.cells[0].instances[0].power = .paused
    bench.world.cells[0].instances[0].pauseReason = .migration
    #expect(bench.refusal(.undefine(on: "h1")) == .refusedNothingHappened)
    bench.world.cells[0].instances.append(guest("web", on: "h2"))
    #expect(try bench.run(.undefine(on: "h1"), intent: "i2").state == .done)
    #expect(bench.presence("h1") == .absent)
  }

  @Test func aSecondStepOfAnInstanceWaitsForTheFirst() throws {
    var bench = Bench()
    _ = try bench.begin(migrate(.live))
    #expect(bench.refusal(migrate(.live), intent: "i2") == .retryLater)
  }

  static let everyStep: [Step.Action] = [
    migrate(.live), .shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort), .undefine(on: "h2"), .disable(on: "h3"), .closeHost("h2"),
    .openHost("h2"), .removeDisk(target: "vdb", pool: "ssd", on: "h2"),
  ]
  @Test(arguments: everyStep.indices)
  func anIntentBeginsOnce(index: Int) throws {
    var bench = Bench()
    let job = try bench.begin(Self.everyStep[index])
    bench.pass(10)
    let after = bench.world
    #expect(try bench.begin(Self.everyStep[index]) == job)
    #expect(bench.world == after)
    #expect(bench.world.find("i1", step: step(Self.everyStep[index])) == job)
    #expect(bench.world.find("i2", step: step(Self.everyStep[index])) == nil)
  }
}
