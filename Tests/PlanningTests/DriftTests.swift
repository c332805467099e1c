import Fleet
import Planning
import Testing

/// Every declared instance is in one bucket, and in the right one.
@Suite struct DriftTests {
  @Test(arguments: 0..<10) func bucketsPartitionTheDeclared(block: Int) {
    for seed in UInt64(block * 50)..<UInt64(block * 50 + 50) {
      let input = RandomFleet.make(seed: seed)
      let drift = Drift.of(input)
      #expect(drift.items.map(\.instance) == input.desired.instances, "seed \(seed)")
      for item in drift.items {
        #expect((item.bucket == .violating) == !item.violations.isEmpty, "seed \(seed) \(item.instance.name)")
      }
      let plan = plan(input, budget: SearchBudget(), seed: seed)
      let aside = drift.items.filter { $0.bucket != .inSync && $0.bucket != .violating }.count
      #expect(plan.notInSync.count == aside, "seed \(seed)")
    }
  }

  private func bucket(_ fleet: TinyFleet, _ name: InstanceName = "web") -> Drift.Item? {
    Drift.of(fleet.input).items.first { $0.instance.name == name }
  }

  @Test func namedTwiceIsAmbiguousAndNamesBoth() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    var other = fleet.instances[0]
    other.uuid = "uuid-other"
    other.host = "hv2"
    fleet.instances.append(other)
    #expect(bucket(fleet)?.bucket == .ambiguous)
    #expect(bucket(fleet)?.text.contains("uuid-other on hv2") == true)
    // The manifest's uuid settles it.
    fleet.declare("web") { $0.uuid = "uuid-web" }
    #expect(bucket(fleet)?.bucket == .inSync)
  }

  @Test func aUUIDIsNeverFoundByName() {
    var fleet = TinyFleet(hosts: 1)
    fleet.add("web", on: "hv1")
    fleet.declare("web") { $0.uuid = "uuid-else" }
    #expect(bucket(fleet)?.bucket == .missing)
    #expect(bucket(fleet)?.text.contains("has another uuid, uuid-web") == true)
  }

  /// A migration of ours that a living run carries out looks like this to everybody else.
  @Test(arguments: [InstanceObservation.Power?.none, .paused, .running]) func whatALivingRunMovesIsUnderWay(
    arriving: InstanceObservation.Power?
  ) {
    var fleet = TinyFleet(hosts: 3)
    fleet.add("web", on: "hv1")
    let move = MoveUnderWay(
      instance: "web", cell: "east", from: "hv1", to: "hv2", mode: .live, since: fleet.now, by: "reconcile run (pid 7)", percent: 43)
    fleet.memory.inDoubt = [InDoubt(uuid: "uuid-web", cell: "east", hosts: ["hv1", "hv2"], text: "moves", underWay: move)]
    if let arriving {
      var copy = fleet.instances[0]
      (copy.host, copy.power) = ("hv2", arriving)
      fleet.instances.append(copy)
    }
    let isDoubled = arriving == .running
    #expect(bucket(fleet)?.bucket == (isDoubled ? .frozen : .moving))
    let plan = fleet.planned()
    #expect(plan.underWay == (isDoubled ? nil : [move]))
    #expect(plan.notInSync.frozen == (isDoubled ? ["web"] : []))
    #expect(plan.inSync == 0 && PlanChecker.check(plan, fleet.input).isEmpty)
    // On a host that the move has nothing to do with it is something else.
    fleet.instances[fleet.instances.count - 1].host = "hv3"
    #expect(bucket(fleet)?.bucket == .frozen)
    #expect(fleet.planned().underWay == nil)
  }

  @Test func oneActiveCopyLivesAndTheOtherIsALeftover() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    var copy = fleet.instances[0]
    copy.host = "hv2"
    copy.power = .off
    fleet.instances.append(copy)
    #expect(bucket(fleet)?.bucket == .inSync)
    #expect(Drift.of(fleet.input).warnings.contains { $0.contains("leftover: instance web") && $0.contains("hv2") })
    fleet.instances[1].power = .running
    #expect(bucket(fleet)?.bucket == .frozen)
    fleet.instances[0].power = .off
    fleet.instances[1].power = .off
    #expect(bucket(fleet)?.bucket == .frozen)
  }

  @Test func missingUnlessAHostIsSilent() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    let seen = fleet.instances.removeLast()
    #expect(bucket(fleet)?.bucket == .missing)
    fleet.see("hv2") { $0 = HostObservation(name: "hv2", reachable: false, unreachableReason: "timed out") }
    #expect(bucket(fleet)?.bucket == .unknown)
    #expect(bucket(fleet)?.text.contains("hv2") == true)
    // Last seen on a host that answers and shows it no more: missing.
    fleet.memory.lastSeen = [LastSeen(cell: "east", instance: seen, at: fleet.now)]
    #expect(bucket(fleet)?.bucket == .missing)
    fleet.memory.lastSeen[0].instance.host = "hv2"
    #expect(bucket(fleet)?.bucket == .unknown)
  }

  @Test func busyBackingOffAndInDoubtAreLeftAlone() {
    var fleet = TinyFleet(hosts: 2)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1")
    #expect(bucket(fleet)?.bucket == .violating)
    fleet.memory.backOff["uuid-web"] = fleet.now.adding(milliseconds: 1)
    #expect(bucket(fleet)?.bucket == .backingOff)
    fleet.change("web") { $0.busy = true }
    #expect(bucket(fleet)?.bucket == .busy)
    fleet.memory.inDoubt = [InDoubt(uuid: "uuid-web", cell: "east", hosts: ["hv1", "hv2"], text: "a reply was lost")]
    #expect(bucket(fleet)?.bucket == .frozen)
    #expect(bucket(fleet)?.text == "a reply was lost")
    #expect(fleet.planned().moves.isEmpty)
  }

  /// What is in doubt is charged on every host it may be on.
  @Test func inDoubtIsChargedOnAllItsHosts() {
    var fleet = TinyFleet(hosts: 3, memoryGiB: 8)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1", memoryGiB: 6)
    fleet.add("db", on: "hv2", memoryGiB: 6)
    fleet.declare(host: "hv3") { $0.maintenance = nil }
    fleet.memory.inDoubt = [InDoubt(uuid: "uuid-db", cell: "east", hosts: ["hv2", "hv3"], text: "a reply was lost")]
    let plan = fleet.planned()
    #expect(plan.moves.isEmpty)
    #expect(plan.blocked.map(\.reason) == [.noCapacity])
  }

  @Test func aHaltedGuestOfNoHostIsInSyncAnywhere() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: nil, power: .off, placement: .host("hv2"))
    #expect(bucket(fleet)?.bucket == .inSync)
  }

  @Test func violationsNameTheirManifest() {
    var fleet = TinyFleet(hosts: 2)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1")
    fleet.add("db", on: "hv2", placement: .host("hv9"))
    #expect(bucket(fleet)?.violations.map(\.kind) == [.maintenance])
    #expect(bucket(fleet)?.violations.first?.location?.pathAndLine == "hosts.yaml:100")
    #expect(bucket(fleet, "db")?.violations.first?.text == "belongs on hv9, is on hv2")
    #expect(bucket(fleet, "db")?.violations.first?.location?.pathAndLine == "instances.yaml:2")
  }
}
