import Fleet
import Planning
import Testing

/// Reasons of moves, what maintenance means, and how much work large cells are.
@Suite struct PlacementTests {
  @Test func aDrainIsForced() {
    var fleet = TinyFleet(hosts: 3)
    fleet.maintain("hv1")
    for index in 1...3 { fleet.add(InstanceName("web-\(index)"), on: "hv1") }
    let plan = fleet.planned()
    #expect(plan.moves.map(\.reason.kind) == [.maintenance, .maintenance, .maintenance])
    #expect(plan.proof.because == "3 of 3 moves are forced: host hv1 is in maintenance (3)")
    #expect(plan.proof.status == .minimal)
    #expect(plan.moves[0].reason.text == "host hv1 is in maintenance (disks)")
    #expect(plan.moves[0].reason.manifest == "hosts.yaml:100")
  }

  @Test func aDisplacedInstanceReturns() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv2", placement: .host("hv1"))
    fleet.memory.displacedFrom["uuid-web"] = "hv1"
    #expect(fleet.planned().moves.map(\.reason.kind) == [.return])
    fleet.memory.displacedFrom = [:]
    #expect(fleet.planned().moves.map(\.reason.kind) == [.placement])
    fleet.maintain("hv1")
    #expect(fleet.planned().moves.isEmpty)
    #expect(fleet.planned().inSync == 1)
  }

  @Test func anotherAllowedHostComesBeforeDisplacement() {
    var fleet = TinyFleet(hosts: 3)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1", placement: .anyOf(["hv1", "hv3"]))
    #expect(fleet.planned().moves.map(\.to) == ["hv3"])
  }

  @Test func floatingInstancesStay() {
    var fleet = TinyFleet(hosts: 3)
    fleet.add("web", on: "hv2")
    fleet.memory.displacedFrom["uuid-web"] = "hv1"
    #expect(fleet.planned().moves.isEmpty)
  }

  @Test func roomIsMade() {
    var fleet = TinyFleet(hosts: 3, memoryGiB: 8)
    fleet.maintain("hv1")
    fleet.add("big", on: "hv1", memoryGiB: 8)
    fleet.add("a", on: "hv2", memoryGiB: 4)
    fleet.add("b", on: "hv3", memoryGiB: 4)
    let plan = fleet.planned()
    #expect(plan.moves.map(\.reason.kind) == [.makeRoom, .maintenance])
    #expect(plan.moves[0].reason.text.hasSuffix("for big"))
    #expect(plan.moves[1].after == ["m1"])
  }

  @Test func rulesMoveAsFewAsTheyMust() {
    var fleet = TinyFleet(hosts: 3)
    for index in 1...3 { fleet.add(InstanceName("web-\(index)"), on: "hv1", labels: ["app": "web"]) }
    fleet.desired.rules = [PlacementRule(name: "apart", kind: .separate(maximum: 2), selector: ["app": "web"], location: somewhere)]
    #expect(fleet.planned().moves.map(\.reason.kind) == [.rule])
    #expect(fleet.planned().proof.cells[0].certificate.data.evictions == ["apart/hv1": 1])
    fleet.desired.rules = [PlacementRule(name: "as-one", kind: .together, selector: ["app": "web"], location: somewhere)]
    #expect(fleet.planned().moves.isEmpty)
  }

  @Test func offlineNeedsNoConsent() {
    var fleet = TinyFleet(hosts: 2)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1", power: .off, storage: "ssd")
    let plan = fleet.planned()
    #expect(plan.moves.map(\.mode) == [.offline])
    #expect(plan.moves[0].disks == [DiskMove(target: "vda", action: .copy, toPool: "ssd", fromPool: "ssd", bytes: 10 * gib)])
    #expect(plan.moves[0].cost == 50)
    #expect(plan.moves[0].bytes == 10 * gib)
  }

  @Test func pricesAndSecondsFollowTheTable() {
    var fleet = TinyFleet(hosts: 2)
    fleet.maintain("hv1")
    fleet.desired.cells[0].networkBytesPerSecond = gib
    fleet.add("live", on: "hv1", memoryGiB: 4)
    fleet.add("block", on: "hv1", memoryGiB: 4, storage: "ssd")
    let moves = Dictionary(uniqueKeysWithValues: fleet.planned().moves.map { ($0.instance, $0) })
    #expect(moves["live"].map { [$0.cost, $0.end - $0.start, $0.bytes / gib] } == [104, 9, 4])
    #expect(moves["block"].map { [$0.cost, $0.end - $0.start, $0.bytes / gib] } == [344, 24, 14])
    fleet.change("live") { $0.dirtyBytesPerSecond = gib / 2 }
    #expect(fleet.planned().moves.first { $0.instance == "live" }.map { $0.end - $0.start } == 13)
  }

  /// Ten times the cell, at most thirteen times the search: a logarithm of the number of hosts is in it. Both are so large that one guest is shown
  /// as few hosts in the one as in the other; below 256 hosts it is shown them all.
  @Test func workGrowsWithTheCell() {
    func work(_ hosts: Int) -> (steps: WorkDone, plan: Plan, input: PlanningInput) {
      var fleet = TinyFleet(hosts: hosts, memoryGiB: 64)
      for host in 1...hosts {
        if host % 20 == 0 { fleet.maintain(HostName("hv\(host)")) }
        for guest in 1...5 {
          fleet.add(InstanceName("g\(host)-\(guest)"), on: HostName("hv\(host)"), memoryGiB: 2 + guest, labels: ["app": "a\(host / 3)"])
        }
      }
      for rule in 0..<hosts / 10 {
        fleet.desired.rules.append(
          PlacementRule(name: RuleName("r\(rule)"), kind: .separate(maximum: 6), selector: ["app": "a\(rule)"], location: somewhere))
      }
      fleet.maxMoves = 100_000
      let counted = countedPlan(fleet.input)
      return (counted.steps, counted.plan, fleet.input)
    }
    let small = work(320)
    let large = work(3_200)
    #expect(small.plan.proof.status == .minimal && large.plan.proof.status == .minimal)
    #expect(small.plan.moves.count == 80 && large.plan.moves.count == 800)
    #expect(PlanChecker.check(large.plan, large.input).isEmpty)
    #expect(large.steps.placing <= 13 * small.steps.placing, "\(small.steps) → \(large.steps)")
    #expect(large.steps.scheduling <= 13 * small.steps.scheduling, "\(small.steps) → \(large.steps)")
  }
}
