import Fleet
import Planning
import Testing

/// How a pool is set up is warned of, and blocks nothing by itself.
@Suite struct PoolSetupTests {
  private func fleet() -> TinyFleet {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    return fleet
  }

  @Test func aHostOutsideThePoolIsAWarning() {
    var fleet = fleet()
    fleet.see("hv2") { $0 = HostObservation(name: "hv2", reachable: false, unreachableReason: "none", isOutsidePool: true) }
    let plan = plan(fleet.input)
    #expect(plan.blocked.isEmpty)
    #expect(plan.warnings.count == 1)
    #expect(plan.warnings.first?.contains("the pool has no single host hv2: join it (xe pool-join)") == true, "\(plan.warnings)")
  }

  @Test func itBlocksWhatBelongsThere() {
    var fleet = fleet()
    fleet.see("hv2") { $0 = HostObservation(name: "hv2", reachable: false, unreachableReason: "none", isOutsidePool: true) }
    fleet.declare("web") { $0.placement = .host("hv2") }
    let plan = plan(fleet.input)
    #expect(plan.blocked.map(\.instance) == ["web"])
    #expect(plan.blocked.first?.text.contains("hv2 is not in the pool") == true, "\(plan.blocked)")
  }

  @Test(arguments: [
    (DefaultStorage(id: "ssd", shared: false), true, "the pool's default storage ssd is not shared"),
    (DefaultStorage(id: nil, shared: false), true, "the pool has no default storage"), (DefaultStorage(id: "nfs", shared: true), true, nil),
    (DefaultStorage(id: "ssd", shared: false), false, nil),
  ])
  func aDefaultStorageThatIsNotSharedIsAWarning(storage: DefaultStorage, live: Bool, warning: String?) {
    var fleet = fleet()
    fleet.declare("web") { $0.allowedModes.live = live }
    var input = fleet.input
    input.observation.cells[0].defaultStorage = storage
    let plan = plan(input)
    #expect(plan.warnings.count == (warning == nil ? 0 : 1), "\(plan.warnings)")
    if let warning { #expect(plan.warnings[0].contains(warning), "\(plan.warnings)") }
    #expect(plan.blocked.isEmpty)
  }
}
