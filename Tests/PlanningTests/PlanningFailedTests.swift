import Fleet
import Testing

@testable import Planning

/// A planner that contradicts itself about a cell says so of that cell, and plans the others.
@Suite struct PlanningFailedTests {
  private static func twoCells() -> PlanningInput {
    var input = OneCell.input
    input.desired.cells.append(
      DesiredCell(name: "west", connection: .simulated(SimulatedConnection(world: "west.json")), location: somewhere))
    for var host in input.desired.hosts {
      (host.name, host.cell) = (HostName("w-\(host.name)"), "west")
      input.desired.hosts.append(host)
    }
    for var instance in input.desired.instances {
      (instance.name, instance.cell) = (InstanceName("w-\(instance.name)"), "west")
      input.desired.instances.append(instance)
    }
    var west = input.observation.cells[0]
    west.name = "west"
    for index in west.hosts.indices { west.hosts[index].name = HostName("w-\(west.hosts[index].name)") }
    for index in west.instances.indices {
      west.instances[index].name = InstanceName("w-\(west.instances[index].name)")
      west.instances[index].uuid = InstanceUUID("w-\(west.instances[index].uuid)")
      west.instances[index].host = west.instances[index].host.map { HostName("w-\($0)") }
    }
    input.observation.cells.append(west)
    return input
  }

  private enum OneCell {
    static var input: PlanningInput {
      var fleet = TinyFleet(hosts: 3)
      for index in 0..<6 { fleet.add(InstanceName("g\(index)"), on: HostName("hv\(index % 3 + 1)")) }
      fleet.maintain("hv1")
      return fleet.input
    }
  }

  @Test func itIsThatCellsFailureAndTheOtherGoesOn() throws {
    let input = Self.twoCells()
    let whole = plan(input)
    #expect(Set(whole.moves.map(\.cell)) == ["east", "west"])
    let failed = countedPlan(input, failing: ["east": "a clause was added between decisions"]).plan
    let item = try #require(failed.blocked.first { $0.reason == .planningFailed })
    #expect(failed.blocked.filter { $0.reason == .planningFailed }.count == 1)
    #expect(item.cell == "east" && item.text.contains("a clause was added between decisions"), "\(item)")
    #expect(item.text.contains("nothing in it is moved"))
    let west = { (plan: Plan) in plan.moves.filter { $0.cell == "west" }.map { "\($0.instance) \($0.to) \($0.start)" } }
    #expect(west(failed) == west(whole) && failed.moves.count == west(whole).count)
    #expect(failed.proof.cells.map(\.status) == [.none, .minimal])
    #expect(PlanChecker.check(failed, input).isEmpty)
  }

  // MARK: - What a search does that is used in a way it was not made for

  @Test func aClauseBetweenDecisionsIsAFailureAndNoTrap() {
    var search = ConflictSearch()
    let (one, other) = (search.addVariable(), search.addVariable())
    search.addClause([one, other])
    var budget = StepBudget(1_000)
    #expect(search.run([], budget: &budget) == .found)
    search.addClause([!one])
    #expect(search.run([], budget: &budget) == .outOfBudget)
    #expect(budget.failure == PlannerFailure(text: "a clause was added between decisions"))
  }

  @Test func aSumBetweenDecisionsIsAFailureAndNoTrap() {
    var search = ConflictSearch()
    let (one, other) = (search.addVariable(), search.addVariable())
    search.addClause([one, other])
    var budget = StepBudget(1_000)
    #expect(search.run([], budget: &budget) == .found)
    search.addSum([SumTerm(literal: one, amount: 1), SumTerm(literal: other, amount: 1)], atMost: 1)
    #expect(search.run([], budget: &budget) == .outOfBudget)
    #expect(budget.failure == PlannerFailure(text: "a sum was added between decisions"))
  }

  /// A share that is given back brings the failure with it; the first one is kept.
  @Test func aShareTellsItsFailure() {
    var budget = StepBudget(10)
    var share = budget.take(4)
    share.fail(PlannerFailure(text: "first"))
    budget.giveBack(share)
    budget.fail(PlannerFailure(text: "second"))
    #expect(budget.failure?.text == "first" && budget.left == 10)
  }
}
