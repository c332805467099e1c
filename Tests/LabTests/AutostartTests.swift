import LabSupport
import Testing

/// A host restarts and starts by itself what has autostart: that may be only the copy that lives.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct AutostartTests {
  /// Killed when all but the source's definition was done; the guest's user starts it where it was. The other copy is a leftover of ours.
  @Test(arguments: ["offline", "cold"])
  func aLeftoverIsNeverStarted(mode: String) async throws {
    try await Lab.tidy()
    let name = "auto-\(mode)"
    let before = try await Lab.guest(name, on: "hv1", "--no-start")
    try await Lab.does("hv1", "autostart", name)
    if mode == "cold" { try await Lab.does("hv1", "start", name) }
    let boots: ClosedRange<UInt32> = mode == "cold" ? 2...2 : 1...1
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: {allow: [\(mode == "cold" ? "cold" : "live")]}}")])
    try await fleet.killed(after: mode == "cold" ? "start:intended" : "undefine:intended")
    try await Lab.does("hv1", "start", name)
    _ = try await Lab.running(name, on: "hv1")
    let ended = try await fleet.run("--yes")
    let lives = try await Judgement.never(name, twiceSince: before, boots: boots, "\(ended)")
    try #require(lives == "hv1" || mode == "offline" && lives == "hv2", "\(ended)")
    for other in Lab.hosts where other != lives { #expect(try await Lab.startsWithHost(name, on: other) != true, "\(other): \(ended)") }
    #expect(try await Lab.startsWithHost(name, on: try #require(lives)) == true, "\(ended)")
    let move = SlowMove.Scene(fleet: fleet, name: name, before: try await Lab.running(name, on: try #require(lives)))
    try await move.expectAtMostOneStart(reboot: ["hv2", "hv1"], "\(ended)")
  }

  /// Off while it is under way, durably, and back where the guest lives in the end.
  @Test(arguments: Lab.first(of: ["live", "block"]))
  func itIsOffWhileTheGuestMoves(mode: String) async throws {
    let name = "auto-way-\(mode)"
    let move = try await SlowMove.scene(name, guest: mode == "live" ? SlowMove.guest : SlowMove.localGuest, autostart: true).begun()
    try await Lab.migrationUnderWay(name, from: "hv1")
    #expect(try await Lab.startsWithHost(name, on: "hv1") == false)
    let ended = try await move.ended()
    #expect(ended.status == 0, "\(ended)")
    #expect(try await Lab.startsWithHost(name, on: "hv1") == nil)
    #expect(try await Lab.startsWithHost(name, on: "hv2") == true)
    try await move.scene.expectAtMostOneStart(reboot: ["hv1", "hv2"], "\(ended)")
  }

  /// It fails, then it comes to pass, then it goes home: autostart is always with the guest and with nothing else.
  @Test(arguments: Lab.first(of: ["block", "live"]))
  func itStaysWithTheGuestWhoseMoveFailed(mode: String) async throws {
    let name = "auto-fail-\(mode)"
    let move = try await SlowMove.scene(name, guest: mode == "live" ? SlowMove.guest : SlowMove.localGuest, autostart: true).begun()
    try await Lab.migrationUnderWay(name, from: "hv1")
    try await Lab.must("libvirtd", "hv2", "kill")
    let ended = try await move.ended()
    #expect(ended.status != 0, "\(ended)")
    try await Lab.must("libvirtd", "hv2", "start")
    try await move.expectSurvival(on: "hv1")
    try await Lab.must("rate", "hv1", "off")
    // While a host says nothing it may have to wait; the next run that sees all of them gives it back.
    let home = [LabFleet.Instance(name, "{placement: {host: hv1}}")]
    try move.fleet.declare(instances: home)
    let seen = try await move.fleet.run("--yes")
    // 1: it has the failed move to settle.
    #expect([0, 1].contains(seen.status), "\(seen)")
    #expect(try await Lab.startsWithHost(name, on: "hv1") == true, "\(ended) \(seen)")
    try await move.scene.expectAtMostOneStart(reboot: ["hv2"], "\(ended)")

    let arrived = try await move.scene.settled()
    #expect(arrived.status == 0, "\(arrived)")
    try await move.expectSurvival(on: "hv2")
    #expect(try await Lab.startsWithHost(name, on: "hv2") == true, "\(arrived)")
    try await move.scene.expectAtMostOneStart(reboot: ["hv1"], "\(arrived)")

    try move.fleet.declare(instances: home)
    let back = try await move.fleet.run("--yes")
    #expect(back.status == 0, "\(back)")
    try await move.expectSurvival(on: "hv1")
    #expect(try await Lab.startsWithHost(name, on: "hv1") == true, "\(back)")
    try await move.scene.expectAtMostOneStart(reboot: ["hv2", "hv1"], "\(back)")
  }

  /// The source's power is cut the moment the guest runs at the destination, and comes back.
  @Test(arguments: Lab.first(of: ["live", "block"]))
  func theSourcesPowerIsCutAtTheHandOver(mode: String) async throws {
    let name = "auto-cut-\(mode)"
    let scene = try await SlowMove.scene(name, guest: mode == "live" ? SlowMove.guest : SlowMove.localGuest, autostart: true)
    let cut = try await Lab.atEvent("Resumed|Suspended", of: name, on: "hv2", ["/bin/kill", "-9", "\(try await Lab.pid("hv1"))"])
    let move = try scene.begun()
    #expect(try await cut.wait(within: .seconds(60)).status == 0)
    try await Lab.reboot("hv1")
    let ended = try await move.ended()
    let settled = try await scene.settled()
    // Of a guest that arrived paused nothing is known to have been lost; where it went on is where it lives.
    let lives = try await Judgement.never(name, twiceSince: scene.before, boots: 0...1, "\(ended) \(settled)")
    Judgement.truthful(settled, runs: lives != nil)
    if let lives {
      for other in Lab.hosts where other != lives { #expect(try await Lab.startsWithHost(name, on: other) != true, "\(other): \(settled)") }
      try await scene.expectAtMostOneStart(reboot: ["hv1", "hv2"], boots: 0...1, "\(ended) \(settled)")
    }
  }

  /// No person at all: post-copy under way, the source's power cut and back; then the destination restarts.
  @Test(.enabled(if: Lab.isFull, "runs by `make test-lab-full`"))
  func theSourcesPowerIsCutInPostCopy() async throws {
    let name = "auto-post"
    let policy = "{completionTimeoutPerGiB: 8s, postCopy: true, onTimeout: postCopy}"
    let scene = try await SlowMove.scene(
      name, guest: ["--mem", "64", "--ws", "8000", "--dirty", "200"], policy: policy, autostart: true)
    let move = try scene.begun()
    try await Lab.state(name, on: "hv2", is: "running (post-copy)", within: .seconds(60))
    try await Lab.must("rate", "hv1", "60kbit")
    try await Lab.reboot("hv1")
    let ended = try await move.ended()
    try scene.fleet.declare()
    let next = try await scene.fleet.run("--yes")
    try await Judgement.never(name, twiceSince: nil, boots: 0...9, "\(ended) \(next)")
    try await Lab.reboot("hv2")
    try await Judgement.never(name, twiceSince: nil, boots: 0...9, "\(ended) \(next)")
  }
}
