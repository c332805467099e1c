import Fleet
import Planning
import Testing

/// A guest that runs where no manifest knows a host.
@Suite struct StrayGuestTests {
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
