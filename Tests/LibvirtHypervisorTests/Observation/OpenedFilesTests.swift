import CLibvirt
import Fleet
import Testing

@testable import LibvirtHypervisor

/// All that a guest opens is seen: what its images build on, what its next start adds, the memory it may use.
@Suite struct OpenedFilesTests {
  private func definition(_ devices: String, memory: String = "<memory unit='MiB'>64</memory>", os: String = "") throws -> DomainDescription
  {
    try DomainDescription(
      xml: """
        <domain type='qemu'><name>web</name><uuid>08fe2d0d-d823-4190-8026-00bad59f959b</uuid>\(memory)<vcpu>1</vcpu>
        <os><type arch='x86_64' machine='pc'>hvm</type>\(os)</os><devices>\(devices)</devices></domain>
        """)
  }
  private func file(_ target: String, _ path: String, _ format: String = "qcow2", _ rest: String = "") -> String {
    "<disk type='file' device='disk'><driver name='qemu' type='\(format)'/><source file='\(path)'/>\(rest)<target dev='\(target)'/></disk>"
  }
  private func domain(
    _ description: DomainDescription, running: Bool = true, nextBoot: DomainDescription? = nil, chains: [String: ImageChain] = [:],
    sizes: [String: DomainHandle.BlockInfo] = [:], missing: [String: String] = [:]
  ) -> HostSurvey.Domain {
    let kind = running ? VIR_DOMAIN_RUNNING : VIR_DOMAIN_SHUTOFF
    return HostSurvey.Domain(
      description: description, state: DomainState(state: Int32(kind.rawValue), reason: 1), isPersistent: true, hasManagedSave: false,
      hasSnapshots: false, sizes: sizes, nextBoot: nextBoot, chains: chains, missingImages: missing)
  }
  private let pools: [PoolDescription]

  init() throws {
    pools = try ["shared", "local"].map(Self.pool)
  }

  private static func pool(_ name: String) throws -> PoolDescription {
    try PoolDescription(
      xml: """
        <pool type='dir'><name>\(name)</name><uuid>c5a12a52-55a1-4ac8-a3e5-9a1c2b6c6d11</uuid><capacity>1</capacity><allocation>0</allocation>
        <available>1</available><target><path>/srv/lab/\(name)</path></target></pool>
        """)
  }
  private func seen(_ domain: HostSurvey.Domain) -> InstanceObservation {
    InstanceView(domain, "hv1", StorageView(pools), .empty, showsInterfaces: true, isKeptOff: { _ in false }).observation()
  }

