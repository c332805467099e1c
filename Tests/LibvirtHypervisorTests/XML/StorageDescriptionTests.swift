import Fleet
import Testing

@testable import LibvirtHypervisor

@Suite struct StorageDescriptionTests {
  private func pool(_ type: String, source: String = "", target: String? = nil) throws -> PoolDescription {
    try PoolDescription(
      xml: """
        <pool type='\(type)'>
          <name>p &amp; q</name>
          <uuid>4E35F952-b2c7-4cc2-b257-b0bb1611e82d</uuid>
          <capacity unit='bytes'>270553174016</capacity>
          <allocation unit='bytes'>21929562112</allocation>
          <available unit='bytes'>248623611904</available>
          <source>
            \(source)
          </source>
          \(target.map { "<target><path>\($0)</path><permissions><mode>0755</mode></permissions></target>" } ?? "")
        </pool>
        """)
  }

  @Test func directory() throws {
    let found = try pool("dir", target: "/srv/vm")
    #expect((found.type, found.name, found.uuid) == ("dir", "p & q", "4e35f952-b2c7-4cc2-b257-b0bb1611e82d"))
    #expect(found.targetPath == "/srv/vm")
    #expect((found.capacityBytes, found.allocationBytes, found.availableBytes) == (270_553_174_016, 21_929_562_112, 248_623_611_904))
    #expect(found.isDirectoryLike)
    #expect(found.networkIdentity == nil)
  }

  static let servers: [(String, String, String?)] = [
    ("netfs", "<host name='NAS.example'/><dir path='/export/vm/'/><format type='auto'/>", "nfs://nas.example:2049/export/vm"),
    ("netfs", "<host name='nas.example' port='2049'/><dir path='/export/vm'/><format type='nfs'/>", "nfs://nas.example:2049/export/vm"),
    ("netfs", "<host name='nas'/><dir path='/share'/><format type='cifs'/>", "cifs://nas/share"),
    ("netfs", "<host name='localhost'/><dir path='/export'/>", nil),
    (
      "rbd", "<host name='mon2' port='6789'/><host name='mon1' port='6789'/><name>vms</name><auth type='ceph' username='c'/>",
      "rbd://mon1:6789,mon2:6789/vms"
    ),
    ("rbd", "<name>vms</name>", nil), ("gluster", "<host name='g1'/><dir path='/vm'/><name>vol0</name>", "gluster://g1:24007/vol0/vm"),
    ("gluster", "<host name='g1'/><dir path='/'/><name>vol0</name>", "gluster://g1:24007/vol0"),
    (
      "iscsi", "<host name='storage.example' port='3260'/><device path='iqn.2013-07.com.example:erp'/>",
      "iscsi://storage.example:3260/iqn.2013-07.com.example:erp"
    ),
    (
      "iscsi-direct", "<host name='storage.example'/><device path='iqn.x'/><initiator><iqn name='iqn.me'/></initiator>",
      "iscsi://storage.example:3260/iqn.x"
    ),
    ("sheepdog", "<host name='10.0.0.1'/><name>s0</name>", "sheepdog://10.0.0.1:7000/s0"),
    ("logical", "<device path='/dev/sda5'/><name>vg0</name><format type='lvm2'/>", nil), ("fs", "<device path='/dev/sdb1'/>", nil),
    ("disk", "<device path='/dev/sdb'/>", nil), ("scsi", "<adapter type='scsi_host' name='scsi_host0'/>", nil), ("mpath", "", nil),
    ("zfs", "<name>tank</name>", nil),
  ]

  @Test("who is the server", arguments: servers) func identity(_ type: String, _ source: String, _ identity: String?) throws {
    #expect(try pool(type, source: source).networkIdentity == identity)
  }

  @Test func detailsOfAPool() throws {
    let direct = try pool("iscsi-direct", source: "<host name='s'/><device path='iqn.x'/><initiator><iqn name='iqn.me'/></initiator>")
    #expect((direct.sourceDevices, direct.initiator, direct.isDirectoryLike, direct.targetPath) == (["iqn.x"], "iqn.me", false, nil))
    let logical = try pool("logical", source: "<device path='/dev/sda5'/><name>vg0</name><format type='lvm2'/>", target: "/dev/vg0")
    #expect((logical.sourceName, logical.format, logical.isDirectoryLike) == ("vg0", "lvm2", false))
  }

