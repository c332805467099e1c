import Fleet
import Planning
import Testing

/// Plans and proofs that were once wrong, each with the kind of fault behind it.
@Suite struct ProofCaseTests {
  private func checked(_ fleet: TinyFleet, _ budget: SearchBudget = SearchBudget()) -> Plan {
    let plan = fleet.planned(budget: budget)
    #expect(PlanChecker.check(plan, fleet.input).isEmpty)
    return plan
  }

  // MARK: - Proofs hold in the whole problem

  @Test(arguments: [3, 9, 40]) func noRebootWhereTwoMovesDo(fillers: Int) {
    let plan = checked(CaseFleet.rebootOrTwoMoves(fillers: fillers))
    #expect(plan.moves.map(\.mode) == [.live, .live])
    #expect(plan.proof.status == .minimal)
    #expect(plan.proof.lowerBound == 2)
    #expect(plan.blocked.isEmpty)
  }

  @Test(arguments: [3, 10, 40]) func roomOfOthersIsNotFixed(fillers: Int) {
    let plan = checked(CaseFleet.together(fillers: fillers))
    #expect(plan.moves.count == 2)
    #expect(plan.proof.status == .minimal)
  }

  @Test(arguments: [3, 9, 40]) func aProofByCostIsAboutCost(fillers: Int) {
    let byCost = checked(CaseFleet.copyOrTwoMoves(fillers: fillers, .cost))
    #expect(byCost.moves.map(\.mode) == [.live, .live])
    let cost = byCost.moves.reduce(0) { $0 + $1.cost }
    #expect(byCost.proof.status == .minimal)
    #expect(byCost.proof.lowerBound == cost)
    #expect(byCost.proof.because.contains("cost of \(cost)"), "\(byCost.proof.because)")
    let byMoves = checked(CaseFleet.copyOrTwoMoves(fillers: fillers, .moves))
    #expect(byMoves.moves.count == 1)
    #expect(byMoves.proof.lowerBound == 1)
  }

  /// The move more that a set of full hosts needs is part of what the certificate adds up to.
  @Test(arguments: [3, 20, 60]) func aSwapOfFullHostsIsProvedAndChecked(fillers: Int) {
    let plan = checked(CaseFleet.swap(fillers: fillers))
    #expect(plan.moves.count == 3)
    #expect(plan.proof.status == .minimal)
    #expect(plan.proof.lowerBound == 3)
  }

  // MARK: - Rules that hold always

  @Test func hostsWithoutTheLabelDoNotEndTheProgram() {
    let plan = checked(CaseFleet.hostsWithoutLabels())
    #expect(plan.proof.status == .minimal)
    #expect(!plan.blocked.contains { $0.reason == .planningFailed })
  }

  @Test func aSpreadThatHoldsAlwaysIsPlannedAsItIsChecked() {
    let plan = checked(CaseFleet.spreadAtEveryInstant())
    #expect(plan.proof.status == .minimal)
  }

  // MARK: - Ends and their order

  @Test(arguments: 1..<6 as Range<UInt64>) func anEndThatCannotBeOrderedIsNotTheLast(seed: UInt64) {
    let plan = CaseFleet.endWithoutOrder().planned(seed: seed)
    #expect(plan.blocked.isEmpty)
    #expect(plan.moves.count == 2)
    let other = CaseFleet.fourMovesInOrder().planned(seed: seed)
    #expect(other.blocked.isEmpty)
    #expect(other.moves.count == 4)
    #expect(other.proof.status == .minimal)
  }

  @Test(arguments: 1..<4 as Range<UInt64>) func oneMoreMakesRoomOnTheWay(seed: UInt64) {
    let plan = CaseFleet.roomOnTheWay().planned(seed: seed)
    #expect(plan.blocked.isEmpty, "\(plan.blocked)")
    #expect(plan.moves.count == 4)
    #expect(plan.moves.contains { $0.instance == "z" && $0.to == "hv4" })
  }

