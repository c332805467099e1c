import Fleet
import Planning
import Testing

/// Storages that are still to be proved: nothing is shared with them and nothing copied to them.
@Suite struct UnprovedStorageTests {
  /// A guest with a local disk, to leave hv1; hv2's pool of the same name is still to be proved.
  private func fleet() -> TinyFleet {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("db", on: "hv1", storage: "ssd")
    fleet.maintain("hv1")
    fleet.see("hv2") { host in
      let index = host.storages.firstIndex { $0.id == "ssd" }!
      (host.storages[index].shared, host.storages[index].source) = (nil, "u dir /ssd")
    }
    return fleet
  }

  @Test func nothingIsCopiedToAStorageThatIsToBeProved() {
    let plan = plan(fleet().input)
    #expect(plan.moves.isEmpty)
    #expect(plan.blocked.map(\.reason) == [.noMode])
    #expect(plan.blocked.first?.text.contains("pool ssd on hv2 is not proved to be another storage than ssd") == true)
    #expect(plan.blocked.first?.hint.contains("reconcile probe") == true)
  }

  @Test func theCheckerRefusesSuchACopyToo() {
    var proved = fleet()
    proved.see("hv2") { host in host.storages = host.storages.map { $0.needsProof ? TinyFleet.local() : $0 } }
    let plan = plan(proved.input)
    #expect(plan.moves.count == 1)
    #expect(PlanChecker.check(plan, proved.input).isEmpty)
    #expect(PlanChecker.check(plan, fleet().input).contains { $0.contains("pool ssd may be the storage disk vda is on") })
  }

  @Test func whatIsUsedAndNotProvedIsNamed() {
    var fleet = TinyFleet(hosts: 3)
    for host in ["hv1", "hv2", "hv3"] as [HostName] {
      fleet.see(host) { $0.storages = $0.storages.map { StorageObservation(id: $0.id, shared: nil, source: "u", freeBytes: 0) } }
    }
    fleet.add("db", on: "hv1", storage: "ssd")
    #expect(
      plan(fleet.input).warnings == [
        "cell east: whether this storage is shared is not proved: ssd on hv1; disks there are neither shared nor copied until a run or 'reconcile probe' proves it"
      ], "storages without disks of guests are nobody's trouble")
  }
}
