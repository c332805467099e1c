import LabSupport
import Testing

/// A host is no longer declared; what it has of a guest is there all the same.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct HostLeavesTests {
  /// A person was needed, as the guest ran twice; then the host with one half left the manifests.
  @Test func whatNeedsAPersonIsNotSettledByLeavingIt() async throws {
    try await Lab.tidy()
    let name = "twice-left"  // started twice by this test on purpose
    try await Lab.guest(name, on: "hv1", "--no-start")
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}}")])
    try await fleet.killed(after: "undefine:intended")
    try await Lab.does("hv1", "start", name)
    try await Lab.does("hv2", "start", name)
    let home = [LabFleet.Instance(name, "{placement: {host: hv1}}")]
    try fleet.declare(instances: home)
    let seen = try await fleet.run("--yes")
    #expect(seen.status != 0, "\(seen)")
    try fleet.declare(instances: home, hosts: ["hv1", "hv3"])
    for _ in 0..<2 {
      let ended = try await fleet.run("--yes")
      #expect(ended.status != 0 && !ended.claimsSync, "\(ended)")
      #expect(ended.output.contains("hv2"), "\(ended)")
    }
    try await Lab.tidy()
  }

  /// The host is taken out of the manifests with a guest on it, which the database knows.
  @Test func aHostLeavesWithItsGuest() async throws {
    try await Lab.tidy()
    let name = "left-behind"
    let before = try #require(try await Lab.guest(name, on: "hv2"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}}")])
    #expect(try await fleet.run("--yes").status == 0)
    try fleet.declare(instances: [], hosts: ["hv1", "hv3"])
    let ended = try await fleet.run("--yes")
    #expect(ended.status != 0 && ended.output.contains("hv2"), "\(ended)")
    #expect(try await Lab.peek(name, on: "hv2").survived(since: before))
  }

  /// Two hosts change names while a move is open: what the journal did on hv2 is on another machine now.
  @Test func namesAreSwapped() async throws {
    let name = "swapped"
    let move = try await InterruptedColdMove(name, after: "disable:done")
    try move.fleet.declare(addresses: ["hv2": "hv3", "hv3": "hv2"])
    let ended = try await move.fleet.run("--yes")
    #expect(try await Judgement.never(name, twiceSince: move.before, "\(ended)") == nil, "\(ended)")
    #expect(ended.status != 0 && !ended.claimsSync, "\(ended)")
    #expect(try await Lab.definitions(name) == ["hv1", "hv2"], "nothing is undone on the wrong machine: \(ended)")
    try move.fleet.declare()
    let next = try await move.fleet.run("--yes")
    #expect(next.status == 0, "\(next)")
    #expect(try await Judgement.never(name, twiceSince: move.before, boots: 1...2, "\(next)") == "hv2")
  }

  /// A move is open, its source's host is gone for good: closed on the operator's word, not before.
  @Test func aHostIsGoneForGood() async throws {
    try await Lab.tidy()
    let name = "gone-for-good"
    try await Lab.guest(name, on: "hv1")
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    try await fleet.killed(after: "start:done")
    try await Lab.must("crash", "hv1")
    let lives = try await Lab.running(name, on: "hv2")
    let waits = try await fleet.run("--yes")
    #expect(waits.status != 0 && waits.output.contains("hv1"), "\(waits)")
    try fleet.declare(decommissioned: ["hv1"])
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 0, "\(ended)")
    #expect(try await Lab.peek(name, on: "hv2").survived(since: lives))
    let status = try await fleet.run("status")
    #expect(!status.output.contains("open move"), "\(status)")
    try await Lab.tidy()
  }
}
