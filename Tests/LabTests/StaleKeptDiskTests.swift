import LabSupport
import Testing

/// A folder that is the guest's storage one day and not the other: its mount was missing while the guest's disk was copied. What lies in the folder
/// then is the guest's own old disk.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct StaleKeptDiskTests {
  private static let hosts = ["hv1", "hv2"]
  private static let allowed = "migration: {allow: [live, block]}"

  /// The guest on hv2 upon a copy of its disk, as hv2's mount was missing; the mount is back, over the copy.
  private func copiedUnderTheMount(_ name: String, policy: String) async throws -> (fleet: LabFleet, before: Counters) {
    try await Lab.tidy()
    try await Lab.must("mount", "hv2", "off")
    try await Lab.does("hv2", "pool-refresh", "shared")
    let before = try #require(try await Lab.guest(name, on: "hv1", "--wr", "1", "--span", "32"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv1}, \(Self.allowed)}")], policy: policy)
    try fleet.declare(maintenance: ["hv1"], hosts: Self.hosts)
    let away = try await fleet.run("--yes")
    #expect(away.status == 0, "\(away)")
    // Written on past what the old disk has.
    let left = try await Lab.running(name, on: "hv2")
    try await eventually("it writes at hv2") { () async throws -> Void? in
      try await Lab.peek(name, on: "hv2").wr > left.wr + 64 ? () : nil
    }
    try await Lab.must("mount", "hv2", "on")
    return (fleet, before)
  }

  private func oldDisk(_ name: String) async throws -> Bool {
    try await Lab.run(["host", "hv1", "test", "-e", "/srv/lab/shared/\(name).raw"]).status == 0
  }

  @Test(arguments: [0, 700])
  func theWayHomeIsNotShared(secondsLater: Int) async throws {
    let name = "stale-\(secondsLater)"
    let (fleet, before) = try await copiedUnderTheMount(name, policy: "{sourceRetention: 24h}")
    try fleet.declare(hosts: Self.hosts)
    // Past the age at which proofs of storage are made anew.
    let home = try await fleet.start(clock: secondsLater, "--yes").wait(within: .seconds(120))
    let lives = try #require(try await Judgement.never(name, twiceSince: before, "\(home)"), "\(home)")
    // Every sector of its ring is read back within two seconds.
    let seen = try await Lab.peek(name, on: lives)
    let after = try await eventually("its ring is read back") { () async throws -> Counters? in
      let counters = try await Lab.peek(name, on: lives)
      return counters.wr > seen.wr + 40 || counters.err > 0 ? counters : nil
    }
    #expect(after.survived(since: before), "\(before) \(after) \(home)")
    if lives != "hv1" { #expect(home.status != 0, "\(home)") }
  }

  /// The kept disk lies in what is the guest's own storage again: its time has come, and it stays.
  @Test
  func theOldDiskIsNotDeletedFromUnderIt() async throws {
    let name = "stale-kept"
    let (fleet, before) = try await copiedUnderTheMount(name, policy: "{sourceRetention: 1h}")
    try fleet.declare(maintenance: ["hv1"], hosts: Self.hosts)
    let later = try await fleet.start(clock: 7200, "--yes").wait(within: .seconds(120))
    #expect(try await oldDisk(name), "\(later)")
    #expect(try await Judgement.never(name, twiceSince: before, "\(later)") == "hv2")
  }
}
