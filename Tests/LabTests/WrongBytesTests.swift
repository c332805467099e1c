import LabSupport
import Testing

/// A guest never ends on other bytes than those it had, and what it needs never stays behind unsaid.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct WrongBytesTests {
  /// Edits a guest's definition on its host with sed, and defines it anew.
  private func edit(_ name: String, on host: String, _ script: String) async throws {
    try await Lab.must(
      "host", host, "sh", "-c",
      "virsh -q -c qemu:///system dumpxml --inactive \"$1\" >/run/e.xml && sed -i \"$2\" /run/e.xml && virsh -q -c qemu:///system define /run/e.xml",
      "sh", name, script)
  }

  /// Case 10: a disk handed to QEMU past libvirt, and another file of that name at the destination.
  @Test(arguments: [true, false]) func aDriveOfQEMUsOwn(_ running: Bool) async throws {
    try await Lab.tidy()
    try await Lab.guest("mac", on: "hv1", "--no-start")
    for host in ["hv1", "hv2", "hv3"] {
      try await Lab.must("host", host, "sh", "-c", "echo \(host) | dd of=/srv/lab/local/esp.raw bs=1M conv=sync 2>/dev/null")
    }
    let options = ["-drive", "id=ESP,if=none,format=raw,file=/srv/lab/local/esp.raw"].map { "<qemu:arg value='\($0)'/>" }.joined()
    try await edit(
      "mac", on: "hv1",
      "s#<domain type='qemu'>#<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>#; s#</domain>#<qemu:commandline>\(options)</qemu:commandline></domain>#"
    )
    if running { #expect(try await Lab.virsh("hv1", "start", "mac").status == 0) }
    let fleet = try LabFleet([.init("mac", "{migration: {allow: [live, block, cold]}}")])
    try fleet.declare(maintenance: ["hv1"])
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3, "\(ended)")
    #expect(ended.output.contains("-drive id=ESP,if=none,format=raw,file=/srv/lab/local/esp.raw"), "\(ended)")
    #expect(try await Lab.states("mac").keys.sorted() == ["hv1"])
  }

  /// Case 17: clones on shared storage whose template each host keeps itself.
  @Test func clonesOfALocalTemplate() async throws {
    try await Lab.tidy()
    for (index, name) in ["clone1", "clone2"].enumerated() {
      try await Lab.guest(name, on: "hv1", "--no-start", "--format", "qcow2")
      try await Lab.must(
        "host", "hv1", "sh", "-c",
        "cd /srv/lab/shared && { [ -e ../local/tplt.qcow2 ] || cp \(name).qcow2 ../local/tplt.qcow2; } && rm \(name).qcow2 && "
          + "qemu-img create -q -f qcow2 -F qcow2 -b /srv/lab/local/tplt.qcow2 \(name).qcow2 && chmod 666 \(name).qcow2 ../local/tplt.qcow2"
      )
      if index == 0 { #expect(try await Lab.virsh("hv1", "start", name).status == 0) }
    }
    // Another template of the same name.
    for host in ["hv2", "hv3"] {
      try await Lab.must("host", host, "qemu-img", "create", "-q", "-f", "qcow2", "/srv/lab/local/tplt.qcow2", "8M")
    }
    let fleet = try LabFleet([.init("clone1"), .init("clone2")])
    try fleet.declare(maintenance: ["hv1"])
    #expect(try await fleet.run("probe").status == 0)
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3, "\(ended)")
    #expect(ended.output.contains("backing image /srv/lab/local/tplt.qcow2 of disk vda"), "\(ended)")
    for name in ["clone1", "clone2"] { #expect(try await Lab.states(name).keys.sorted() == ["hv1"], "\(name)") }
  }

  /// Case 07: memory and a disk that wait for the next start.
  @Test func whatWaitsForTheNextStart() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1"))
    try await Lab.must("host", "hv1", "qemu-img", "create", "-q", "-f", "qcow2", "/srv/lab/local/extra.qcow2", "8M")
    #expect(
      try await Lab.virsh("hv1", "attach-disk", "web", "/srv/lab/local/extra.qcow2", "vdb", "--subdriver", "qcow2", "--config").status == 0)
    let fleet = try LabFleet([.init("web")])
    try fleet.declare(maintenance: ["hv1"])
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3, "\(ended)")
    #expect(ended.output.contains("its next start opens disk vdb (/srv/lab/local/extra.qcow2)"), "\(ended)")
    #expect(try await Lab.states("web").keys.sorted() == ["hv1"])
    // Undone, it may go.
    #expect(try await Lab.virsh("hv1", "detach-disk", "web", "vdb", "--config").status == 0)
    let after = try await fleet.run("--yes")
    #expect(after.status == 0, "\(after)")
    let states = try await Lab.states("web")
    #expect(states.count == 1 && states["hv1"] == nil)
    let host = try #require(states.keys.first)
    #expect(try await Lab.peek("web", on: host).survived(since: before))
  }

  /// Case 09: variables that an earlier move left, and a stranger's.
  @Test func firmwareVariables() async throws {
    try await Lab.tidy()
    let path = "/var/lib/libvirt/qemu/nvram/one_VARS.fd"
    try await Lab.guest("one", on: "hv1", "--no-start")
    try await edit(
      "one", on: "hv1",
      "s#<boot dev='hd'/>#<loader readonly='yes' type='pflash'>/usr/share/seabios/bios-256k.bin</loader><nvram>\(path)</nvram>#")
    func write(_ text: String, on host: String) async throws {
      try await Lab.must(
        "host", host, "sh", "-c", "mkdir -p ${1%/*} && printf %s \"$2\" | dd of=$1 bs=64k conv=sync 2>/dev/null", "sh", path, text)
    }
    func holds(_ host: String) async throws -> String { try await Lab.must("host", host, "sh", "-c", "tr -d '\\0' <$1", "sh", path) }
    try await write("first", on: "hv1")
    let fleet = try LabFleet([.init("one", "{placement: {host: hv2}}")])
    #expect(try await fleet.run("--yes").status == 0)
    #expect(try await Lab.definitions("one") == ["hv2"])
    #expect(try await holds("hv2") == "first")
    // It ran there and changed them; what lies on hv1 is what it left.
    try await write("second", on: "hv2")
    try fleet.declare(instances: [.init("one", "{placement: {host: hv1}}")])
    let back = try await fleet.run("--yes")
    #expect(back.status == 0, "\(back)")
    #expect(try await Lab.definitions("one") == ["hv1"])
    #expect(try await holds("hv1") == "second")
    // A file that somebody changed meanwhile is a stranger's.
    try await write("foreign", on: "hv2")
    try fleet.declare(instances: [.init("one", "{placement: {host: hv2}}")])
    let refused = try await fleet.run("--yes", within: .seconds(20))
    #expect(refused.status != 0, "\(refused)")
    #expect(refused.output.contains("it is never overwritten"), "\(refused)")
    #expect(try await Lab.definitions("one") == ["hv1"])
    #expect(try await holds("hv2") == "foreign")
  }

  /// A kernel that is another one at the destination is not the guest's kernel.
  @Test func aKernelOfAnotherContent() async throws {
    try await Lab.tidy()
    try await Lab.guest("kern", on: "hv1", "--no-start")
    try await edit("kern", on: "hv1", "s#<boot dev='hd'/>#<kernel>/srv/lab/local/vmlinuz</kernel>#")
    for (host, text) in [("hv1", "one"), ("hv2", "two"), ("hv3", "one")] {
      try await Lab.must("host", host, "sh", "-c", "echo \(text) >/srv/lab/local/vmlinuz")
    }
    let fleet = try LabFleet([.init("kern", "{placement: {host: hv2}}")])
    let refused = try await fleet.run("--yes", within: .seconds(20))
    #expect(refused.status != 0, "\(refused)")
    #expect(refused.output.contains("/srv/lab/local/vmlinuz (kernel) on hv2 holds something else than on hv1"), "\(refused)")
    #expect(try await Lab.definitions("kern") == ["hv1"])
    try fleet.declare(instances: [.init("kern", "{placement: {host: hv3}}")])
    let moved = try await fleet.run("--yes")
    #expect(moved.status == 0, "\(moved)")
    #expect(try await Lab.definitions("kern") == ["hv3"])
  }

  /// Case b2: guests whose images are gone are blocked, and do not hold up the others.
  @Test func missingImagesHoldNobodyUp() async throws {
    try await Lab.tidy()
    for name in ["stale1", "stale2"] {
      try await Lab.guest(name, on: "hv1", "--no-start", "--storage", "local")
      try await Lab.must("host", "hv1", "rm", "/srv/lab/local/\(name).raw")
    }
    for name in ["g1", "g2", "g3"] { try await Lab.guest(name, on: "hv1", "--no-start") }
    let fleet = try LabFleet(["stale1", "stale2", "g1", "g2", "g3"].map { .init($0) })
    try fleet.declare(maintenance: ["hv1"])
    let ended = try await fleet.run("--yes")
    #expect(ended.status == 3, "\(ended)")
    #expect(ended.output.contains("the image of vda (stale1.raw) is not to be had where it is"), "\(ended)")
    for name in ["g1", "g2", "g3"] { #expect(try await Lab.definitions(name) != ["hv1"], "\(name)") }
    for name in ["stale1", "stale2"] { #expect(try await Lab.definitions(name) == ["hv1"], "\(name)") }
  }

  /// Case 06: a definition waits at the first host that would do; the other is taken, and what was found stays as it is.
  @Test func aLeftoverIsPlannedAround() async throws {
    try await Lab.tidy()
    let before = try #require(try await Lab.guest("web", on: "hv1"))
    let xml = try await Lab.virsh("hv1", "dumpxml", "--inactive", "web").output
    try await Lab.must(
      "host", "hv2", "sh", "-c", "printf %s \"$1\" >/run/stale.xml && virsh -q -c qemu:///system define /run/stale.xml", "sh", xml)
    let fleet = try LabFleet([.init("web")])
    try fleet.declare(maintenance: ["hv1"])
    let ended = try await fleet.run("--yes")
    #expect(try await Lab.states("web")["hv3"] != nil, "\(ended)")
    #expect(try await Lab.peek("web", on: "hv3").survived(since: before))
    #expect(try await Lab.definitions("web") == ["hv2", "hv3"])
  }
}
