import LabSupport
import Testing

/// The main job on real hosts: a host is drained of all that can move, each guest in the mode its disks call for, and filled again.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct DrainTests {
  @Test func aHostInMaintenanceIsEmptiedAndFilledAgain() async throws {
    try await Lab.tidy()
    var before: [String: Counters] = [:]
    before["shared"] = try await Lab.guest("shared", on: "hv1")
    before["local"] = try await Lab.guest("local", on: "hv1", "--storage", "local")
    before["network"] = try await Lab.guest("network", on: "hv1", "--storage", "nbd")
    try await Lab.must("host", "hv1", "truncate", "-s", "1M", "/srv/lab/local/install.iso")
    before["media"] = try await Lab.guest("media", on: "hv1", "--cdrom", "/srv/lab/local/install.iso")
    try await Lab.guest("off", on: "hv1", "--no-start")

    let fleet = try LabFleet(["shared", "local", "network", "media", "off"].map { .init($0, "{placement: {host: hv1}}") })
    let probe = try await fleet.run("probe")
    #expect(probe.status == 0, "\(probe)")
    try fleet.declare(maintenance: ["hv1"])
    let plan = try await fleet.plan()
    let modes = Dictionary(uniqueKeysWithValues: plan.moves.map { ($0.instance, "\($0.mode) \($0.storage ?? "-")") })
    #expect(modes == ["shared": "live shared", "local": "block local", "network": "live volume", "off": "offline shared"])
    let blocker = try #require(plan.blocker(of: "media"))
    #expect(blocker.text.contains("hdc") || blocker.text.contains("install.iso"), "\(blocker.text)")

    let drained = try await fleet.run("--yes")
    #expect(drained.status == 3, "\(drained)")
    #expect(try await hosts(of: ["shared", "local", "network"], saw: before).allSatisfy { $0 != "hv1" })
    #expect(try await Lab.peek("media", on: "hv1").survived(since: #require(before["media"])))
    #expect(try await Lab.definitions("media") == ["hv1"])
    let off = try await Lab.states("off")
    #expect(off.count == 1 && off["hv1"] == nil && off.values.allSatisfy { $0.hasPrefix("shut off") }, "\(off)")

    let again = try await fleet.run("--yes")
    #expect(again.status == 3, "\(again)")
    #expect(again.output.contains("no moves"), "\(again)")

    try fleet.declare(maintenance: [])
    let filled = try await fleet.run("--yes")
    #expect(filled.status == 0, "\(filled)")
    #expect(try await hosts(of: ["shared", "local", "network", "media"], saw: before) == ["hv1", "hv1", "hv1", "hv1"])
    #expect(try await Lab.definitions("off") == ["hv1"])
  }

  @Test func aColdMoveRebootsOnceAndLosesNothing() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("cold", on: "hv1", "--storage", "local", "--span", "8", "--wr", "4"))
    let fleet = try LabFleet([.init("cold", "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    let after = try await Lab.running("cold", on: "hv2")
    #expect(after.rebootedOnce(since: before), "\(before) \(after)")
    #expect(try await Lab.states("cold").keys.sorted() == ["hv2"])
  }

  @Test func aPausedGuestStaysPaused() async throws {
    try await Lab.tidy()
    try await Lab.guest("paused", on: "hv1")
    #expect(try await Lab.virsh("hv1", "suspend", "paused").status == 0)
    let before = try await Lab.peek("paused", on: "hv1")
    let fleet = try LabFleet([.init("paused", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    let states = try await Lab.states("paused")
    #expect(states.count == 1 && states["hv2"]?.hasPrefix("paused") == true, "\(states)")
    #expect(try await Lab.peek("paused", on: "hv2") == before)
  }

  @Test func aDryRunOnRealHostsChangesNothing() async throws {
    try await Lab.tidy()
    try await Lab.guest("web", on: "hv1", "--storage", "local")
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")])
    let unproved = try await fleet.run("--dry-run", "--detailed-exitcode")
    #expect(unproved.status == 3, "a dry run makes no token to learn which storages are one: \(unproved)")
    #expect(try await fleet.run("probe").status == 0)
    let before = try await described("web")
    let plan = try await fleet.run("--dry-run", "--detailed-exitcode")
    #expect(plan.status == 2, "\(plan)")
    #expect(try await described("web") == before)
  }

  /// All that hosts keep about guests and volumes, as text.
  private func described(_ name: String) async throws -> [String] {
    var text: [String] = []
    for host in Lab.hosts {
      for command in [["list", "--all"], ["vol-list", "local"], ["vol-list", "shared"], ["dumpxml", "--inactive", name]] {
        text.append(try await Lab.run(["virsh", host] + command).output)
      }
    }
    return text
  }

  /// Where each of the guests runs, after proving that it is there alone and went on since it was seen.
  private func hosts(of names: [String], saw before: [String: Counters]) async throws -> [String] {
    var found: [String] = []
    for name in names {
      let states = try await Lab.states(name)
      #expect(states.count == 1 && states.values.allSatisfy { $0.hasPrefix("running") }, "\(name): \(states)")
      let host = try #require(states.keys.first, "\(name)")
      #expect(try await Lab.peek(name, on: host).survived(since: #require(before[name])), "\(name) on \(host)")
      #expect(try await Lab.definitions(name) == [host])
      found.append(host)
    }
    return found
  }
}