  /// Case 17: a clone on shared storage, its template in each host's own folder.
  @Test func theTemplateOfARunningCloneIsANeed() throws {
    let chain = "<backingStore type='file'><format type='qcow2'/><source file='/srv/lab/local/tplt.qcow2'/><backingStore/></backingStore>"
    let clone = try definition(file("vda", "/srv/lab/shared/clone1.qcow2", "qcow2", chain))
    #expect(
      seen(domain(clone)).needs == [
        HostNeed("backing image /srv/lab/local/tplt.qcow2 of disk vda", storage: "local", backs: "vda")
      ])
    #expect(OpenedFiles(domain(clone), pools).images.map(\.reference) == [.path("/srv/lab/local/tplt.qcow2")])
    #expect(OpenedFiles(domain(clone), pools).images(folding: ["vda"]).isEmpty, "a copy takes it in")
  }

  @Test func theTemplateOfACloneThatIsOffIsReadFromItsImages() throws {
    let clone = try definition(file("vda", "/srv/lab/shared/clone2.qcow2"))
    let chain = ImageChain(images: ["/srv/lab/local/tplt.qcow2"])
    #expect(
      seen(domain(clone, running: false, chains: ["vda": chain])).needs == [
        HostNeed("backing image /srv/lab/local/tplt.qcow2 of disk vda", storage: "local", backs: "vda")
      ])
    let unread = seen(domain(clone, running: false, chains: ["vda": ImageChain(unread: "/srv/x: Permission denied")])).needs
    #expect(
      unread == [HostNeed("what disk vda builds on, which cannot be read (/srv/x: Permission denied)", backs: "vda")])
  }

  @Test func aChainIsFollowedToItsEnd() {
    struct Images: BackingImages {
      var chains: [String: ImageLook]
      func backing(of path: String) -> ImageLook { chains[path] ?? .missing }
      func path(of volume: String, in pool: String) -> ImageLook { .missing }
    }
    let images = Images(chains: ["/a": .found("/b"), "/b": .found("/c"), "/x": .found("/y"), "/y": .unreadable("no"), "/r": .found("/r")])
    #expect(ImageChain.read(from: "/a", images) == ImageChain(images: ["/b", "/c"]))
    #expect(ImageChain.read(from: "/x", images) == ImageChain(images: ["/y"], unread: "/y: no"))
    #expect(ImageChain.read(from: "/r", images).unread == "/r: its backing images end nowhere")
  }

  /// Case 07: a disk and memory that wait for the next start.
  @Test func whatWaitsForTheNextStartCounts() throws {
    let root = file("vda", "/srv/lab/shared/web.raw", "raw")
    let next = try definition(
      root + file("vdb", "/srv/lab/local/extra.qcow2"), memory: "<memory unit='MiB'>128</memory>")
    let web = seen(domain(try definition(root), nextBoot: next))
    #expect(web.needs == [HostNeed("disk vdb (/srv/lab/local/extra.qcow2)", storage: "local", atNextStart: true)])
    #expect(web.needs?[0].sentence == "its next start opens disk vdb (/srv/lab/local/extra.qcow2)")
    #expect(web.memoryMaxBytes == 128 << 20)
    #expect(seen(domain(try definition(root), nextBoot: try definition(root))).needs == nil)
    let other = try definition(file("vda", "/srv/lab/local/other.raw", "raw"))
    #expect(
      seen(domain(try definition(root), nextBoot: other)).needs?.map(\.text) == ["disk vda (/srv/lab/local/other.raw)"],
      "another image under the same name")
  }

  @Test func devicesOfTheNextStartBlockToo() throws {
    let passed = try definition(
      "<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x3b' slot='0x02' function='0x1'/></source></hostdev>")
    let web = seen(domain(try definition(""), nextBoot: passed))
    #expect(web.blockers == [.hostDevice])
  }

  /// Case 18: room for DIMMs that may never come.
  @Test func roomForMemoryToBePluggedInIsNotMemory() throws {
    let memory = "<maxMemory slots='16' unit='GiB'>256</maxMemory><memory unit='MiB'>64</memory>"
    let guest = seen(domain(try definition("", memory: memory)))
    #expect(guest.memoryMaxBytes == 64 << 20)
    #expect(guest.hotplugMemoryBytes == 256 << 30)
    #expect(guest.overheadBytes < 200 << 20)
  }

  @Test func memoryImagesAreNeverOpenedTwice() throws {
    let nvdimm = try definition(
      "<memory model='nvdimm'><source><path>/srv/lab/shared/web.nvdimm</path></source><target><size unit='MiB'>64</size></target></memory>")
    #expect(seen(domain(nvdimm)).needs == [HostNeed("memory image /srv/lab/shared/web.nvdimm")])
    #expect(seen(domain(nvdimm, running: false)).needs == [HostNeed("memory image /srv/lab/shared/web.nvdimm", storage: "shared")])
    #expect(OpenedFiles(domain(nvdimm), pools).files.isEmpty, "the same content somewhere else is not the same memory")
  }

  @Test func foldersShownToTheGuest() throws {
    let share = try definition("<filesystem type='mount'><source dir='/srv/lab/shared'/><target dir='tag'/></filesystem>")
    #expect(seen(domain(share, running: false)).needs == [HostNeed("folder /srv/lab/shared (filesystem tag)", storage: "shared")])
    let own = try definition("<filesystem type='mount'><source dir='/etc/web'/><target dir='tag'/></filesystem>")
    #expect(seen(domain(own, running: false)).needs == [HostNeed("folder /etc/web (filesystem tag)")])
  }

  @Test func filesOfWhichTheSameContentWillDo() throws {
    let guest = try definition(
      "<interface type='ethernet'><script path='/etc/qemu-ifup'/></interface>",
      os: "<loader>/usr/share/OVMF/CODE.fd</loader><kernel>/boot/vmlinuz</kernel><initrd>/boot/initrd</initrd><dtb>/boot/x.dtb</dtb>")
    #expect(
      OpenedFiles(domain(guest), pools).files == [
        HostFile(role: "loader", path: "/usr/share/OVMF/CODE.fd"), HostFile(role: "kernel", path: "/boot/vmlinuz"),
        HostFile(role: "initrd", path: "/boot/initrd"), HostFile(role: "dtb", path: "/boot/x.dtb"),
        HostFile(role: "interface script", path: "/etc/qemu-ifup"),
      ])
    #expect(seen(domain(guest)).needs == nil)
  }

  /// Case b2: a disk whose image somebody deleted is no disk of 0 bytes.
  @Test func aMissingImageIsNotASizeOfZero() throws {
    let stale = try definition(file("vda", "/srv/lab/local/gone.raw", "raw"))
    let disk = seen(domain(stale, running: false, missing: ["vda": "cannot open file: No such file or directory"])).disks[0]
    #expect(disk.missing == "cannot open file: No such file or directory")
    let there = seen(domain(stale, running: false, sizes: ["vda": DomainHandle.BlockInfo(capacityBytes: 0, allocatedBytes: 0)])).disks[0]
    #expect(there.missing == nil, "an image that is empty is there")
  }

  @Test func whatALeftFileIsKnownBy() {
    #expect(LeftVariables.text("u-1", holding: [1, 2, 3]) == LeftVariables.text("u-1", holding: [1, 2, 3]))
    #expect(LeftVariables.text("u-1", holding: [1, 2, 3]) != LeftVariables.text("u-1", holding: [1, 2, 4]))
    #expect(LeftVariables.text("u-1", holding: [1, 2, 3]) != LeftVariables.text("u-2", holding: [1, 2, 3]))
    #expect(LeftVariables.text("08fe2d0d-d823-4190-8026-00bad59f959b", holding: []).utf8.count < LeftVariables.signBytes)
  }
}
