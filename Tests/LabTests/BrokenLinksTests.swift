import LabSupport
import Testing

/// Eight guests move at once while a host's cable is out: calls in all directions break at one moment, which the client library must survive.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct BrokenLinksTests {
  @Test func theProgramSurvivesThem() async throws { try await rounds(2) }
  @Test(.enabled(if: Lab.isFull, "runs by `make test-lab-full`")) func theProgramSurvivesManyOfThem() async throws { try await rounds(20) }

  private func rounds(_ count: Int) async throws {
    try await Lab.tidy()
    let names = (1...4).flatMap { ["link-live\($0)", "link-block\($0)"] }
    var before: [String: Counters] = [:]
    for name in names {
      let isLive = name.contains("live")
      before[name] = try await Lab.guest(name, on: "hv1", "--storage", isLive ? "shared" : "local", "--size", "24", "--fill", "20")
    }
    let fleet = try LabFleet([])
    func wanted(on host: String) -> [LabFleet.Instance] {
      names.map { .init($0, "{placement: {host: \(host)}, migration: {allow: [live, block]}}") }
    }
    try fleet.declare(instances: wanted(on: "hv1"))
    #expect(try await fleet.run("probe").status == 0)
    var (here, there) = ("hv1", "hv2")
    for round in 1...count {
      try fleet.declare(instances: wanted(on: there))
      for host in [here, there] { try await Lab.must("rate", host, "40mbit") }
      let program = try fleet.start("--yes")
      try await Lab.migrationUnderWay("link-block1", from: here)
      try await Lab.must("stall", round % 2 == 0 ? there : here, "link", "25")
      let ended = try await program.wait(within: .seconds(300))
      #expect(ended.status >= 0, "round \(round): killed by signal \(-ended.status): \(ended)")
      for host in [here, there] { try await Lab.must("rate", host, "off") }
      var last = ended
      for _ in 0..<4 where last.status != 0 {
        try fleet.declare(instances: wanted(on: there))
        last = try await fleet.run("--yes", within: .seconds(240))
        #expect(last.status >= 0, "round \(round): killed by signal \(-last.status): \(last)")
      }
      #expect(last.status == 0, "round \(round) does not converge: \(last)")
      (here, there) = (there, here)
    }
    for name in names {
      #expect(try Lab.monitorReports(of: name) == [])
      let after = try await Lab.running(name, on: here)
      #expect(after.survived(since: try #require(before[name])), "\(name): \(after)")
    }
  }
}
