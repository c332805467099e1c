import Fleet
import Testing

@testable import LibvirtHypervisor

/// What stands in the way of deleting a disk.
@Suite struct DiskUsersTests {
  /// Images by what they build on.
  private struct Images: BackingImages {
    var chains: [String: ImageLook] = [:]
    func backing(of path: String) -> ImageLook { chains[path] ?? .missing }
    func path(of volume: String, in pool: String) -> ImageLook {
      pool == "off" ? .unreadable("storage pool 'off' is not active") : .found("/srv/\(pool)/\(volume)")
    }
  }

  private func guest(_ name: String, _ disks: String) throws -> DomainDescription {
    try DomainDescription(
      xml: """
        <domain type='qemu'><name>\(name)</name><uuid>6f0c2c66-0000-4000-8000-000000000001</uuid><memory unit='KiB'>32768</memory>
        <vcpu>1</vcpu><os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os><devices>
        <emulator>/usr/bin/qemu-system-x86_64</emulator>\(disks)</devices></domain>
        """)
  }
  private func file(_ path: String, _ format: String = "qcow2", _ rest: String = "") -> String {
    "<disk type='file' device='disk'><driver name='qemu' type='\(format)'/><source file='\(path)'/>\(rest)<target dev='vda'/></disk>"
  }

  @Test func aCloneThatIsOffUsesAllItBuildsOn() throws {
    let images = Images(chains: ["/outside/clone.qcow2": .found("/outside/mid.qcow2"), "/outside/mid.qcow2": .found("/srv/local/base.raw")])
    var uses = ImageUses()
    uses.add(try guest("clone", file("/outside/clone.qcow2")), images, follows: true)
    #expect(uses.uses.map(\.path) == ["/outside/clone.qcow2", "/outside/mid.qcow2", "/srv/local/base.raw"])
    #expect(uses.uses.last?.by == "a backing image of /outside/clone.qcow2, disk vda of clone")
    #expect(uses.unread.isEmpty)
  }

  @Test func aRunningGuestsDefinitionTellsItsChain() throws {
    let chain = "<backingStore type='file'><format type='raw'/><source file='/srv/local/base.raw'/><backingStore/></backingStore>"
    var uses = ImageUses()
    uses.add(try guest("web", file("/srv/local/web.qcow2", "qcow2", chain)), Images(), follows: false)
    uses.add(
      try guest("web", "<disk type='volume' device='disk'><source pool='far' volume='hot.raw'/><target dev='vdb'/></disk>"), Images(),
      follows: false)
    #expect(uses.uses.map(\.path) == ["/srv/local/web.qcow2", "/srv/local/base.raw", "/srv/far/hot.raw"])
  }

