import LabSupport
import Testing

/// A cold move is interrupted, and somebody has the guest on a host that the move knows nothing of. Absence on two hosts is not absence.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct ThirdHostTests {
  private static let cold = "migration: {allow: [cold]}"
  static let records = ["shutDown:done", "define:done", "disable:done"]

  @Test(arguments: records)
  func restoredElsewhereAndRunAgain(record: String) async throws {
    let name = "third-\(record.prefix(4).lowercased())"
    let move = try await InterruptedColdMove(name, after: record)
    let (fleet, before) = (move.fleet, move.before)
    try await Lab.somebodyStarts(name, on: "hv3")
    let ended = try await fleet.run("--yes")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...1, "\(ended)") == "hv3")
    #expect([1, 3].contains(ended.status), "\(ended)")
    #expect(ended.output.contains("hv3"), "says where it was seen: \(ended)")
    // Nor the next one, which has nothing more to recover.
    try fleet.declare()
    let next = try await fleet.run("--yes")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...1, "\(next)") == "hv3")
    #expect(next.status != 0, "its copies elsewhere are in doubt: \(next)")
  }

  @Test(arguments: Lab.first(of: records.reversed()))
  func restoredElsewhereAndNoLongerWanted(record: String) async throws {
    let name = "undo-\(record.prefix(4).lowercased())"
    let move = try await InterruptedColdMove(name, after: record)
    let (fleet, before) = (move.fleet, move.before)
    try await Lab.somebodyStarts(name, on: "hv3")
    try fleet.declare(instances: [.init(name, "{placement: {host: hv1}, migration: {allow: [live]}}")])
    let ended = try await fleet.run("--yes")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...1, "\(ended)") == "hv3")
    #expect(ended.status != 0, "\(ended)")
  }

  @Test
  func aSilentThirdHostIsWaitedFor() async throws {
    let name = "third-mute"
    let move = try await InterruptedColdMove(name, after: "shutDown:done")
    let (fleet, before) = (move.fleet, move.before)
    try await Lab.must("libvirtd", "hv3", "pause")
    // Each thing that is asked of a silent host has its own deadline.
    let ended = try await fleet.run("--yes", within: .seconds(240))
    #expect(try await Judgement.never(name, twiceSince: before, boots: 0...1, "\(ended)") == nil, "hv3 may have it: \(ended)")
    #expect(ended.status != 0 && ended.output.contains("hv3"), "\(ended)")
    try await Lab.must("libvirtd", "hv3", "resume")
    try fleet.declare()
    let next = try await fleet.run("--yes")
    #expect(next.status == 0, "\(next)")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...2, "\(next)") == "hv2")
  }

  /// Not a crash of ours but somebody quick, while the disk is being copied.
  @Test
  func restoredElsewhereWhileItsDiskIsCopied() async throws {
    try await Lab.tidy()
    let name = "third-copy"
    let before = try #require(try await Lab.guest(name, on: "hv1", "--storage", "local", "--size", "32", "--fill", "24"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, \(Self.cold)}")])
    #expect(try await fleet.run("probe").status == 0)
    try await Lab.must("rate", "hv1", "24mbit")
    let program = try fleet.start("--yes")
    try await Lab.state(name, on: "hv1", is: "shut off")
    // From a backup: another disk, the same guest.
    try await Lab.must("rate", "hv1", "60mbit")
    let xml = try await Lab.virsh("hv1", "dumpxml", "--inactive", name).output
    let disk = "/srv/lab/local/\(name).raw"
    try await Lab.must("host", "hv3", "truncate", "-s", "32M", disk)
    try await Lab.must("host", "hv1", "bash", "-c", "head -c 1M \(disk) >/srv/lab/shared/backup")
    try await Lab.must("host", "hv3", "dd", "if=/srv/lab/shared/backup", "of=\(disk)", "conv=notrunc", "status=none")
    try await Lab.somebodyStarts(name, on: "hv3", definition: xml)
    let ended = try await program.wait(within: .seconds(150))
    try await Lab.must("rate", "hv1", "off")
    #expect(try await Judgement.never(name, twiceSince: before, boots: 1...1, "\(ended)") == "hv3")
    #expect(ended.status != 0 && ended.output.contains("hv3"), "\(ended)")
  }

  /// The same for the other way in which we let a guest run: resuming one that we had paused.
  @Test
  func restoredElsewhereWhileWeHadItPaused() async throws {
    let policy = "{completionTimeoutPerGiB: 2s, onTimeout: suspend}"
    let name = "third-pause"
    let move = try await SlowMove(name, guest: ["--mem", "64", "--ws", "8000", "--dirty", "400"], policy: policy)
    // It never converges, so this is our pause, not the hand-over.
    try await Lab.state(name, on: "hv1", is: "paused")
    move.program.kill(9)
    #expect(try await move.ended().status == -9)
    try await Lab.does("hv1", "domjobabort", name)
    try await eventually("its migration is gone") { () async throws -> Void? in
      try await Lab.states(name).keys.sorted() == ["hv1"] ? () : nil
    }
    // This libvirt lets it run on when the migration is gone. A person stops it again before it is started elsewhere: by journal it looks like ours.
    if try await Lab.states(name)["hv1"]?.hasPrefix("running") == true { try await Lab.does("hv1", "suspend", name) }
    let xml = try await Lab.virsh("hv1", "dumpxml", "--migratable", name).output
    try await Lab.somebodyStarts(name, on: "hv3", definition: xml)
    _ = try await Lab.running(name, on: "hv3")
    try move.fleet.declare()
    let ended = try await move.fleet.run("--yes")
    #expect(try await Judgement.never(name, twiceSince: move.before, boots: 1...1, "\(ended)") == "hv3")
    #expect(ended.status != 0, "\(ended)")
    #expect(try await Lab.states(name)["hv1"]?.hasPrefix("paused") == true)
  }
}
