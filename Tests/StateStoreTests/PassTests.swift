import Fleet
import StateStore
import Testing

@Suite struct PassTests {
  private let store: StateStore

  init() throws { store = try StateStore(path: ":memory:", access: .inMemory) }

  private func pass(_ number: Int) -> PassRecord {
    PassRecord(fleet: "demo", revision: "r\(number)", startedAt: .start.seconds(number), dryRun: false)
  }

  private func plan(_ number: Int) -> Plan {
    Plan(
      fleet: "demo", revision: "r\(number)", fingerprints: ["east": "f"], observedAt: .start.seconds(number), objective: .moves,
      proof: PlanProof(status: .minimal, moves: 0, lowerBound: 0, restarts: 0, because: "nothing is violated", cells: []), moves: [],
      blocked: [], notInSync: NotInSync(missing: ["vm1"]), inSync: 3)
  }

  @Test func aPassIsStoredWhenItBeginsAndCompletedWhenItEnds() throws {
    let first = try store.begin(pass(1))
    var second = pass(2)
    second.id = try store.begin(second)
    #expect([first, second.id] == [1, 2])
    #expect(try store.passes(limit: 9).map(\.endedAt) == [nil, nil])
    second.endedAt = .start.seconds(60)
    second.summary = "in sync"
    try store.end(second)
    let passes = try store.passes(limit: 9)
    #expect(passes.map(\.id) == [2, 1])
    #expect(passes[0] == second)
    #expect(try store.passes(limit: 1).map(\.id) == [2])
  }

  @Test func anUnknownPassIsRefused() throws {
    let refused = [
      failure { () throws(StateStoreError) in try store.end(pass(1)) },
      failure { () throws(StateStoreError) in try store.savePlan(plan(1), pass: 7) },
    ]
    #expect(refused.map { $0?.code } == [.inconsistent, .inconsistent])
    #expect(refused.map { $0?.text } == [":memory: has no pass 0", ":memory: has no pass 7"])
  }

  @Test func theLatestPlanIsFound() throws {
    #expect(try store.latestPlan() == nil)
    let id = try store.begin(pass(1))
    for number in 1...StateLimits.plansMax + 2 { try store.savePlan(plan(number), pass: id) }
    let latest = try #require(try store.latestPlan())
    #expect(latest.plan == plan(StateLimits.plansMax + 2))
    #expect(latest.at == .start.seconds(StateLimits.plansMax + 2))
    #expect(try store.planCount() == StateLimits.plansMax)
  }
}
