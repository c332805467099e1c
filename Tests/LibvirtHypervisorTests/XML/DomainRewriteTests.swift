import Fleet
import Testing

@testable import LibvirtHypervisor

/// An edit changes the lines it is about and no other byte.
@Suite struct DomainRewriteTests {
  @Test("without anything to change, nothing is", arguments: Sample.domains) func identity(_ name: String) throws {
    let text = try Sample.text(name)
    #expect(try DomainRewrite.relocating(text) == text)
    if name == "tpm" || !name.hasSuffix(".live") { #expect(try DomainRewrite.definitionForDestination(text) == text) }
  }

  @Test(
    "a file moves",
    arguments: [
      ("uefi-nvram", "vda", "/var/lib/libvirt/images/mail-1.qcow2", ""),
      ("uefi-nvram.live", "vda", "/var/lib/libvirt/images/mail-1.qcow2", " index='1'"),
      ("tpm", "sda", "/srv/vm/win-11.qcow2", ""), ("vhost-user", "vda", "/srv/vm/router-1.img", ""),
      ("sriov-failover", "vda", "/srv/shared/edge-1.qcow2", ""),
      ("multi-disk", "vdb", "/var/lib/libvirt/images/build-1-data.qcow2", ""),
    ]) func file(_ name: String, _ target: String, _ old: String, _ rest: String) throws
  {
    let text = try Sample.text(name)
    let new = try DomainRewrite.relocating(text, disks: [target: "/pool/it's <new>.qcow2"])
    #expect(
      changes(from: text, to: new) == ["-<source file='\(old)'\(rest)/>", "+<source file='/pool/it&apos;s &lt;new&gt;.qcow2'\(rest)/>"])
    #expect(try DomainDescription(xml: new).disks.first { $0.target == target }?.path == "/pool/it's <new>.qcow2")
  }

