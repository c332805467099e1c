import LabSupport
import Testing

/// A guest that takes longer to shut down than its policy waits: it goes off after the move has failed, because we asked it to.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct SlowShutdownTests {
  /// A fleet whose move failed at its timeout, and the guest off since.
  private func late(_ name: String) async throws -> (fleet: LabFleet, before: Counters) {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest(name, on: "hv1", "--slow-off"))
    let fleet = try LabFleet(
      [.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")], policy: "{coldShutdown: {timeout: 6s, onTimeout: abort}}")
    let ended = try await fleet.run("--yes")
    #expect(ended.status != 0, "\(ended)")
    #expect(try await Lab.states(name)["hv1"]?.hasPrefix("running") == true, "it is still on its way: \(ended)")
    try await Lab.state(name, on: "hv1", is: "shut off")
    return (fleet, before)
  }

  /// The program is killed when the guest has begun to shut down; then that ends.
  private func killedOnceAsked(_ fleet: LabFleet, _ name: String) async throws {
    let program = try fleet.start("--yes")
    try await eventually("\(name) was asked to shut down") { () async throws -> Void? in
      try await Lab.must("beat", name, "20").contains("SHUTTING DOWN") ? () : nil
    }
    program.kill(9)
    #expect(try await program.wait(within: .seconds(10)).status == -9)
    try await Lab.state(name, on: "hv1", is: "shut off")
  }

  @Test func itIsNotForgotten() async throws {
    let name = "slow"
    let (fleet, before) = try await late(name)
    try fleet.declare()
    let next = try await fleet.run("--yes")
    let host = try await Judgement.never(name, twiceSince: before, boots: 1...1, "\(next)")
    Judgement.truthful(next, runs: host != nil)
    if host == nil {
      #expect(next.output.contains("shut down"), "\(next)")
      let reason = try await fleet.run("explain", name)
      #expect(reason.output.contains("shut down"), "\(reason)")
    }
  }

  /// The next run comes while it is still going down.
  @Test func aRunInBetweenDoesNotForgetItEither() async throws {
    let name = "slow-between"
    try await Lab.tidy()
    let before = try #require(try await Lab.guest(name, on: "hv1", "--slow-off"))
    let fleet = try LabFleet(
      [.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")], policy: "{coldShutdown: {timeout: 5s, onTimeout: abort}}")
    #expect(try await fleet.run("--yes").status != 0)
    // Nothing is wanted any more; it goes off all the same.
    try fleet.declare(instances: [.init(name, "{placement: {host: hv1}}")])
    let between = try await fleet.run("--yes")
    if try await Lab.states(name)["hv1"]?.hasPrefix("running") == true { try await Lab.state(name, on: "hv1", is: "shut off") }
    let next = try await fleet.run("--yes")
    let host = try await Judgement.never(name, twiceSince: before, boots: 1...1, "\(between) \(next)")
    Judgement.truthful(next, runs: host != nil)
  }

  /// Killed while it waits for the guest, which goes off with nobody looking.
  @Test func killedWhileItWaits() async throws {
    let name = "slow-killed"
    try await Lab.tidy()
    let before = try #require(try await Lab.guest(name, on: "hv1", "--slow-off"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    try await killedOnceAsked(fleet, name)
    var ended = try await fleet.run("--yes")
    if ended.status != 0 {
      try fleet.declare()
      ended = try await fleet.run("--yes")
    }
    #expect(ended.status == 0, "\(ended)")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...2, "\(ended)") != nil)
  }

  /// The database is lost, the mark on the guest is not.
  @Test func theDatabaseIsLostMeanwhile() async throws {
    let name = "slow-lost"
    try await Lab.tidy()
    try await Lab.guest(name, on: "hv1", "--slow-off")
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    try await killedOnceAsked(fleet, name)
    let other = try LabFleet([.init(name, "{placement: {host: hv1}, migration: {allow: [cold]}}")])
    let ended = try await other.run("--yes")
    #expect(ended.status != 0 && !ended.claimsSync, "a live mark of somebody's: \(ended)")
    // Past the time that a mark lives.
    let later = try await other.start(clock: 1200, "--yes").wait(within: .seconds(120))
    #expect(later.status != 0 && !later.claimsSync && later.output.contains("take-over"), "\(later)")
  }
}
