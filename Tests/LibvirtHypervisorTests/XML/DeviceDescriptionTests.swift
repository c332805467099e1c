import Fleet
import Testing

@testable import LibvirtHypervisor

/// Devices that the samples do not have.
@Suite struct DeviceDescriptionTests {
  private func domain(_ devices: String, more: String = "") throws -> DomainDescription {
    try DomainDescription(
      xml: """
        <domain type='kvm'><name>a</name><uuid>3a6e1c1e-6d0f-4f3a-9a53-0b9f4f1a7c01</uuid><memory unit='GiB'>2</memory>
        <vcpu>2</vcpu>\(more)<devices>\(devices)</devices></domain>
        """)
  }

  private static let address = "<address domain='0x0000' bus='0x65' slot='0x00' function='0x3'/>"

  static let hostDevices: [(String, String, Bool)] = [
    ("<hostdev mode='subsystem' type='pci' managed='yes'><source>\(address)</source></hostdev>", "PCI device 0000:65:00.3", true),
    (
      "<hostdev mode='subsystem' type='pci'><source>\(address)</source><teaming type='transient' persistent='ua-n'/></hostdev>",
      "PCI device 0000:65:00.3", false
    ),
    (
      "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>",
      "mediated device c2177883-f1bb-47f0-914d-32a22e3a8804", true
    ),
    ("<hostdev mode='subsystem' type='usb'><source><address bus='3' device='5'/></source></hostdev>", "USB device 3-5", true),
    (
      "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='1' unit='2'/></source></hostdev>",
      "SCSI device scsi_host0:0:1:2", true
    ),
    (
      "<hostdev mode='subsystem' type='scsi' managed='no'><source protocol='iscsi' name='iqn.x/1'><host name='h'/></source></hostdev>",
      "SCSI device iqn.x/1", true
    ),
    (
      "<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' wwpn='naa.5001405376e34ea9'/></hostdev>",
      "SCSI host naa.5001405376e34ea9", true
    ),
    ("<hostdev mode='subsystem' type='quantum'/>", "host device of type quantum", true),
    ("<interface type='hostdev'><source>\(address)</source></interface>", "network function 0000:65:00.3", true),
    ("<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>", "vDPA device /dev/vhost-vdpa-0", true),
    ("<disk type='vhostvdpa'><source dev='/dev/vhost-vdpa-1'/><target dev='vda'/></disk>", "vDPA disk /dev/vhost-vdpa-1", true),
    ("<disk type='nvme'><source type='pci' namespace='1'>\(address)</source><target dev='vda'/></disk>", "NVMe device 0000:65:00.3", true),
    ("<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>", "the host's TPM", true),
  ]

  @Test("host devices", arguments: hostDevices) func hostDevice(_ xml: String, _ text: String, _ blocks: Bool) throws {
    let domain = try domain(xml)
    #expect(domain.hostDevices.map(\.text) == [text])
    #expect(domain.blockers == (blocks ? [.hostDevice] : []))
  }

  @Test func encryptedMemory() throws {
    let domain = try domain("", more: "<launchSecurity type='sev'><policy>0x3</policy></launchSecurity>")
    #expect(domain.hostDevices.map(\.kind) == [.encryptedMemory])
    #expect(domain.overheadBytes == (4 + 50 + 16 + 8 + 32 + 256) << 20)
  }

  @Test(
    "overhead is KubeVirt's, less its containers'",
    arguments: [
      (512 << 20, 1, 1 + 50 + 8 + 8 + 32), (4 << 30, 4, 8 + 50 + 32 + 8 + 32), (64 << 30, 16, 128 + 50 + 128 + 8 + 32),
    ]) func overhead(_ memory: Int, _ vcpus: Int, _ mebibytes: Int) throws
  {
    #expect(DomainDescription.overheadBytes(memoryBytes: memory, vcpus: vcpus) == mebibytes << 20)
  }

  @Test func overheadOfDevices() throws {
    let vfio = try domain("<hostdev type='pci'/>", more: "<os><type arch='aarch64' machine='virt'>hvm</type></os>")
    #expect(vfio.overheadBytes == (4 + 50 + 16 + 8 + 32 + 1024 + 128) << 20)
  }

  static let networkSources: [(String, String?)] = [
    ("protocol='rbd' name='p/i'><host name='Mon2'/><host name='mon1' port='6789'/>", "rbd://mon1:6789,mon2/p/i"),
    ("protocol='nbd' name='export'><host name='nas'/>", "nbd://nas:10809/export"),
    ("protocol='nbd'><host name='fd00::5' port='10810'/>", "nbd://[fd00::5]:10810"),
    ("protocol='iscsi' name='iqn.x'><host name='p'/>", "iscsi://p:3260/iqn.x/0"),
    ("protocol='iscsi' name='iqn.x/3'><host name='p' port='3261'/>", "iscsi://p:3261/iqn.x/3"),
    ("protocol='gluster' name='vol/dir/a'><host name='g' transport='rdma'/>", "gluster://g:24007/vol/dir/a"),
    ("protocol='https' name='iso/a.iso' query='v=1'><host name='w'/>", "https://w:443/iso/a.iso?v=1"),
    ("protocol='nfs' name='/export/a'><host name='n'/>", "nfs://n:2049/export/a"),
    // Nothing proves that another host reaches the same.
    ("protocol='rbd' name='p/i'>", nil), ("protocol='nbd' name='e'><host transport='unix' socket='/run/nbd'/>", nil),
    ("protocol='nbd' name='e'><host name='localhost'/>", nil), ("protocol='nbd' name='e'><host name='127.0.1.1' port='1'/>", nil),
    ("protocol='nbd' name='e'><host name='::1'/>", nil),
  ]

