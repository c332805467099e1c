import LabSupport
import Testing

/// A guest on hv1 that its manifest wants on hv2, and a program that is moving it over a slow link: there is a middle to break.
struct SlowMove {
  let fleet: LabFleet
  let name: String
  let before: Counters
  let program: Running

  /// 32 MiB of memory over 24 Mbit/s: about eleven seconds of migration, of which a few have passed on return.
  static let guest = ["--mem", "64", "--ws", "8000", "--dirty", "4"]

  init(_ name: String, guest options: [String] = guest, migration: String = "{}", policy: String = "{}") async throws {
    try await Lab.tidy()
    self.name = name
    try await Lab.must(["guest", name, "hv1"] + options)
    // The first sweep over its memory fills the pages, which is what takes time to send.
    before = try await eventually("\(name) has filled its memory") {
      guard let counters = try? await Lab.peek(name, on: "hv1"), counters.pass > 1 else { return nil }
      return counters
    }
    fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: \(migration)}")], policy: policy)
    let probe = try await fleet.run("probe")
    try #require(probe.status == 0, "\(probe)")
    try await Lab.must("rate", "hv1", "24mbit")
    program = try fleet.start("--yes")
  }

  /// The program's end, within three minutes: each call to a host that says nothing may take 30 s.
  func ended() async throws -> Ended { try await program.wait(within: .seconds(180)) }

  /// The guest runs there alone, as if nothing had been.
  func expectSurvival(on host: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    // A daemon that died of what was broken, as libvirt 9.0's do now and then, shows nothing; its guests live on without it.
    try await Lab.must("heal")
    let states = try await Lab.states(name)
    #expect(states.count == 1 && states[host]?.hasPrefix("running") == true, "\(states)", sourceLocation: sourceLocation)
    let after = try await Lab.peek(name, on: host)
    #expect(after.survived(since: before), "\(before) \(after)", sourceLocation: sourceLocation)
    #expect(try await Lab.definitions(name) == [host], sourceLocation: sourceLocation)
  }

  /// With the trouble over the guest comes to hv2. The first pass may have an earlier one to settle, whose failure it remembers; the next,
  /// under a new revision, which ends back-offs, moves.
  func expectArrival(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await Lab.must("rate", "hv1", "off")
    var last: Ended?
    for _ in 0..<2 where last?.status != 0 {
      try fleet.declare(maintenance: [])
      last = try await fleet.run("--yes")
    }
    #expect(last?.status == 0, "\(last?.description ?? "")", sourceLocation: sourceLocation)
    try await expectSurvival(on: "hv2", sourceLocation: sourceLocation)
  }
}
