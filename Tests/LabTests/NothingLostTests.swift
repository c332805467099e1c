import LabSupport
import Testing

/// What is not ours is never touched, and what was ours is never lost: found by trying to break it.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct NothingLostTests {
  private func onDisk(_ host: String, _ command: String) async throws -> String {
    try await Lab.must("host", host, "bash", "-c", command)
  }

  /// The destination's pool has not seen the file: only making the copy's volume tells that it is there.
  @Test func aForeignFileAtTheDestinationSurvivesTheAttempt() async throws {
    try await Lab.tidy()
    try await Lab.guest("foreign", on: "hv1", "--storage", "local", "--no-start")
    let fleet = try LabFleet([.init("foreign", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    _ = try await onDisk("hv2", "echo precious > /srv/lab/local/foreign.raw")
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 1, "\(moved)")
    #expect(moved.output.contains("foreign.raw is in pool local already"), "\(moved)")
    #expect(try await onDisk("hv2", "cat /srv/lab/local/foreign.raw") == "precious\n")
    #expect(try await onDisk("hv2", "ls /srv/lab/local") == "foreign.raw\n", "no sign of ours is left beside it")
    #expect(try await Lab.definitions("foreign") == ["hv1"])
  }

  /// Somebody starts and stops the guest while its disk is under way: the copy is old, and must not become the guest.
  @Test func aDiskUsedWhileItWasCopiedIsNotMoved() async throws {
    try await Lab.tidy()
    try await Lab.guest("used", on: "hv1", "--storage", "local", "--size", "24", "--fill", "20", "--no-start")
    let fleet = try LabFleet([.init("used", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    try await Lab.must("rate", "hv1", "24mbit")
    let run = try fleet.start("--yes")
    try await eventually("the copy has begun") {
      try await onDisk("hv2", "ls /srv/lab/local").contains("used.raw.reconcile-copy") ? () : nil
    }
    #expect(try await Lab.virsh("hv1", "start", "used").status == 0)
    _ = try await Lab.running("used", on: "hv1")
    #expect(try await Lab.virsh("hv1", "destroy", "used").status == 0)
    let ended = try await run.wait(within: .seconds(120))
    try await Lab.must("rate", "hv1", "off")
    #expect(ended.status == 1, "\(ended)")
    #expect(try await Lab.definitions("used") == ["hv1"], "\(ended)")
    #expect(try await onDisk("hv2", "ls /srv/lab/local") == "", "what was copied is removed: \(ended)")
    #expect(try await Lab.virsh("hv1", "start", "used").status == 0)
    #expect(try await Lab.running("used", on: "hv1").boots == 2, "its session is not lost")
  }

  /// What it had of starting with its host goes along, and its old host has nothing left to start.
  @Test(arguments: ["live", "cold"]) func autostartGoesAlong(mode: String) async throws {
    try await Lab.tidy()
    try await Lab.guest("auto", on: "hv1", "--storage", mode == "live" ? "shared" : "local")
    #expect(try await Lab.virsh("hv1", "autostart", "auto").status == 0)
    let fleet = try LabFleet([.init("auto", "{placement: {host: hv2}, migration: {allow: [\(mode)]}}")])
    #expect(try await fleet.run("probe").status == 0)
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    let info = try await Lab.virsh("hv2", "dominfo", "auto")
    #expect(info.output.split(separator: "\n").contains { $0.hasPrefix("Autostart:") && $0.hasSuffix("enable") }, "\(info)")
    #expect(try await Lab.definitions("auto") == ["hv2"])
    let mark = try await Lab.virsh("hv2", "metadata", "auto", "urn:reconcile:mark:1")
    #expect(mark.status != 0, "our mark is taken off: \(mark)")
  }
}