  @Test("disk sources", arguments: networkSources) func networkSource(_ source: String, _ identity: String?) throws {
    let domain = try domain("<disk type='network'><source \(source)</source><target dev='vda'/></disk>")
    #expect(domain.disks[0].network?.identity == identity)
    #expect(domain.disks[0].hasSource)
  }

  @Test func aHostWithoutName() {
    #expect(throws: XMLError("<host> has no name", line: 2)) {
      try domain("<disk type='network'><source protocol='nbd'><host/></source><target dev='vda'/></disk>")
    }
  }

  static let configDrives: [(String, String, Bool)] = [
    ("<source file='/var/lib/nova/instances/x/disk.config'/>", "disk", true), ("<source file='/x/abc_disk.config'/>", "disk", true),
    ("<source file='/x/abc_disk.config.old'/>", "disk", false), ("<source file='/x/vm-cidata.iso'/><readonly/>", "disk", true),
    ("<source file='/x/ubuntu-cloudinit.qcow2'/>", "disk", false), ("<source file='/x/virtinst-8a-cloudinit.iso'/>", "cdrom", true),
    ("<source file='/x/seed.iso'/>", "cdrom", true), ("<source file='/x/web-1-seed.img'/><readonly/>", "disk", true),
    ("<source file='/x/commoninit.iso'/>", "cdrom", true), ("<source file='/x/debian-12-netinst.iso'/>", "cdrom", false),
    ("<source file='/x/linseed-7.iso'/>", "cdrom", false), ("<source file='/x/any.img'/><serial>config-2</serial>", "disk", true),
    ("<source file='/x/floppy.img'/>", "floppy", false), ("<source file='/x/cidata.img'/>", "floppy", true), ("", "cdrom", false),
  ]

  @Test("config drives", arguments: configDrives) func configDrive(_ xml: String, _ device: String, _ isOne: Bool) throws {
    #expect(try domain("<disk type='file' device='\(device)'>\(xml)<target dev='vda'/></disk>").disks[0].isConfigDrive == isOne)
  }

  @Test("backing images on the network and in pools") func backing() throws {
    let domain = try domain(
      """
      <disk type='file'><source file='/top'/><backingStore type='network'><source protocol='nbd' name='base'><host name='n'/></source>
      <backingStore type='volume'><source pool='p' volume='v'/><backingStore type='block'><source dev='/dev/b'/><backingStore/>
      </backingStore></backingStore></backingStore><target dev='vda'/></disk>
      """)
    #expect(domain.disks[0].backingChain == ["nbd://n:10809/base", "p/v", "/dev/b"])
  }

  static let interfaces: [(String, InterfaceDescription.Kind, String?)] = [
    ("<interface type='network'><source network='n' portid='p' bridge='virbr0'/></interface>", InterfaceDescription.Kind.network, "n"),
    // How a running guest on a network that is a host's bridge looks.
    ("<interface type='bridge'><source network='n' portid='p' bridge='br0'/></interface>", .network, "n"),
    ("<interface type='direct'><source network='n' portid='p' dev='eth0' mode='bridge'/></interface>", .network, "n"),
    ("<interface type='bridge'><source bridge='br0'/></interface>", .bridge, "br0"),
    ("<interface type='vhostuser'><source type='unix' path='/run/v' mode='client'/></interface>", .vhostuser, "/run/v"),
    ("<interface type='ethernet'/>", .ethernet, nil), ("<interface type='warp'/>", .other, nil),
  ]

  @Test("interfaces name what they are plugged into", arguments: interfaces) func interface(
    _ xml: String, _ kind: InterfaceDescription.Kind, _ source: String?
  ) throws {
    let interface = try domain(xml).interfaces[0]
    #expect((interface.kind, interface.source) == (kind, source))
  }

  @Test func firmwareVariablesInASource() throws {
    let os = "<os><type arch='x86_64' machine='q35'>hvm</type><loader type='pflash'>/l</loader>"
    #expect(try domain("", more: os + "<nvram type='file'><source file='/v'/></nvram></os>").nvramPath == "/v")
    #expect(try domain("", more: os + "<nvram type='block'><source dev='/dev/v'/></nvram></os>").nvramPath == "/dev/v")
    #expect(try domain("", more: os + "<nvram>\n /v </nvram></os>").nvramPath == "/v")
    #expect(try domain("", more: os + "<nvram template='/t'/></os>").nvramPath == nil)
  }

  @Test func videoAndDisksSharedWithAProcess() throws {
    let domain = try domain(
      "<video><driver name='vhostuser'/></video><disk type='vhostuser'><source type='unix' path='/run/s'/><target dev='vda'/></disk>")
    #expect(domain.sharedMemoryDevices == ["vhost-user video", "vhost-user disk vda at /run/s"])
    #expect(domain.disks[0].path == "/run/s")
  }
}