  @Test(
    "pools that are none",
    arguments: [
      ("<volume/>", "line 1: expected <pool> but found <volume>"), ("<pool><name>a</name></pool>", "line 1: <pool> has no attribute type"),
      ("<pool type='dir'><name>a</name></pool>", "line 1: <pool> has no <uuid>"),
      ("<pool type='dir'><name>a</name><uuid>x</uuid><available>lots</available></pool>", "line 1: <available> is no whole number: 'lots'"),
    ]) func noPool(_ xml: String, _ message: String)
  {
    #expect(#expect(throws: XMLError.self) { try PoolDescription(xml: xml) }?.description == message)
  }

  /// As libvirt 9 printed it.
  static let volume = """
    <volume type='file'>
      <name>b.qcow2</name>
      <key>/srv/lab/local/b.qcow2</key>
      <capacity unit='bytes'>10485760</capacity>
      <allocation unit='bytes'>200704</allocation>
      <physical unit='bytes'>196616</physical>
      <target>
        <path>/srv/lab/local/b.qcow2</path>
        <format type='qcow2'/>
        <permissions>
          <mode>0600</mode>
        </permissions>
        <timestamps>
          <atime>1795412811.520808020</atime>
          <mtime>1795412811.517710464</mtime>
        </timestamps>
      </target>
      <backingStore>
        <path>/srv/lab/local/a.qcow2</path>
        <format type='qcow2'/>
      </backingStore>
    </volume>
    """

  @Test func volume() throws {
    #expect(
      try VolumeDescription(xml: Self.volume)
        == VolumeDescription(
          name: "b.qcow2", key: "/srv/lab/local/b.qcow2", path: "/srv/lab/local/b.qcow2", format: "qcow2", capacityBytes: 10_485_760,
          allocationBytes: 200_704, physicalBytes: 196_616, backingPath: "/srv/lab/local/a.qcow2",
          modificationTime: Timestamp(milliseconds: 1_795_412_811_517)))
  }

  static let times: [(String, Int?)] = [
    ("0", 0), ("12", 12_000), ("12.5", 12_500), ("12.05", 12_050), ("12.", 12_000), ("", nil), ("12.x", nil), ("1.2.3", nil), ("soon", nil),
    ("99999999999999999999", nil),
  ]

  @Test("times", arguments: times) func time(_ text: String, _ milliseconds: Int?) throws {
    let found = try VolumeDescription(xml: Self.volume.replacing("1795412811.517710464", with: text)).modificationTime
    #expect(found?.milliseconds == milliseconds)
  }

  @Test func aVolumeWithoutSize() {
    #expect(throws: XMLError("<volume> has no <capacity>", line: 1)) { try VolumeDescription(xml: "<volume><name>a</name></volume>") }
  }

  @Test func writing() throws {
    #expect(
      VolumeXML.make(name: "a", capacityBytes: 10, allocationBytes: 0, format: "raw")
        == "<volume><name>a</name><capacity unit='bytes'>10</capacity><allocation unit='bytes'>0</allocation>"
        + "<target><format type='raw'/></target></volume>")
    let text = VolumeXML.make(name: "it's <a> & b", capacityBytes: 1 << 30, allocationBytes: 4096, format: "qcow2", mode: 0o600)
    #expect(text.contains("<format type='qcow2'/><compat>1.1</compat><permissions><mode>0600</mode></permissions>"))
    let read = try VolumeDescription(xml: text)
    #expect((read.name, read.capacityBytes, read.allocationBytes, read.format) == ("it's <a> & b", 1 << 30, 4096, "qcow2"))
    let pool = try XMLDocument(PoolXML.makeTransientDirectory(name: "x&y", path: "/a 'b'"), root: "pool").root
    #expect((pool["type"], pool.first("name")?.text, pool.first("target", "path")?.text) == ("dir", "x&y", "/a 'b'"))
  }
}
