import LabSupport
import Testing

/// What the destination has or lacks stops a move before or while it starts; guest and destination stay as they were.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct RefusalTests {
  @Test func theNameIsTakenByAnotherGuest() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1"))
    let uuid = try await Lab.virsh("hv1", "domuuid", "web").output.filter { !$0.isWhitespace }
    let other = "11111111-2222-4333-8444-555555555555"
    try await Lab.guest("web", on: "hv2", "--no-start", "--storage", "none", "--uuid", other)
    let fleet = try LabFleet([.init("web", "{uuid: \(uuid), placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3 || ended.status == 1, "\(ended)")
    #expect(ended.output.contains(other), "\(ended)")
    #expect(try await Lab.peek("web", on: "hv1").survived(since: before))
    #expect(try await Lab.virsh("hv2", "domuuid", "web").output.hasPrefix(other))
  }

  @Test func aStaleDefinitionIsNeverReplaced() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1"))
    let xml = try await Lab.virsh("hv1", "dumpxml", "--inactive", "web").output
    try await Lab.must("host", "hv2", "sh", "-c", "printf %s \"$1\" >/run/stale.xml && virsh -q define /run/stale.xml", "sh", xml)
    #expect(try await Lab.virsh("hv2", "desc", "web", "--config", "stale").status == 0)
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3 || ended.status == 1, "\(ended)")
    #expect(try await Lab.peek("web", on: "hv1").survived(since: before))
    #expect(try await Lab.virsh("hv2", "desc", "web", "--config").output.contains("stale"))
    #expect(try await Lab.states("web") == ["hv1": "running (booted)", "hv2": "shut off (unknown)"])
  }

  @Test func theDestinationsProcessorLacksAFeature() async throws {
    try await Lab.tidy()
    try await Lab.must("cpu", "hv2", "popcnt=off")
    let before = try #require(try await Lab.guest("web", on: "hv1", "--cpu", "Nehalem"))
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 1 || ended.status == 3, "\(ended)")
    #expect(try await Lab.peek("web", on: "hv1").survived(since: before))
    #expect(try await Lab.states("web").keys.sorted() == ["hv1"])
  }

  @Test func anImageIsMissingAtTheDestination() async throws {
    try await Lab.tidy()
    try await Lab.must("host", "hv1", "truncate", "-s", "1M", "/srv/lab/local/install.iso")
    let before = try #require(try await Lab.guest("web", on: "hv1", "--storage", "local", "--cdrom", "/srv/lab/local/install.iso"))
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3, "\(ended)")
    #expect(ended.output.contains("hdc") || ended.output.contains("install.iso"), "\(ended)")
    #expect(try await Lab.peek("web", on: "hv1").survived(since: before))
    #expect(try await Lab.states("web").keys.sorted() == ["hv1"])
    // Ejected, it can go.
    #expect(try await Lab.virsh("hv1", "change-media", "web", "hdc", "--eject", "--live", "--config").status == 0)
    try fleet.declare(maintenance: [])
    let last = try await fleet.run("--yes")
    #expect(last.status == 0, "\(last)")
    #expect(try await Lab.peek("web", on: "hv2").survived(since: before))
  }
}
