import LabSupport
import Testing

/// A kept disk goes only when nothing on any host needs it, and a guest never moves onto a file that is not its own.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct KeptDiskTests {
  private static let disk = "/srv/lab/local/web.raw"

  @discardableResult
  private func onHost(_ host: String, _ command: String) async throws -> String { try await Lab.must("host", host, "bash", "-c", command) }

  /// The guest was moved from hv1 to hv2 with its disk; the source is kept on hv1, and every run may delete it.
  private func movedAway() async throws -> LabFleet {
    try await Lab.tidy()
    try await Lab.guest("web", on: "hv1", "--storage", "local", "--wr", "20", "--span", "32")
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}, migration: {allow: [live, block]}}")], policy: "{sourceRetention: 0s}")
    #expect(try await fleet.run("probe").status == 0)
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    let states = try await Lab.states("web")
    #expect(states.count == 1 && states["hv2"]?.hasPrefix("running") == true, "\(states)")
    return fleet
  }

  private func isKept() async throws -> Bool { try await onHost("hv1", "ls \(Self.disk) 2>/dev/null || true").contains("web.raw") }

  @Test func aCloneOutsideEveryPoolKeepsItsBackingImage() async throws {
    let fleet = try await movedAway()
    guard try await isKept() else { throw LabError("the source was deleted before its clone was made") }
    // The host's qemu-img is the machine's; the clone lies in a folder that is no pool, and its guest is off.
    try await onHost("hv1", "mkdir -p /run/clones && qemu-img create -q -f qcow2 -b \(Self.disk) -F raw /run/clones/clone.qcow2")
    try await onHost(
      "hv1",
      """
      cat >/run/clone.xml <<X
      <domain type='qemu'><name>clone</name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os><devices>
      <disk type='file'><driver name='qemu' type='qcow2'/><source file='/run/clones/clone.qcow2'/><target dev='vda'/></disk>
      </devices></domain>
      X
      virsh -q define /run/clone.xml
      """)
    try fleet.declare(maintenance: [])
    let ended = try await fleet.run("--yes")
    #expect(try await isKept(), "\(ended)")
    #expect("\(ended)".contains("a backing image of /run/clones/clone.qcow2, disk vda of clone"), "\(ended)")
    #expect(try await Lab.virsh("hv1", "pool-list", "--all", "--name").output.contains("reconcile-") == false, "no pool of ours is left")
    let status = try await fleet.run("status")
    #expect(status.output.contains("stays: ") && status.output.contains("tried again after"), "\(status)")
    // Without the clone it goes, once it is tried again.
    try await onHost("hv1", "virsh -q undefine clone; rm -r /run/clones")
    try fleet.declare(maintenance: [])
    let next = try await fleet.start(clock: 1200, "--yes").wait(within: .seconds(120))
    #expect(try await isKept() == false, "\(next)")
  }

  /// What a cold move copied into the drive is ours, and goes once the guest has left it behind; the disc that was there before is not ours.
  @Test func aCopiedDiscGoesOnceItsGuestHasLeft() async throws {
    try await Lab.tidy()
    let disc = "/srv/lab/local/install.iso"
    try await onHost("hv1", "head -c 1M /dev/urandom >\(disc)")
    try await Lab.guest("web", on: "hv1", "--storage", "local", "--cdrom", disc, "--no-start")
    func isThere(_ host: String) async throws -> Bool { try await onHost(host, "ls \(disc) 2>/dev/null || true").contains("install.iso") }
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")], policy: "{sourceRetention: 0s}")
    #expect(try await fleet.run("probe").status == 0)
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    #expect(try await isThere("hv2"), "\(moved)")
    let still = try await fleet.run("--yes")
    #expect(try await isThere("hv2"), "its guest lives there: \(still)")
    #expect(try await fleet.run("status").output.contains("hdc") == false, "it is in use, not kept")
    try fleet.declare(instances: [.init("web", "{placement: {host: hv1}}")])
    let back = try await fleet.run("--yes")
    #expect(back.status == 0, "\(back)")
    let later = try await fleet.run("--yes")
    #expect(try await isThere("hv2") == false, "\(back) \(later)")
    #expect(try await isThere("hv1"), "the first one is its owner's: \(later)")
    #expect(try await Lab.states("web").keys.sorted() == ["hv1"])
  }

  /// A disc of the same content that was there before is taken as it is, and stays.
  @Test func aDiscThatWasThereBeforeStays() async throws {
    try await Lab.tidy()
    let disc = "/srv/lab/local/install.iso"
    for host in ["hv1", "hv2"] { try await onHost(host, "yes disc | head -c 1M >\(disc)") }
    try await Lab.guest("web", on: "hv1", "--storage", "local", "--cdrom", disc, "--no-start")
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")], policy: "{sourceRetention: 0s}")
    #expect(try await fleet.run("probe").status == 0)
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    try fleet.declare(instances: [.init("web", "{placement: {host: hv1}}")])
    let back = try await fleet.run("--yes")
    #expect(back.status == 0, "\(back)")
    let later = try await fleet.run("--yes")
    for host in ["hv1", "hv2"] { #expect(try await onHost(host, "ls \(disc)").contains("install.iso"), "\(host): \(later)") }
  }

  @Test func aSilentHostKeepsIt() async throws {
    let fleet = try await movedAway()
    guard try await isKept() else { throw LabError("the source was deleted too early") }
    try await Lab.must("libvirtd", "hv3", "kill")
    try fleet.declare(maintenance: [])
    let ended = try await fleet.run("--yes")
    #expect(try await isKept(), "\(ended)")
    try await Lab.must("libvirtd", "hv3", "start")
    try fleet.declare(maintenance: [])
    let next = try await fleet.run("--yes")
    #expect(try await isKept() == false, "\(next)")
  }

  /// The file at the shared path is not the one that QEMU has open: a file system was mounted over the folder while it ran.
  @Test func aMountOverARunningGuestsDiskStopsItsMove() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1", "--wr", "1", "--span", "32"))
    let fleet = try LabFleet([.init("web", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("probe").status == 0)
    // The same size and blocks, and another file: what a stale copy on a mount that came back looks like.
    try await onHost("hv1", "cd /srv/lab/shared && cp -a web.raw stale && mv stale web.raw")
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 1 || ended.status == 3, "\(ended)")
    #expect(ended.output.contains("is not what its QEMU has open"), "\(ended)")
    #expect(try await Lab.states("web").keys.sorted() == ["hv1"])
    #expect(try await Lab.peek("web", on: "hv1").survived(since: before))
  }
}
