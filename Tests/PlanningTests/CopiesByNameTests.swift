import Fleet
import Planning
import Testing

/// Storages and guests of which disks are copied only where the manifest names the pool.
@Suite struct CopiesByNameTests {
  private func fleet(needsNaming: Bool = false, blockers: [BlockerCode] = [], named: StorageID? = nil) -> TinyFleet {
    var fleet = TinyFleet(hosts: 2)
    for host in fleet.hosts.map(\.name) {
      var local = TinyFleet.local()
      local.needsNaming = needsNaming ? true : nil
      fleet.see(host) { $0.storages = ($0.storages.filter { $0.id != "ssd" } + [local]).sorted { $0.id < $1.id } }
    }
    fleet.add("web", on: "hv1", storage: "ssd")
    fleet.maintain("hv1")
    fleet.change("web") { $0.blockers = blockers }
    if let named { fleet.declare("web") { $0.targetStorage = ["vda": named] } }
    return fleet
  }

  @Test(arguments: [false, true]) func itIsCopiedOnceItIsNamed(isMixed: Bool) {
    let blockers: [BlockerCode] = isMixed ? [.mixedDisks] : []
    #expect(plan(fleet().input).moves.map(\.mode) == [.block])
    let unnamed = plan(fleet(needsNaming: !isMixed, blockers: blockers).input)
    #expect(unnamed.moves.isEmpty)
    #expect(unnamed.blocked.first?.hint.contains("spec.targetStorage") == true, "\(unnamed.blocked)")
    let named = fleet(needsNaming: !isMixed, blockers: blockers, named: "ssd").input
    #expect(plan(named).moves.map(\.mode) == [.block])
    #expect(PlanChecker.check(plan(named), named) == [])
    // A plan that was made for the named one is not let through without the name.
    let problems = PlanChecker.check(plan(named), fleet(needsNaming: !isMixed, blockers: blockers).input)
    #expect(problems.contains { $0.contains("vda") }, "\(problems)")
  }
}
