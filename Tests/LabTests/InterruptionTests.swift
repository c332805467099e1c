import LabSupport
import Testing

/// A live migration broken in its middle, once by each thing that can break.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct InterruptionTests {
  @Test func theDestinationsDaemonIsKilled() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    try await Lab.must("libvirtd", "hv2", "kill")
    let ended = try await move.ended()
    #expect(ended.status != 0, "\(ended)")
    try await Lab.must("libvirtd", "hv2", "start")
    try await move.expectSurvival(on: "hv1")
    try await move.expectArrival()
  }

  @Test func theDestinationsQEMUIsKilled() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    try await Lab.must("qemu", "hv2", "web", "KILL")
    let ended = try await move.ended()
    // Proved at once to have had no effect, the migration may be begun again within the pass.
    if ended.status == 0 { return try await move.expectSurvival(on: "hv2") }
    #expect(ended.status == 1, "\(ended)")
    try await move.expectSurvival(on: "hv1")
    try await move.expectArrival()
  }

  @Test func theSourcesDaemonIsKilledAndStartedAgain() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    try await Lab.must("libvirtd", "hv1", "kill")
    try await Lab.must("libvirtd", "hv1", "start")
    let ended = try await move.ended()
    #expect(ended.status != 0, "\(ended)")
    try await move.expectSurvival(on: "hv1")
    try await move.expectArrival()
  }

  @Test func theSourcesQEMUIsKilled() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    try await Lab.must("qemu", "hv1", "web", "KILL")
    let ended = try await move.ended()
    #expect(ended.status == 1 || ended.status == 3, "\(ended)")
    // It is down, and only a person may start it: from its disk it would be another guest than the one that was lost.
    try move.fleet.declare(maintenance: [])
    let next = try await move.fleet.run("--yes")
    #expect(next.status == 3, "\(next)")
    #expect(next.output.contains("crashed"), "\(next)")
    #expect(try await Lab.states("web") == ["hv1": "shut off (crashed)"])
  }

  @Test func theCableIsOutForEightSeconds() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    try await Lab.must("link", "hv2", "down")
    try await Task.sleep(for: .seconds(8))
    try await Lab.must("link", "hv2", "up")
    let ended = try await move.ended()
    // A destination that is silent for 5 s is given up, unless its last answer came late enough.
    if ended.status == 0 { return try await move.expectSurvival(on: "hv2") }
    try await eventually("the destination is clean", within: .seconds(40)) {
      try await Lab.states("web").count == 1 ? () : nil
    }
    try await move.expectSurvival(on: "hv1")
    try await move.expectArrival()
  }

  @Test func theCableIsOutForLong() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    try await Lab.must("link", "hv2", "down")
    let ended = try await move.ended()
    #expect(ended.status != 0, "\(ended)")
    try await Lab.must("link", "hv2", "up")
    // The half at the destination ends when its daemon has given the connection up.
    try await eventually("the destination is clean", within: .seconds(40)) {
      try await Lab.states("web").count == 1 ? () : nil
    }
    try await move.expectSurvival(on: "hv1")
    try await move.expectArrival()
  }

  @Test func aPostCopyStreamIsBrokenAndTakenUpAgain() async throws {
    // 16 s for a guest this small: time to send its memory once, which is when post-copy begins to make sense.
    let policy = "{completionTimeoutPerGiB: 8s, postCopy: true, onTimeout: postCopy}"
    let move = try await SlowMove("web", guest: ["--mem", "64", "--ws", "8000", "--dirty", "200"], policy: policy)
    try await eventually("post-copy", within: .seconds(60)) {
      try await Lab.states("web")["hv2"] == "running (post-copy)" ? () : nil
    }
    try await Lab.must("reset", "hv1")
    let ended = try await move.ended()
    #expect(ended.status == 0, "\(ended)")
    try await move.expectSurvival(on: "hv2")
  }
}
