import LabSupport
import Testing

/// A database was copied, or brought back from a backup: two controllers with one writer's name and the same numbers for their next intents.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct CopiedDatabaseTests {
  /// In one round it depends on who is where at what moment; in five, one of two twins is met by the other.
  @Test(arguments: ["shared", "local"]) func twinsAtOnce(storage: String) async throws {
    try await Lab.tidy()
    let name = "twin-\(storage)"
    let before = try #require(try await Lab.guest(name, on: "hv1", "--storage", storage))
    let one = try LabFleet([.init(name, "{placement: {host: hv1}, migration: {allow: [cold]}}")])
    let first = try await one.run("--yes")
    #expect(first.status == 0, "\(first)")
    let two = try one.copied()
    try one.declare(instances: [.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    try two.declare(instances: [.init(name, "{placement: {host: hv3}, migration: {allow: [cold]}}")])
    let runs = [try one.start("--yes"), try two.start("--yes")]
    let ends = [try await runs[0].wait(within: .seconds(150)), try await runs[1].wait(within: .seconds(150))]
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...2, "\(ends)") != nil, "\(ends)")
    #expect(ends.contains { $0.status != 0 }, "both cannot have what they want: \(ends)")
  }

  /// A backup from before the guest was moved, on a host that is no longer declared since: it is not lost, it is elsewhere.
  @Test func anOldBackup() async throws {
    try await Lab.tidy()
    let name = "old-backup"
    let before = try #require(try await Lab.guest(name, on: "hv1"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv1}}")])
    #expect(try await fleet.run("--yes").status == 0)
    let old = try fleet.copied()
    let moved = [LabFleet.Instance(name, "{placement: {host: hv2}}")]
    try fleet.declare(instances: moved)
    #expect(try await fleet.run("--yes").status == 0)
    try old.declare(instances: moved)
    let ended = try await old.run("--yes")
    #expect(!ended.output.uppercased().contains("LOST") && ended.status == 0, "\(ended)")
    #expect(try await Lab.peek(name, on: "hv2").survived(since: before))
  }

  /// One was killed in the middle; the other, which knows nothing of that, must not take its mark for one of its own.
  @Test(arguments: ["shutDown:done", "disable:done"]) func theOtherWasKilled(record: String) async throws {
    try await Lab.tidy()
    let name = "twin-\(record.prefix(4).lowercased())"
    let before = try #require(try await Lab.guest(name, on: "hv1"))
    let one = try LabFleet([.init(name, "{placement: {host: hv1}, migration: {allow: [cold]}}")])
    #expect(try await one.run("--yes").status == 0)
    let two = try one.copied()
    try one.declare(instances: [.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    try await one.killed(after: record)
    try two.declare(instances: [.init(name, "{placement: {host: hv3}, migration: {allow: [cold]}}")])
    let ended = try await two.run("--yes")
    #expect(try await Judgement.never(name, twiceSince: before, "\(ended)") == nil, "not its to start: \(ended)")
    #expect([3, 4].contains(ended.status), "\(ended)")
    // It is taken up by the one whose move it is.
    try one.declare(instances: [.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    let own = try await one.run("--yes")
    #expect(own.status == 0, "\(own)")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...2, "\(own)") == "hv2")
  }
}
