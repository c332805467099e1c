import Fleet
import Planning
import Testing

/// Each reason for not moving, with numbers in its text and a way out in its hint.
@Suite struct BlockedTests {
  private func only(_ fleet: TinyFleet) -> BlockedItem? {
    let plan = fleet.planned()
    #expect(PlanChecker.check(plan, fleet.input).isEmpty)
    #expect(plan.blocked.count == 1)
    return plan.blocked.first
  }

  private func drained(_ hosts: Int = 2, memoryGiB: Int = 16) -> TinyFleet {
    var fleet = TinyFleet(hosts: hosts, memoryGiB: memoryGiB)
    fleet.maintain("hv1")
    return fleet
  }

  @Test func noCapacityNamesTheRoomThereIs() {
    var fleet = drained()
    fleet.add("web", on: "hv1", memoryGiB: 12)
    fleet.add("db", on: "hv2", memoryGiB: 7, placement: .host("hv2"), required: true)
    #expect(only(fleet)?.reason == .noCapacity)
    #expect(
      only(fleet)?.text == """
        it needs 12 GiB and 1 vCPUs, most room is 9 GiB and 63 vCPUs on hv2; \
        proved: 2 instances that may be nowhere else (web, db) need 19 GiB on hv2, which has 16 GiB
        """)
    #expect(only(fleet)?.hint == "make room for 3 GiB more on hv2, let some of the instances go elsewhere, or add a host")
  }

  @Test func tooLargeNamesTheLargestHost() {
    var fleet = drained()
    fleet.add("web", on: "hv1", memoryGiB: 20)
    #expect(only(fleet)?.reason == .tooLarge)
    #expect(only(fleet)?.text == "it needs 20 GiB and 1 vCPUs, and the largest host it may use, hv2, has 16 GiB and 64 vCPUs")
  }

  @Test func noModeNamesTheObstacle() {
    var fleet = drained()
    fleet.add("web", on: "hv1")
    fleet.change("web") { $0.blockers = [.snapshot] }
    #expect(only(fleet)?.reason == .noMode)
    #expect(only(fleet)?.text == "it cannot go to hv2: libvirt keeps snapshots of it")
  }

  @Test func mediaNameTheDiskAndTheWaysOut() {
    var fleet = drained()
    fleet.add("web", on: "hv1")
    fleet.change("web") {
      $0.disks.append(DiskObservation(target: "sda", kind: .cdrom, readOnly: true, storage: "ssd", virtualBytes: gib, allocatedBytes: gib))
    }
    let item = only(fleet)
    #expect(item?.reason == .needsConsent)
    #expect(item?.text.contains("CD-ROM sda has media on ssd") == true)
    #expect(item?.hint.contains("eject sda") == true)
    #expect(item?.hint.contains("spec.migration.allow") == true)
  }

  @Test func unprovedStorageIsNeverCopiedOntoItself() {
    var fleet = drained()
    for host in ["hv1", "hv2"] as [HostName] {
      fleet.see(host) { $0.storages.append(StorageObservation(id: "vg0", shared: nil, freeBytes: 900 * gib)) }
    }
    fleet.add("web", on: "hv1", storage: "vg0")
    fleet.declare("web") { $0.allowedModes.cold = true }
    #expect(only(fleet)?.reason == .noMode)
    #expect(only(fleet)?.text.contains("copying a storage onto itself destroys it") == true)
    // A pool proved local to the destination is another storage.
    fleet.declare("web") { $0.targetStorage = ["vda": "ssd"] }
    let plan = fleet.planned()
    #expect(plan.moves.map(\.mode) == [.block])
    #expect(plan.moves[0].disks.map(\.toPool) == ["ssd"])
  }

  /// Gone for good: it blocks nothing, no guest may be on it, and what was seen there last is not kept room for.
  @Test func aDecommissionedHostIsNoMystery() throws {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    fleet.add("old", on: "hv2")
    let old = fleet.instances.removeLast()
    fleet.memory.lastSeen = [LastSeen(cell: "east", instance: old, at: fleet.now)]
    fleet.see("hv2") {
      $0 = HostObservation(name: "hv2", reachable: false, unreachableReason: "it is decommissioned, and not asked any more")
    }
    #expect(fleet.planned().blocked.map(\.reason) == [.unreachable])
    #expect(fleet.planned().notInSync.unknown == ["old"])
    fleet.declare(host: "hv2") { $0.decommissioned = true }
    let plan = fleet.planned()
    #expect(plan.blocked.isEmpty && plan.notInSync.unknown.isEmpty && plan.notInSync.missing == ["old"])
    let item = try #require(Drift.of(fleet.input).items.first { $0.instance.name == "old" })
    #expect(item.text == "no host shows it; last seen \(fleet.now) on hv2, which is decommissioned")
  }

  @Test func needsConsentToReboot() {
    var fleet = drained()
    fleet.add("web", on: "hv1")
    fleet.change("web") { $0.blockers = [.hostDevice] }
    #expect(only(fleet)?.reason == .needsConsent)
    #expect(only(fleet)?.hint.contains("add cold to spec.migration.allow") == true)
    fleet.declare("web") { $0.allowedModes.cold = true }
    #expect(fleet.planned().moves.map(\.mode) == [.cold])
    #expect(fleet.planned().proof.restarts == 1)
  }

  @Test func noHostSaysWhatIsWrongWithEach() {
    var fleet = TinyFleet(hosts: 3)
    fleet.see("hv2") { $0.admission = .closed }
    fleet.add("web", on: "hv1", placement: .anyOf(["hv2", "hv9"]))
    #expect(only(fleet)?.reason == .noHost)
    #expect(only(fleet)?.text == "it belongs on hv2 or hv9, and none of those may receive it: hv2 is closed")
  }

  @Test func requiredOnMaintenanceStaysAndTheRestDrains() {
    var fleet = drained()
    fleet.add("web", on: "hv1", placement: .host("hv1"), required: true)
    fleet.add("db", on: "hv1", placement: .host("hv1"))
    #expect(only(fleet)?.reason == .requiredOnMaintenance)
    #expect(fleet.planned().moves.map(\.instance) == ["db"])
    #expect(fleet.planned().moves[0].reason.text.contains("displaced until that ends"))
  }

  @Test func strangersAreListedOrEvacuatedLive() {
    var fleet = drained()
    fleet.add("stray", on: "hv1", declared: false)
    #expect(only(fleet)?.reason == .unmanaged)
    fleet.desired.cells[0].unmanaged = .evacuate
    #expect(fleet.planned().moves.map(\.mode) == [.live])
    fleet.change("stray") { $0.power = .off }
    #expect(only(fleet)?.text.contains("only moved live") == true)
    fleet.change("stray") {
      $0.power = .running
      $0.disks[0].storage = "ssd"
    }
    #expect(only(fleet)?.reason == .unmanaged)
  }

  @Test func aRequiredRuleVetoesADrain() {
    var fleet = drained()
    fleet.add("web-1", on: "hv1", labels: ["app": "web"])
    fleet.add("web-2", on: "hv2", labels: ["app": "web"])
    fleet.desired.rules = [PlacementRule(name: "apart", kind: .separate(maximum: 1), selector: ["app": "web"], location: somewhere)]
    #expect(only(fleet)?.reason == .rule)
    #expect(only(fleet)?.text.contains("rule apart (fleet.yaml:1)") == true)
    // A preferred rule only breaks ties.
    fleet.desired.rules[0].enforcement = .preferred
    #expect(fleet.planned().moves.count == 1)
  }

  @Test func aRuleThatCannotBeKeptIsNamed() {
    var fleet = TinyFleet(hosts: 1)
    for name in ["web-1", "web-2"] as [InstanceName] { fleet.add(name, on: "hv1", labels: ["app": "web"]) }
    fleet.desired.rules = [PlacementRule(name: "apart", kind: .separate(maximum: 1), selector: ["app": "web"], location: somewhere)]
    #expect(only(fleet)?.rule == "apart")
    #expect(only(fleet)?.text.contains("2 on hv1, at most 1 allowed") == true)
  }

  @Test func aSwapWithoutRoomIsADeadlock() {
    var fleet = TinyFleet(hosts: 2, memoryGiB: 16)
    fleet.add("a", on: "hv1", memoryGiB: 16, placement: .host("hv2"))
    fleet.add("b", on: "hv2", memoryGiB: 16, placement: .host("hv1"))
    #expect(fleet.planned().blocked.map(\.reason) == [.deadlock, .deadlock])
    // A third host is a hop.
    fleet.addHost("hv3", memoryGiB: 16)
    let plan = fleet.planned()
    #expect(plan.moves.map(\.hop) == [true, false, false])
    #expect(plan.moves[0].reason.kind == .hop)
    #expect(plan.proof.certificate(of: "east")?.kind == .exhaustive)
  }

  @Test func fullHostsThatNothingCanLeaveAreNamedWithTheNearestWayOut() {
    var fleet = TinyFleet(hosts: 2, memoryGiB: 16)
    fleet.add("a", on: "hv1", memoryGiB: 14, placement: .host("hv2"))
    fleet.add("b", on: "hv2", memoryGiB: 15, placement: .host("hv1"))
    for item in fleet.planned().blocked {
      #expect(item.reason == .deadlock)
      #expect(item.text.contains("proved: hv1, hv2 are so full that nothing on them can leave"), "\(item.text)")
      #expect(item.hint == "free 13 GiB on hv2, so that a can pass, or add a host")
    }
  }

  /// Each would fit by itself; together they need more places than there are.
  @Test(arguments: [3, 41]) func tooFewPlacesAreCountedWithWhoNeedsThem(guests: Int) {
    var fleet = TinyFleet(hosts: 3, memoryGiB: 8 * (guests - 1) / 2 + 4, cpus: 256)
    fleet.maintain("hv1")
    for index in 1...guests { fleet.add(InstanceName("vm\(index)"), on: "hv1", memoryGiB: 8, placement: .anyOf(["hv2", "hv3"])) }
    let blocked = fleet.planned().blocked
    #expect(!blocked.isEmpty)
    for item in blocked {
      #expect(item.reason == .noCapacity)
      #expect(item.text.contains("\(guests) instances that may be nowhere else"), "\(item.text)")
      #expect(item.text.contains("need \(guests) places of 8 GiB on hv2, hv3, which have \(guests - 1)"), "\(item.text)")
      #expect(item.hint.hasPrefix("make 1 place of 8 GiB more on those hosts"), "\(item.hint)")
    }
  }

  @Test func membersOfARuleWithTooFewHostsAreNamed() {
    var fleet = TinyFleet(hosts: 3)
    fleet.maintain("hv1")
    for index in 1...3 { fleet.add(InstanceName("web-\(index)"), on: "hv1", labels: ["app": "web"]) }
    fleet.desired.rules = [PlacementRule(name: "apart", kind: .separate(maximum: 1), selector: ["app": "web"], location: somewhere)]
    let item = fleet.planned().blocked.first { $0.reason == .rule }
    #expect(item?.text.contains("proved: web-1, web-2, web-3 may only be on hv2, hv3") == true, "\(item?.text ?? "")")
  }

  @Test func tooManyMovesNamesBothNumbers() {
    var fleet = drained()
    fleet.add("a", on: "hv1")
    fleet.add("b", on: "hv1")
    fleet.desired.cells[0].maxMovesPerPass = 1
    #expect(only(fleet)?.reason == .tooManyMoves)
    #expect(only(fleet)?.text == "cell east needs 2 moves and its limit is 1: nothing in it is moved")
    #expect(fleet.planned().moves.isEmpty)
    fleet.maxMoves = 2
    #expect(fleet.planned().moves.count == 2)
  }

  @Test func overCapacityIsAWarningUnlessItIsToBeRelieved() {
    var fleet = TinyFleet(hosts: 2, memoryGiB: 8)
    fleet.add("a", on: "hv1", memoryGiB: 6)
    fleet.add("b", on: "hv1", memoryGiB: 6)
    let quiet = fleet.planned()
    #expect(quiet.moves.isEmpty && quiet.blocked.isEmpty)
    #expect(quiet.warnings.contains { $0.contains("host hv1 is over its capacity (12 of 8 GiB") })
    fleet.declare(host: "hv1") { $0.capacity.relieve = true }
    #expect(fleet.planned().moves.map(\.reason.kind) == [.overload])
    fleet.maintain("hv2")
    #expect(only(fleet)?.reason == .overCapacity)
  }

  @Test func silentHostsAndHostsLeftBehindAreNamed() {
    var fleet = TinyFleet(hosts: 2)
    fleet.see("hv2") { $0 = HostObservation(name: "hv2", reachable: false, unreachableReason: "timed out") }
    #expect(only(fleet)?.reason == .unreachable)
    #expect(only(fleet)?.text == "host hv2 does not answer: timed out")
    fleet = TinyFleet(hosts: 1)
    fleet.memory.hostsLeftBehind = [HostLeftBehind(cell: "east", host: "hv7", guests: ["web"])]
    #expect(only(fleet)?.reason == .hostLeftManifests)
  }

  @Test func whatNeedsAHumanIsPassedOn() {
    var fleet = drained()
    fleet.add("web", on: "hv1")
    let item = BlockedItem(instance: "web", cell: "east", reason: .crashedDuringMigration, text: "crashed", hint: "look")
    fleet.memory.needsHuman["uuid-web"] = item
    #expect(fleet.planned().blocked == [item])
    #expect(fleet.planned().notInSync.frozen == ["web"])
  }

  /// Its off copy is no member of a rule, for nobody is moved for the sake of a guest that is not there.
  @Test func anOffCopyOfAFrozenGuestBreaksNoRule() {
    var fleet = TinyFleet(hosts: 3)
    fleet.add("web", on: "hv1", labels: ["app": "web"])
    fleet.add("web", on: "hv2", power: .off, declared: false)
    fleet.add("other", on: "hv2", labels: ["app": "web"])
    fleet.desired.rules = [PlacementRule(name: "apart", kind: .separate(maximum: 1), selector: ["app": "web"], location: somewhere)]
    #expect(fleet.planned().moves.isEmpty)
    fleet.memory.needsHuman["uuid-web"] = BlockedItem(
      instance: "web", cell: "east", reason: .crashedDuringMigration, text: "crashed", hint: "look")
    let plan = fleet.planned()
    #expect(plan.moves.isEmpty && plan.notInSync.frozen == ["web"])
    // Where both run it counts on both, and the other guest makes room.
    fleet.change("web") { $0.power = .running }
    #expect(fleet.planned().moves.map(\.instance) == ["other"])
    #expect(PlanChecker.check(fleet.planned(), fleet.input) == [])
  }
}

extension PlanProof {
  func certificate(of cell: CellName) -> Certificate? { cells.first { $0.cell == cell }?.certificate }
}
