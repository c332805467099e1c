import LabSupport
import Testing

/// Kept disks are there for the day on which the other copy is no good; and one that cannot be deleted is no fault of its guest.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct RetiredDiskTests {
  private static let block = "migration: {allow: [block, live]}"

  /// The guest on hv2, its old disk kept on hv1; `clock` is that of the controller.
  private func moved(_ name: String, clock: Int = 0) async throws -> (fleet: LabFleet, before: Counters) {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest(name, on: "hv1", "--storage", "local"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, \(Self.block)}")], policy: "{sourceRetention: 1h}")
    let ended = try await fleet.start(clock: clock, "--yes").wait(within: .seconds(120))
    #expect(ended.status == 0, "\(ended)")
    #expect(try await keeps(name, on: "hv1"), "\(ended)")
    return (fleet, before)
  }

  private func keeps(_ name: String, on host: String) async throws -> Bool {
    try await Lab.run(["host", host, "test", "-e", "/srv/lab/local/\(name).raw"]).status == 0
  }

  /// The controller's clock is behind the hosts': to it the kept disk was written to after the move, for ever.
  @Test(arguments: Lab.first(of: [-600, -120]))
  func oneThatCannotBeDeletedStopsNothing(behind seconds: Int) async throws {
    let name = "kept\(seconds)"
    let (fleet, before) = try await moved(name, clock: seconds)
    // Its time has come, and another pass, and then the drain.
    for later in [3600, 3700] {
      let ended = try await fleet.start(clock: later, "--yes").wait(within: .seconds(120))
      #expect(!ended.output.contains("FAILED") || ended.status != 0, "a failure is not exit 0: \(ended)")
      #expect(!ended.output.contains("back-off") && !ended.output.contains("backing off"), "\(ended)")
    }
    try fleet.declare(maintenance: ["hv2"], instances: [.init(name, "{\(Self.block)}")])
    let drained = try await fleet.start(clock: 3900, "--yes").wait(within: .seconds(120))
    #expect(drained.status == 0, "\(drained)")
    let lives = try #require(try await Judgement.never(name, twiceSince: before, "\(drained)"))
    #expect(lives != "hv2", "\(drained)")
    #expect(try await Lab.peek(name, on: lives).survived(since: before))
  }

  /// It does not run where it went, or somebody who may know better does not answer: the old disk is what a person may need now.
  @Test(arguments: ["paused", "off", "silent host"])
  func itStaysWhileTheGuestIsNotSound(how: String) async throws {
    let name = "sound-\(how.filter { $0 != " " })"
    let (fleet, _) = try await moved(name)
    switch how {
    case "paused": try await Lab.does("hv2", "suspend", name)
    case "off": try await Lab.does("hv2", "destroy", name)
    default: try await Lab.must("libvirtd", "hv3", "pause")
    }
    let ended = try await fleet.start(clock: 7200, "--yes").wait(within: .seconds(120))
    #expect(try await keeps(name, on: "hv1"), "\(ended)")
  }

  /// Where it went the storage is full, and its QEMU has paused it for that; when there is room again and it runs, the old disk's time has come.
  @Test func itStaysWhileTheGuestIsHeldByAnError() async throws {
    try await Lab.tidy()
    let name = "held"
    try await Lab.must("small", "hv2", "6")
    let before = try #require(
      try await Lab.guest(name, on: "hv1", "--storage", "local", "--cache", "writeback", "--wr", "1", "--span", "6000"))
    let fleet = try LabFleet([.init(name, "{placement: {host: hv2}, \(Self.block)}")], policy: "{sourceRetention: 1h}")
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    _ = try await Lab.run(["host", "hv2", "dd", "if=/dev/zero", "of=/srv/lab/local/filler", "bs=4k", "status=none"])
    try await eventually("it is held by an error") { () async throws -> Void? in
      try await Lab.states(name)["hv2"]?.contains("error") == true ? () : nil
    }
    let ended = try await fleet.start(clock: 7200, "--yes").wait(within: .seconds(120))
    #expect(try await keeps(name, on: "hv1"), "\(ended)")

    try await Lab.must("host", "hv2", "rm", "/srv/lab/local/filler")
    try await Lab.does("hv2", "resume", name)
    let after = try await fleet.start(clock: 7300, "--yes").wait(within: .seconds(120))
    #expect(try await !keeps(name, on: "hv1"), "\(after)")
    #expect(try await Judgement.never(name, twiceSince: before, "\(after)") == "hv2")
  }

  /// A person went back to the old copy: then the other one is not ours to delete at once either.
  @Test func aPersonFellBackToTheOldCopy() async throws {
    let name = "fell-back"
    let (fleet, _) = try await moved(name)
    let xml = try await Lab.virsh("hv2", "dumpxml", "--inactive", name).output
    try await Lab.does("hv2", "destroy", name)
    try await Lab.does("hv2", "undefine", name)
    try await Lab.somebodyStarts(name, on: "hv1", definition: xml)
    _ = try await Lab.running(name, on: "hv1")
    try fleet.declare(instances: [.init(name, "{placement: {host: hv1}, \(Self.block)}")])
    for later in [10, 7200] {
      let ended = try await fleet.start(clock: later, "--yes").wait(within: .seconds(120))
      #expect(try await keeps(name, on: "hv1"), "it runs on that: \(ended)")
      #expect(try await keeps(name, on: "hv2") || later > 3600, "it was used until a moment ago: \(ended)")
      try await Judgement.never(name, twiceSince: nil, boots: 0...9, "\(ended)")
    }
  }

  /// A disk that another guest's image is based on lies outside of any pool's listing of who uses it.
  @Test func aCloneIsBasedOnIt() async throws {
    let name = "base"
    let (fleet, _) = try await moved(name)
    // A clone by a definition alone, off, its overlay in no pool.
    try await Lab.must("host", "hv1", "mkdir", "-p", "/var/lib/libvirt/clones")
    let overlay = "/var/lib/libvirt/clones/clone.qcow2"
    try await Lab.must("host", "hv1", "qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", "/srv/lab/local/\(name).raw", overlay)
    try await Lab.guest("clone", on: "hv1", "--storage", "none", "--no-start")
    let disk = "<disk type='file'><driver name='qemu' type='qcow2'/><source file='\(overlay)'/><target dev='vda' bus='virtio'/></disk>"
    try await Lab.must("host", "hv1", "sh", "-c", "printf %s \"$1\" >/run/disk.xml", "sh", disk)
    try await Lab.must("host", "hv1", "virsh", "-q", "attach-device", "clone", "/run/disk.xml", "--config")
    let ended = try await fleet.start(clock: 7200, "--yes").wait(within: .seconds(120))
    #expect(try await keeps(name, on: "hv1"), "the clone needs it: \(ended)")
  }
}