  @Test func whatCannotBeReadIsNamed() throws {
    var uses = ImageUses()
    let images = Images(chains: ["/outside/clone.qcow2": .unreadable("Permission denied"), "/a": .found("/b"), "/b": .found("/a")])
    uses.add(try guest("clone", file("/outside/clone.qcow2")), images, follows: true)
    uses.add(try guest("ring", file("/a")), images, follows: true)
    uses.add(
      try guest("far", "<disk type='volume' device='disk'><source pool='off' volume='x'/><target dev='vdb'/></disk>"), images, follows: true
    )
    #expect(
      uses.unread == [
        "/outside/clone.qcow2, disk vda of clone: Permission denied", "/a, disk vda of ring: its backing images end nowhere",
        "disk vdb of far: storage pool 'off' is not active",
      ])
  }

  @Test func volumesAndRawDisksAreFoundByTheirPath() throws {
    var uses = ImageUses()
    uses.add(
      try guest(
        "db",
        "<disk type='volume' device='disk'><driver type='raw'/><source pool='local' volume='db.raw'/><target dev='vda'/></disk>"
          + "<disk type='network' device='disk'><source protocol='nbd' name='db'><host name='nas'/></source><target dev='vdb'/></disk>"
          + "<disk type='file' device='cdrom'><target dev='hdc'/></disk>"), Images(), follows: true)
    #expect(uses.uses == [ImageUses.Use(path: "/srv/local/db.raw", by: "disk vda of db")])
    #expect(uses.unread.isEmpty)
  }

  // MARK: judging

  private func pool(_ xml: String = "<source/>", type: String = "dir", target: String = "/srv/local") throws -> PoolDescription {
    try PoolDescription(
      xml: "<pool type='\(type)'><name>local</name><uuid>4e35f952-b2c7-4cc2-b257-b0bb1611e82d</uuid>\(xml)"
        + "<target><path>\(target)</path></target></pool>")
  }
  private func uses(_ name: String, _ path: String, _ pools: [PoolDescription] = []) throws -> ImageUses {
    var uses = ImageUses(pools: pools)
    uses.add(try guest(name, file(path, "raw")), Images(), follows: true)
    return uses
  }

  @Test func nothingNeedsIt() throws {
    let disk = DiskUsers.Disk(host: "hv1", path: "/srv/local/web.raw", pool: try pool())
    let seen: [HostName: Result<ImageUses, LibvirtError>] = [
      "hv1": .success(try uses("db", "/srv/local/db.raw")), "hv2": .success(ImageUses()),
    ]
    #expect(DiskUsers.judge(disk, seen) == .free)
  }

  @Test func aGuestOfItsOwnHostUsesIt() throws {
    let disk = DiskUsers.Disk(host: "hv1", path: "/srv/local/web.raw", pool: try pool())
    #expect(
      DiskUsers.judge(disk, ["hv1": .success(try uses("web", "/srv/local/web.raw"))])
        == .stays("/srv/local/web.raw on hv1 is disk vda of web"))
  }

  @Test func theSamePathElsewhereMustBeProvedAnother() throws {
    let disk = DiskUsers.Disk(host: "hv1", path: "/srv/local/web.raw", pool: try pool())
    let seen: [HostName: Result<ImageUses, LibvirtError>] = [
      "hv1": .success(ImageUses()), "hv2": .success(try uses("web", "/srv/local/web.raw")), "hv3": .success(ImageUses()),
    ]
    let alike: [(HostName, ImageUses.Use)] = [("hv2", ImageUses.Use(path: "/srv/local/web.raw", by: "disk vda of web"))]
    #expect(DiskUsers.judge(disk, seen) == .freeIfDifferent(alike))
  }

  @Test func oneServersFolderIsTheSameUnderAnyPath() throws {
    let source = "<source><host name='nas'/><dir path='/export'/><format type='nfs'/></source>"
    let here = try pool(source, type: "netfs")
    let there = try pool(source, type: "netfs", target: "/mnt/vm")
    let disk = DiskUsers.Disk(host: "hv1", path: "/srv/local/web.raw", pool: here)
    #expect(
      DiskUsers.judge(disk, ["hv2": .success(try uses("web", "/mnt/vm/web.raw", [there]))])
        == .stays("/srv/local/web.raw on hv1 is disk vda of web on hv2"))
  }

  @Test func aHostThatIsSilentOrAnImageThatCannotBeReadMeansNotNow() throws {
    let disk = DiskUsers.Disk(host: "hv1", path: "/srv/local/web.raw", pool: try pool())
    let silent = DiskUsers.judge(disk, ["hv1": .success(ImageUses()), "hv3": .failure(.noAnswer("no route to host"))])
    #expect(silent == .stays("/srv/local/web.raw on hv1 stays for now: hv3 cannot be asked whether it uses it: no route to host"))
    var unread = ImageUses()
    unread.add(try guest("clone", file("/x.qcow2")), Images(chains: ["/x.qcow2": .unreadable("Permission denied")]), follows: true)
    #expect(
      DiskUsers.judge(disk, ["hv2": .success(unread)])
        == .stays(
          "/srv/local/web.raw on hv1 stays: something on hv2 that may build on it cannot be read: /x.qcow2, disk vda of clone: Permission denied"
        ))
  }

  // MARK: times of change

  @Test(
    arguments: [
      (nil, true), (0, true), (119_999, true), (120_000, true), (120_001, false), (-1, true),
    ] as [(Int?, Bool)]) func aTimeOfOursMayBeOffByTheClocks(changed: Int?, isUntouched: Bool)
  {
    let since = Timestamp(milliseconds: 1_800_000_000_000)
    let changedAt = changed.map { since.adding(milliseconds: $0) }
    #expect(DiskRemoval.clockSkewMilliseconds == 120_000)
    #expect(DiskRemoval.isUntouched(changedAt: changedAt, since: since, isHostsOwnReading: false) == isUntouched)
    #expect(DiskRemoval.isUntouched(changedAt: changedAt, since: since, isHostsOwnReading: true) == (changed == 0))
  }
}
