import Foundation
import LabSupport
import Testing

/// Sites that are not as a textbook has them, and what is said of them.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct OddSitesTests {
  /// Without the breaks of lines.
  private func flat(_ ended: Ended) -> String { ended.output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  /// hv2 lacks the bridge; on hv3 no port is in it, so that libvirt does not call it active: the guest goes there, and comes back.
  @Test func aBridgeWithoutAPortIsOne() async throws {
    try await Lab.tidy()
    let (name, bridge) = ("bridged", "brodd1")
    for host in ["hv1", "hv3"] {
      try await Lab.must("host", host, "ip", "link", "add", bridge, "type", "bridge")
      try await Lab.must("host", host, "ip", "link", "set", bridge, "up")
    }
    try await Lab.guest(name, on: "hv1", "--no-start")
    try await Lab.does("hv1", "attach-interface", name, "bridge", bridge, "--model", "virtio", "--config")
    try await Lab.does("hv1", "start", name)
    let fleet = try LabFleet([.init(name)])
    try fleet.declare(maintenance: ["hv1"])
    let away = try await fleet.run("--yes")
    #expect(away.status == 0, "\(away)")
    #expect(try await Lab.states(name)["hv3"]?.hasPrefix("running") == true, "\(away)")
    try fleet.declare(maintenance: ["hv3"])
    let back = try await fleet.run("--yes")
    #expect(back.status == 0, "\(back)")
    #expect(try await Lab.states(name)["hv1"]?.hasPrefix("running") == true, "its bridge is there although no guest is: \(back)")
    try await Lab.tidy()
    for host in ["hv1", "hv3"] { try await Lab.must("host", host, "ip", "link", "del", bridge) }
  }

  /// A host that was drained and is off: nothing is wrong, nobody waits for it, and what the others showed of their disks stands.
  @Test func aHostThatIsOffForItsMaintenance() async throws {
    try await Lab.tidy()
    let name = "stays-local"
    try await Lab.guest(name, on: "hv2", "--storage", "local")
    let fleet = try LabFleet([.init(name)])
    try fleet.declare(maintenance: ["hv3"])
    #expect(try await fleet.run("--yes").status == 0)
    try await Lab.must("crash", "hv3")
    let probe = try await fleet.run("probe")
    #expect(probe.status == 0, "\(probe)")
    #expect(flat(probe).contains("local: local on hv1 and local on hv2") && !probe.output.contains("not proved"), "\(probe)")
    let began = ContinuousClock.now
    let quiet = try await fleet.run("--yes")
    #expect(quiet.status == 0, "\(quiet)")
    #expect(flat(quiet).contains("host hv3 does not answer; it is in maintenance and was EMPTY when it last did"), "\(quiet)")
    #expect(ContinuousClock.now - began < .seconds(18), "nobody waits for it as long as for others")
    let status = try await fleet.run("status")
    #expect(status.status == 0 && flat(status).contains("EMPTY when it last answered"), "\(status)")
    try fleet.declare(maintenance: ["hv2", "hv3"])
    let plan = try await fleet.plan()
    #expect(plan.move(of: name)?.to == "hv1" && plan.move(of: name)?.mode == "block", "\(plan)")
    try await Lab.tidy()
  }

  /// It is named, and hides nobody.
  @Test func aGuestThatCannotBeReadIsAlone() async throws {
    try await Lab.tidy()
    let (name, odd) = ("readable", "odd-memory")
    try await Lab.guest(name, on: "hv1")
    let file = FileManager.default.temporaryDirectory.appending(path: "odd-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    let xml = """
      <domain type='qemu'><name>\(odd)</name><memory unit='KiB'>9007199254740991</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
      <memballoon model='none'/></devices></domain>
      """
    try Data(xml.utf8).write(to: file)
    try await Lab.does("hv1", "define", file.path)
    let fleet = try LabFleet([.init(name)])
    try fleet.declare(maintenance: ["hv1"])
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3, "the odd one stands where it should not: \(ended)")
    #expect(try await Lab.states(name)["hv1"] == nil, "the other one left: \(ended)")
    #expect(flat(ended).contains("\(odd) on hv1 in cell east is not moved: its definition cannot be read: line"), "\(ended)")
    try await Lab.does("hv1", "undefine", odd)
    try await Lab.tidy()
  }
}