  @Test func aBlockDeviceBecomesAFile() throws {
    let text = try Sample.text("lvm-block")
    let new = try DomainRewrite.relocating(text, disks: ["vda": "/pool/ldap-1"])
    #expect(
      changes(from: text, to: new) == [
        "-<disk type='block' device='disk'>", "+<disk type='file' device='disk'>", "-<source dev='/dev/vg0/ldap-1'/>",
        "+<source file='/pool/ldap-1'/>",
      ])
    let huge = try Sample.text("hugepages")
    #expect(changes(from: huge, to: try DomainRewrite.relocating(huge, disks: ["vda": "/p/c"])).count == 4)
  }

  @Test func aVolumeBecomesAFile() throws {
    let text = try Sample.text("numa-pinned")
    #expect(
      changes(from: text, to: try DomainRewrite.relocating(text, disks: ["vda": "/pool/db-1.img"])) == [
        "-<disk type='volume' device='disk'>", "+<disk type='file' device='disk'>", "-<source pool='fast' volume='db-1.img'/>",
        "+<source file='/pool/db-1.img'/>",
      ])
  }

  @Test func aChainIsDropped() throws {
    let text = try Sample.text("multi-disk.live")
    let new = try DomainRewrite.relocating(text, disks: ["vda": "/pool/build-1.qcow2"], flattening: ["vda", "vdb"])
    #expect(
      changes(from: text, to: new) == [
        "-<source file='/var/lib/libvirt/images/build-1.qcow2' index='5'/>", "-<backingStore type='file' index='6'>",
        "-<format type='qcow2'/>",
        "-<source file='/var/lib/libvirt/images/build-1-base.qcow2'/>", "-<backingStore type='file' index='7'>", "-<format type='qcow2'/>",
        "-<source file='/var/lib/libvirt/images/debian-12.qcow2'/>", "-<backingStore/>", "-</backingStore>", "-</backingStore>",
        "+<source file='/pool/build-1.qcow2' index='5'/>", "+<backingStore/>",
      ])
    #expect(try DomainDescription(xml: new).disks[0].backingChain == [])
    // A definition that tells of no chain has none to drop.
    let inactive = try Sample.text("multi-disk")
    #expect(try DomainRewrite.relocating(inactive, flattening: ["vda"]) == inactive)
  }

  @Test func screensMove() throws {
    let text = try Sample.text("rbd")
    let new = try DomainRewrite.relocating(text, graphicsListen: ["10.0.2.21": "10.0.2.22", "10.0.3.13": "no monitor of a disk"])
    #expect(
      changes(from: text, to: new) == [
        "-<graphics type='vnc' port='-1' autoport='yes' listen='10.0.2.21'>", "-<listen type='address' address='10.0.2.21'/>",
        "+<graphics type='vnc' port='-1' autoport='yes' listen='10.0.2.22'>", "+<listen type='address' address='10.0.2.22'/>",
      ])
    // What a network's address was is up to the destination's network.
    let network = try Sample.text("iscsi").replacing(
      "<listen type='network' network='management'/>", with: "<listen type='network' network='management' address='10.0.2.21'/>"
    ).replacing("autoport='yes'>", with: "autoport='yes' listen='10.0.2.21'>")
    #expect(try DomainRewrite.relocating(network, graphicsListen: ["10.0.2.21": "10.0.2.22"]) == network)
    #expect(try DomainDescription(xml: network).graphics[0].listenAddresses == [])
  }

  @Test(
    "what cannot be moved is an error",
    arguments: [
      ("multi-disk", "sdz", "it has no disk sdz"), ("multi-disk", "hdb", "line 50: disk hdb is an empty drive"),
      ("iscsi", "sda", "line 29: disk sda is a SCSI device, which no file can stand for"),
      ("rbd", "vda", "line 36: disk vda is of type network, which no file can stand for"),
    ]) func refused(_ name: String, _ target: String, _ message: String) throws
  {
    let text = try Sample.text(name)
    let error = #expect(throws: XMLError.self) { try DomainRewrite.relocating(text, disks: [target: "/new"]) }
    #expect(error?.description == message)
  }

  @Test func aSliceIsNotMoved() throws {
    let text = try Sample.text("lvm-block").replacing(
      "<source dev='/dev/vg0/ldap-1'/>",
      with: "<source dev='/dev/vg0/ldap-1'><slices><slice type='storage' offset='0' size='512'/></slices></source>")
    #expect(throws: XMLError.self) { try DomainRewrite.relocating(text, disks: ["vda": "/new"]) }
  }

  /// Everything libvirt shows of a running guest and drops again when it defines it, but for what cannot be told from a choice: the expanded
  /// processor, the resource partition, and elements that are empty now.
  @Test func theLiveDefinitionBecomesTheInactiveOne() throws {
    let made = try DomainRewrite.definitionForDestination(try Sample.text("uefi-nvram.live"))
    let empties = ["input", "controller"]
    var plain = made
    for name in empties {
      plain = plain.replacing(try Regex("<(\(name)[^>]*[^/])>\\s*</\(name)>")) { "<\($0.output[1].substring ?? "")/>" }
    }
    #expect(
      changes(from: plain, to: try Sample.text("uefi-nvram")) == [
        "-<resource>", "-<partition>/machine</partition>", "-</resource>", "-<cpu mode='custom' match='exact' check='full'>",
        "+<cpu mode='custom' match='exact' check='partial'>", "-<feature policy='require' name='hypervisor'/>", "-<backingStore/>",
        "-<seclabel type='dynamic' model='dac' relabel='yes'>", "-</seclabel>",
      ])
    #expect(try DomainDescription(xml: made).graphics[0].port == nil)
    let disks = try DomainRewrite.definitionForDestination(try Sample.text("multi-disk.live"), flattening: ["vda"])
    #expect(!disks.contains("index='5'") && !disks.contains("5900") && !disks.contains("/dev/pts") && !disks.contains("id='1'>\n  <name>"))
    #expect(try DomainDescription(xml: disks).disks[0].backingChain == [])
    #expect(disks.contains("<audio id='1' type='spice'/>"), "only the domain's own id is a running domain's")
  }

  @Test func aChosenAliasAndATapOfOneselfStay() throws {
    let text = try Sample.text("sriov-failover")
    #expect(try DomainRewrite.definitionForDestination(text).contains("<alias name='ua-edge0'/>"))
    let rbd = try Sample.text("rbd")
    #expect(try DomainRewrite.definitionForDestination(rbd).contains("<target dev='tap5c1a'/>"))
    let live = rbd.replacing("tap5c1a", with: "vnet4")
    #expect(changes(from: live, to: try DomainRewrite.definitionForDestination(live)) == ["-<target dev='vnet4'/>"])
  }

  @Test func aPortOfTheNetworkGoes() throws {
    let live = try Sample.text("iscsi").replacing(
      "<source network='default'/>", with: "<source network='default' portid='0c6ecfde-1c2c-4b0e-8d7b-6d3b1d1f3b1a' bridge='virbr0'/>")
    #expect(try DomainRewrite.definitionForDestination(live) == (try Sample.text("iscsi")))
  }

  @Test func aMirrorGoes() throws {
    let live = try Sample.text("multi-disk").replacing(
      "<target dev='vda' bus='virtio'/>",
      with: "<mirror type='file' job='copy' ready='yes'><source file='/x' index='9'/></mirror>\n      <target dev='vda' bus='virtio'/>")
    #expect(try DomainDescription(xml: live).blockers == [.blockJob])
    let made = try DomainRewrite.definitionForDestination(live)
    #expect(try DomainDescription(xml: made).blockers == [])
  }
}
