import LabSupport
import Testing

/// `reconcile` itself is killed in the middle of a move; its next run settles what it left.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct SuddenDeathTests {
  @Test func aLiveMigrationGoesOnAndIsTakenUp() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    move.program.kill(9)
    #expect(try await move.ended().status == -9)
    let next = try await move.fleet.run("--yes")
    #expect(next.status == 0, "\(next)")
    try await move.expectSurvival(on: "hv2")
  }

  @Test func aBlockMigrationGoesOnAndIsTakenUp() async throws {
    let move = try await SlowMove("web", guest: ["--storage", "local", "--size", "32", "--fill", "24"])
    try await Lab.migrationUnderWay("web", from: "hv1")
    move.program.kill(9)
    #expect(try await move.ended().status == -9)
    let next = try await move.fleet.run("--yes")
    #expect(next.status == 0, "\(next)")
    try await move.expectSurvival(on: "hv2")
  }

  @Test func aColdMoveIsFinishedOrUndone() async throws {
    let options = ["--storage", "local", "--size", "32", "--fill", "24", "--span", "8", "--wr", "4"]
    let move = try await SlowMove("web", guest: options, migration: "{allow: [cold]}")
    try await eventually("the guest is off") {
      try await Lab.states("web")["hv1"]?.hasPrefix("shut off") == true ? () : nil
    }
    try await Task.sleep(for: .seconds(1))
    move.program.kill(9)
    #expect(try await move.ended().status == -9)
    try await Lab.must("rate", "hv1", "off")
    var next = try await move.fleet.run("--yes")
    if next.status != 0 {
      try move.fleet.declare(maintenance: [])
      next = try await move.fleet.run("--yes")
    }
    #expect(next.status == 0, "\(next)")
    let after = try await Lab.running("web", on: "hv2")
    #expect(after.boots > move.before.boots && after.nonce != move.before.nonce && after.err == 0, "\(move.before) \(after)")
    #expect(try await Lab.states("web").keys.sorted() == ["hv2"])
    #expect(try await Lab.definitions("web") == ["hv2"])
  }

  @Test func anInterruptWatchesTheMoveToItsEnd() async throws {
    let move = try await SlowMove("web")
    try await Lab.migrationUnderWay("web", from: "hv1")
    move.program.kill(2)
    let ended = try await move.ended()
    #expect(ended.errors.contains("what runs is watched to its end"), "\(ended)")
    try await move.expectSurvival(on: "hv2")
  }
}
