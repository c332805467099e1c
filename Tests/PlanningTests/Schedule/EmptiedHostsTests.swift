import Fleet
import Planning
import Testing

/// When hosts in maintenance become empty, and one after the other.
@Suite struct EmptiedHostsTests {
  private func drained(_ hosts: Int, guests: Int, others: Int = 4) -> TinyFleet {
    var fleet = TinyFleet(hosts: hosts + others, memoryGiB: 256, cpus: 64)
    for host in 1...hosts {
      fleet.maintain(HostName("hv\(host)"))
      for guest in 0..<guests { fleet.add(InstanceName("g\(host)-\(guest)"), on: HostName("hv\(host)")) }
    }
    return fleet
  }

  /// The cell's slots are what the moves wait for, so that it takes no longer if those of one host come first.
  @Test func oneHostAfterTheOther() throws {
    var fleet = drained(3, guests: 8)
    fleet.desired.cells[0].limits = MigrationLimits(total: 4, perHost: 4, perHostIncoming: 4, perHostOutgoing: 4)
    let plan = fleet.planned()
    let emptied = try #require(plan.emptied)
    #expect(emptied.map(\.host) == ["hv1", "hv2", "hv3"])
    let makespan = try #require(plan.proof.makespan)
    for (index, host) in emptied.enumerated() {
      #expect(host.cell == "east")
      #expect(host.seconds == plan.moves.filter { $0.from == host.host }.map(\.end).max())
      // A third of the work each.
      #expect(host.seconds == (index + 1) * makespan.seconds / 3, "\(emptied)")
    }
    #expect(makespan.seconds == makespan.atLeastSeconds)
  }

  /// Where each host's own slots are what is waited for, they are emptied side by side: one after the other would take longer.
  @Test func sideBySideWhereThatIsFaster() throws {
    let plan = drained(3, guests: 8).planned()
    let emptied = try #require(plan.emptied)
    let makespan = try #require(plan.proof.makespan)
    #expect(emptied.map(\.host) == ["hv1", "hv2", "hv3"])
    #expect(emptied.allSatisfy { $0.seconds == makespan.seconds } && makespan.seconds == makespan.atLeastSeconds)
  }

  @Test func aHostThatKeepsAGuestIsNotEmpty() throws {
    var fleet = drained(2, guests: 3)
    fleet.change("g2-1") { $0.blockers = [.snapshot] }
    #expect(fleet.planned().emptied?.map(\.host) == ["hv1"])
    var unmanaged = drained(2, guests: 3)
    unmanaged.add("stranger", on: "hv1", declared: false)
    #expect(unmanaged.planned().emptied?.map(\.host) == ["hv2"])
  }

  /// Nothing leaves the first, and the second is in no maintenance.
  @Test func whatIsEmptyAlreadyOrNotToBeEmptiedIsNotListed() {
    var fleet = TinyFleet(hosts: 3)
    fleet.maintain("hv1")
    fleet.add("a", on: "hv2", placement: .host("hv3"))
    let plan = fleet.planned()
    #expect(plan.moves.count == 1)
    #expect(plan.emptied == nil)
  }
}
