import Fleet
import Planning
import Testing

/// Guests that need no move although something is odd about them.
@Suite struct StrayGuestTests {
  @Test func aGuestThatIsWhereItBelongsIsInSyncWhateverBecameOfItsLastMove() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    fleet.memory.backOff["uuid-web"] = fleet.now.adding(milliseconds: 1)
    #expect(plan(fleet.input).inSync == 1 && plan(fleet.input).notInSync.isEmpty)
    fleet.declare("web") { $0.placement = .host("hv2") }
    #expect(plan(fleet.input).notInSync.backingOff == ["web"])
    fleet.memory.failing["uuid-web"] = FailingInstance(failures: 4, text: "the pool says yes and moves nothing")
    let plan = plan(fleet.input)
    #expect(plan.notInSync.isEmpty && plan.blocked.map(\.reason) == [.keepsFailing])
    #expect(plan.blocked.first?.text == "its last 4 moves failed, the last one: the pool says yes and moves nothing")
    #expect(PlanChecker.check(plan, fleet.input) == [])
  }

  @Test func itIsInQuestionAndNotInSync() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: nil)
    let running = plan(fleet.input)
    #expect(running.notInSync.unknown == ["web"] && running.inSync == 0)
    fleet.change("web") { $0.power = .off }
    let off = plan(fleet.input)
    #expect(off.notInSync.isEmpty && off.inSync == 1, "a guest that is off on shared storage is on no host")
  }
}
