import LabSupport
import Testing

/// The harness itself: what it calls survival, a reboot or a split brain is that. No driver takes part.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct HarnessTests {
  @Test func countersGoOnAcrossALiveMigration() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1"))
    let ended = try await Lab.virsh(
      "hv1", "migrate", "--live", "--p2p", "--persistent", "--undefinesource", "web", "qemu+tcp://hv2/system")
    #expect(ended.status == 0, "\(ended)")
    let after = try await Lab.running("web", on: "hv2")
    #expect(after.survived(since: before), "\(before) \(after)")
    #expect(!after.rebootedOnce(since: before))
    #expect(!before.survived(since: after), "time does not run backwards")
    #expect(try await Lab.states("web") == ["hv2": "running (migrated)"])
    #expect(try await Lab.definitions("web") == ["hv2"])
    #expect(try Lab.monitorReports(of: "web") == [])
  }

  /// A guest whose name ends in a space is tidied like any other.
  @Test func namesWithSpacesAreTidied() async throws {
    try await Lab.tidy()
    let xml = "<domain type='qemu'><name>odd name </name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os></domain>"
    try await Lab.must(
      "host", "hv1", "sh", "-c", "printf %s \"$1\" >/run/odd.xml && virsh -q -c qemu:///system define /run/odd.xml", "sh", xml)
    #expect(try await Lab.virsh("hv1", "list", "--all", "--name").output.contains("odd name "))
    try await Lab.tidy()
    #expect(try await Lab.virsh("hv1", "list", "--all", "--uuid").output.filter { !$0.isWhitespace }.isEmpty)
  }

  @Test func countersSeeAReboot() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1"))
    for command in ["destroy", "start"] { #expect(try await Lab.virsh("hv1", command, "web").status == 0) }
    let after = try await Lab.running("web", on: "hv1")
    #expect(after.rebootedOnce(since: before), "\(before) \(after)")
    #expect(!after.survived(since: before))
  }

  @Test func countersSeeALostDisk() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1", "--storage", "local", "--wr", "2", "--span", "4"))
    // An empty image of the same size at the destination, taken for the guest's own: what --unsafe is warned of.
    try await Lab.must("host", "hv2", "truncate", "-s", "4M", "/srv/lab/local/web.raw")
    let ended = try await Lab.virsh("hv1", "migrate", "--live", "--p2p", "--persistent", "--unsafe", "web", "qemu+tcp://hv2/system")
    #expect(ended.status == 0, "\(ended)")
    let after = try await eventually("errors counted") {
      let counters = try await Lab.peek("web", on: "hv2")
      return counters.err > 0 ? counters : nil
    }
    #expect(!after.survived(since: before))
  }

  @Test func theMonitorSeesASplitBrain() async throws {
    try await Lab.tidy()
    try await Lab.guest("twice-made", on: "hv1", "--transient")
    let xml = try await Lab.virsh("hv1", "dumpxml", "--migratable", "twice-made").output
    try await Lab.must("host", "hv2", "sh", "-c", "printf %s \"$1\" >/run/twice.xml", "sh", xml)
    #expect(try Lab.monitorReports(of: "twice-made") == [])
    // The shared storage of the lab forwards no locks, so nothing stops this but us.
    try await Lab.must("host", "hv2", "virsh", "-q", "create", "/run/twice.xml")
    for evidence in ["cpu", "console"] {
      try await eventually("the monitor's report by \(evidence)") {
        try Lab.monitorReports(of: "twice-made").first { $0.contains("evidence=\(evidence)") }
      }
    }
    try await Lab.tidy()
  }

  @Test func tidyHealsTheHosts() async throws {
    try await Lab.guest("web", on: "hv1")
    try await Lab.must("libvirtd", "hv2", "kill")
    try await Lab.must("crash", "hv3")
    #expect(try await Lab.states("web") == ["hv1": "running (booted)", "hv2": "?", "hv3": "?"])
    try await Lab.tidy()
    for host in Lab.hosts { #expect(try await Lab.virsh(host, "list", "--all", "--name").output == "", "\(host)") }
    #expect(try await Lab.states("web") == [:])
  }

  @Test func commandsHaveADeadline() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    await #expect(throws: LabError.self) { try await Lab.run(["exec", "sleep", "30"], within: .seconds(1)) }
    #expect(clock.now - start < .seconds(10))
  }
}
