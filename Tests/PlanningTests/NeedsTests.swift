import Fleet
import Planning
import Testing

/// What a guest opens beside its disks decides where it may go, in every mode and for guests that are off.
@Suite struct NeedsTests {
  private func fleet(_ power: InstanceObservation.Power = .running, _ needs: [HostNeed]) -> TinyFleet {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1", power: power)
    fleet.change("web") { $0.needs = needs }
    fleet.declare("web") { $0.allowedModes = AllowedModes(live: true, block: true, cold: true) }
    fleet.maintain("hv1")
    return fleet
  }

  /// Case 10: an option of QEMU's own.
  @Test(arguments: [InstanceObservation.Power.running, .paused, .off])
  func whatNoOtherHostHasBlocksEveryMode(_ power: InstanceObservation.Power) {
    let need = HostNeed("what QEMU's own option '-drive file=/srv/esp.raw' names (<qemu:commandline>)")
    let found = plan(fleet(power, [need]).input)
    #expect(found.moves.isEmpty)
    #expect(
      found.blocked.map(\.text) == [
        "it cannot go to hv2: it opens what QEMU's own option '-drive file=/srv/esp.raw' names (<qemu:commandline>), which hv2 is not proved to have"
      ])
  }

  /// Case 17: a backing image that each host keeps itself.
  @Test(arguments: [InstanceObservation.Power.running, .off])
  func aLocalTemplateBlocksASharedClone(_ power: InstanceObservation.Power) {
    let need = HostNeed("backing image /srv/tplt.qcow2 of disk vda", storage: "ssd", backs: "vda")
    let found = plan(fleet(power, [need]).input)
    #expect(found.moves.isEmpty)
    #expect(
      found.blocked.first?.text.contains("it opens backing image /srv/tplt.qcow2 of disk vda, which hv2 is not proved to have") == true)
    #expect(found.blocked.first?.hint.contains("virsh blockpull") == true)
    let shared = plan(fleet(power, [HostNeed("backing image /srv/tplt.qcow2 of disk vda", storage: "nfs", backs: "vda")]).input)
    #expect(shared.moves.map(\.mode) == [power == .off ? .offline : .live])
  }

  @Test func aCopyMadeWhileItRunsTakesTheTemplateIn() {
    var folded = fleet(.running, [HostNeed("backing image /srv/tplt.qcow2 of disk vda", storage: "ssd", backs: "vda")])
    folded.declare("web") { $0.targetStorage = ["vda": "ssd"] }
    let found = plan(folded.input)
    #expect(found.moves.map(\.mode) == [.block])
    #expect(found.moves.first?.disks.map(\.action) == [.copy])
    #expect(PlanChecker.check(found, folded.input).isEmpty)
    // A copy of the file alone would leave it behind.
    var off = fleet(.off, folded.instances[0].needs ?? [])
    off.declare("web") { $0.targetStorage = ["vda": "ssd"] }
    #expect(plan(off.input).moves.isEmpty)
    var cold = folded
    cold.declare("web") { $0.allowedModes = AllowedModes(live: false, block: false, cold: true) }
    #expect(plan(cold.input).moves.isEmpty)
  }

  /// Case 07: a disk of the next start.
  @Test func aDiskOfTheNextStartHoldsItBack() {
    let need = HostNeed("disk vdb (/srv/extra.qcow2)", storage: "ssd", atNextStart: true)
    let found = plan(fleet(.running, [need]).input)
    #expect(found.moves.isEmpty)
    #expect(found.blocked.first?.text.contains("its next start opens disk vdb (/srv/extra.qcow2), which hv2 is not proved to have") == true)
  }

  /// Case b2.
  @Test func aMissingImageIsBlockedAndNotMoved() {
    for storage in ["nfs", "ssd"] as [StorageID] {
      var fleet = TinyFleet(hosts: 2)
      fleet.add("stale", on: "hv1", power: .off, storage: storage)
      fleet.change("stale") { guest in
        guest.disks = [
          DiskObservation(target: "vda", storage: storage, volume: "gone.raw", virtualBytes: 0, allocatedBytes: 0, missing: "No such file")
        ]
      }
      fleet.maintain("hv1")
      let found = plan(fleet.input)
      #expect(found.moves.isEmpty)
      #expect(found.blocked.first?.text == "it cannot go to hv2: the image of vda (gone.raw) is not to be had where it is: No such file")
    }
  }

  /// The checker shares no code with the planner: it refuses such a plan by itself.
  @Test func theCheckerRefusesWhatIsNotProved() {
    let free = fleet(.running, [])
    let found = plan(free.input)
    #expect(found.moves.count == 1)
    for need in [
      HostNeed("what QEMU's own option '-hda x' names"), HostNeed("backing image /srv/t of disk vda", storage: "ssd", backs: "vda"),
      HostNeed("disk vdb", storage: "ssd", atNextStart: true),
    ] {
      let bound = fleet(.running, [need])
      #expect(PlanChecker.check(found, bound.input).contains { $0.contains("\(need.text) is not proved to be on hv2") })
    }
    var gone = fleet(.off, [])
    let offline = plan(gone.input)
    #expect(offline.moves.count == 1)
    gone.change("web") { $0.disks[0].missing = "No such file" }
    #expect(PlanChecker.check(offline, gone.input).contains { $0.contains("the image of disk vda is missing") })
  }

  @Test func needsAreFactsOfTheFingerprint() {
    let one = Fingerprint.of(fleet(.running, [HostNeed("a")]).input.observation.cells[0])
    let two = Fingerprint.of(fleet(.running, [HostNeed("b")]).input.observation.cells[0])
    #expect(one != two)
  }
}
