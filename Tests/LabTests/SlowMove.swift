import LabSupport
import Testing

/// A guest on hv1 that its manifest wants on hv2, and a program that is moving it over a slow link: there is a middle to break.
struct SlowMove {
  /// What stands ready before the program begins.
  struct Scene {
    let fleet: LabFleet
    let name: String
    let before: Counters

    func begun() throws -> SlowMove { SlowMove(scene: self, program: try fleet.start("--yes")) }
  }

  let scene: Scene
  let program: Running
  var fleet: LabFleet { scene.fleet }
  var name: String { scene.name }
  var before: Counters { scene.before }

  /// 32 MiB of memory over 24 Mbit/s: about eleven seconds of migration, of which a few have passed on return.
  static let guest = ["--mem", "64", "--ws", "8000", "--dirty", "4"]
  /// The same for a guest whose disk is copied.
  static let localGuest = ["--storage", "local", "--size", "24", "--fill", "16", "--span", "8", "--wr", "4"]

  init(_ name: String, guest options: [String] = guest, migration: String = "{}", policy: String = "{}") async throws {
    self = try await Self.scene(name, guest: options, migration: migration, policy: policy).begun()
  }

  private init(scene: Scene, program: Running) { (self.scene, self.program) = (scene, program) }

  static func scene(
    _ name: String, guest options: [String] = guest, migration: String = "{}", policy: String = "{}", autostart: Bool = false,
    rate: String = "24mbit", off: Bool = false
  ) async throws -> Scene {
    try await Lab.tidy()
    try await Lab.must(["guest", name, "hv1"] + options)
    if autostart { try await Lab.does("hv1", "autostart", name) }
    // The first sweep over its memory fills the pages, which is what takes time to send.
    let before = try await eventually("\(name) has filled its memory") { () async throws -> Counters? in
      guard let counters = try? await Lab.peek(name, on: "hv1"), counters.pass > 1 else { return nil }
      return counters
    }
    if off {
      try await Lab.does("hv1", "shutdown", name)
      try await Lab.state(name, on: "hv1", is: "shut off")
    }
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: \(migration)}")], policy: policy)
    let probe = try await fleet.run("probe")
    try #require(probe.status == 0, "\(probe)")
    try await Lab.must("rate", "hv1", rate)
    return Scene(fleet: fleet, name: name, before: before)
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
    let last = try await scene.settled()
    #expect(last.status == 0, "\(last)", sourceLocation: sourceLocation)
    try await expectSurvival(on: "hv2", sourceLocation: sourceLocation)
  }
}

extension SlowMove.Scene {
  /// The last of the passes until one has nothing more to do; each under a new revision, so that no back-off waits.
  @discardableResult
  func settled(passes: Int = 4) async throws -> Ended {
    // What is left half-done at one end goes when that one's keepalive does.
    try? await eventually("halves end", within: .seconds(40)) { () async throws -> Void? in
      try await Lab.states(name).count == 1 ? () : nil
    }
    var last: Ended?
    for _ in 0..<passes {
      try fleet.declare()
      let ended = try await fleet.run("--yes", within: .seconds(240))
      if ended.status == 0 || ended.output == last?.output { return ended }
      last = ended
    }
    return try #require(last)
  }

  /// Of a guest that starts with its host: whichever host restarts, it is started at most once, where it lives.
  func expectAtMostOneStart(
    reboot hosts: [String], boots: ClosedRange<UInt32> = 0...0, _ context: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var boots = boots
    for host in hosts {
      let lives = try await Lab.states(name).filter { $0.value.hasPrefix("running") }.keys.first
      try await Lab.reboot(host)
      if lives == host { boots = boots.lowerBound + 1...boots.upperBound + 1 }
      let now = try await Judgement.never(
        name, twiceSince: before, boots: boots, "after a reboot of \(host): \(context)", sourceLocation: sourceLocation)
      #expect(now == lives, "it starts with its host, and with no other (\(host) restarted): \(context)", sourceLocation: sourceLocation)
    }
  }
}