  @Test(arguments: 1..<4 as Range<UInt64>) func roomIsNotTakenTooEarly(seed: UInt64) {
    let plan = CaseFleet.roomTakenTooEarly().planned(seed: seed)
    #expect(plan.blocked.isEmpty, "\(plan.blocked)")
    #expect(plan.moves.count == 6)
    let steps = plan.moves.filter { $0.instance == "z" }.map(\.to)
    #expect(steps.count == 2 && steps.last == "hv4", "\(steps)")
  }

  // MARK: - What cannot all be had

  @Test func asFewAsCanBeAreLeft() {
    let plan = checked(CaseFleet.oneGuestTooMany())
    #expect(plan.blocked.filter { $0.instance != nil }.count == 1)
    #expect(plan.proof.status == .minimal, "\(plan.proof.because)")
  }

  /// Levels: one guest left, one host kept, two placements broken; whatever else is moved, vm09 never finds room.
  @Test func whatIsLargerThanAllRoomStays() {
    let plan = checked(CaseFleet.largerThanAllRoom())
    #expect(!plan.moves.contains { $0.instance == "vm09" })
    #expect(plan.moves.count == 7)
    #expect(plan.proof.status == .minimal, "\(plan.proof.because)")
  }

  @Test(arguments: [(2, 8, 16, 9), (4, 36, 32, 32), (10, 200, 100, 100)]) func scarceRoomIsGivenToTheMost(
    large: Int, small: Int, roomGiB: Int, moves: Int
  ) {
    let plan = checked(CaseFleet.scarceRoom(large: large, small: small, roomGiB: roomGiB))
    #expect(plan.moves.count == moves)
    #expect(plan.proof.status == .minimal, "\(plan.proof.because)")
  }

  // MARK: - Ties

  @Test(arguments: [3, 14, 60]) func preferredRulesBreakTies(others: Int) {
    let fleet = CaseFleet.preferredApart(others: others)
    let plan = checked(fleet)
    #expect(Set(plan.moves.map(\.to)) == ["hv2", "hv4"])
  }

  /// 20 of 500 hosts are drained: 200 evacuees on 200 of the other 480 hosts, hardly slower than the slots of the drained ones allow.
  @Test func evacueesOfALargeCellAreSpread() {
    var fleet = TinyFleet(hosts: 500, memoryGiB: 256, cpus: 64)
    for index in 0..<5_000 { fleet.add(InstanceName("i\(index)"), on: HostName("hv\(index % 500 + 1)"), memoryGiB: 4 + index % 3) }
    for host in 1...20 { fleet.maintain(HostName("hv\(host * 25)")) }
    fleet.desired.cells[0].limits = MigrationLimits(total: 40, perHost: 2, perHostIncoming: 2, perHostOutgoing: 2)
    let plan = checked(fleet)
    let arrivals = Dictionary(plan.moves.map { ($0.to, 1) }, uniquingKeysWith: +)
    #expect(plan.moves.count == 200)
    #expect(plan.proof.status == .minimal)
    #expect(arrivals.values.max() == 1, "\(arrivals.values.max() ?? 0) on one host")
    #expect(plan.proof.makespan.map { $0.seconds * 10 <= $0.atLeastSeconds * 11 } == true, "\(String(describing: plan.proof.makespan))")
  }

  @Test func evacueesAreSpread() {
    var fleet = TinyFleet(hosts: 12, memoryGiB: 128, cpus: 32)
    for index in 0..<120 { fleet.add(InstanceName("i\(index)"), on: HostName("hv\(index % 12 + 1)"), memoryGiB: 4) }
    for host in ["hv1", "hv2"] as [HostName] { fleet.maintain(host) }
    let plan = checked(fleet)
    let arrivals = Dictionary(plan.moves.map { ($0.to, 1) }, uniquingKeysWith: +)
    #expect(plan.moves.count == 20)
    #expect(arrivals.count == 10)
    #expect(arrivals.values.allSatisfy { $0 == 2 })
  }
}
