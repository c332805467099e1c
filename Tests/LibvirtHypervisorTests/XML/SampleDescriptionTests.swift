import Fleet
import Testing

@testable import LibvirtHypervisor

/// Each sample against what a person reads in it.
@Suite struct SampleDescriptionTests {
  private func read(_ name: String) throws -> DomainDescription { try DomainDescription(xml: try Sample.text(name)) }

  @Test("the machine itself", arguments: Sample.domains) func machine(_ name: String) throws {
    let domain = try read(name)
    #expect(domain.emulator == "/usr/bin/qemu-system-x86_64")
    #expect(domain.architecture == "x86_64")
    #expect(domain.uuid == domain.uuid.lowercased())
    #expect(domain.disabledMark == false)
    #expect(domain.metadataDamaged == false)
    #expect(Set(domain.disks.map(\.target)).count == domain.disks.count)
  }

  @Test("UEFI", arguments: ["uefi-nvram", "uefi-nvram.live"]) func firmware(_ name: String) throws {
    let domain = try read(name)
    #expect(domain.name == "mail-1")
    #expect(domain.uuid == "3a6e1c1e-6d0f-4f3a-9a53-0b9f4f1a7c01")
    #expect(domain.virType == "qemu")
    #expect(domain.machine == "pc-q35-7.2")
    #expect(domain.memoryBytes == 512 << 20)
    #expect(domain.vcpus == 2)
    #expect(domain.loaderPath == "/usr/share/OVMF/OVMF_CODE_4M.fd")
    #expect(domain.loaderIsPflash)
    #expect(domain.nvramPath == "/var/lib/libvirt/qemu/nvram/mail-1_VARS.fd")
    #expect(
      domain.hostFiles == [
        HostFile(role: "loader", path: "/usr/share/OVMF/OVMF_CODE_4M.fd"),
        HostFile(role: "nvram template", path: "/usr/share/OVMF/OVMF_VARS_4M.fd"),
      ])
    #expect(domain.interfaces.map(\.kind) == [.user])
    #expect(domain.interfaces[0].mac == "52:54:00:3a:6e:01")
    #expect(domain.blockers.isEmpty)
    #expect(
      domain.mark
        == WriterMark(
          fleet: "prod", writer: "w-1", epoch: 3, intent: "i-17", expires: try #require(Timestamp(rfc3339: "2026-11-23T06:00:00Z"))))
    #expect(domain.autostartWanted)
    let disk = domain.disks[0]
    #expect((disk.target, disk.kind, disk.bus) == ("vda", .file, "virtio"))
    #expect((disk.path, disk.format, disk.cache) == ("/var/lib/libvirt/images/mail-1.qcow2", "qcow2", "none"))
  }

  @Test func cpuOfTheRunningAndOfTheDefinedGuest() throws {
    let live = try #require(try read("uefi-nvram.live").cpu)
    #expect(
      live
        == CPUDescription(
          mode: "custom", model: "Nehalem", check: "full",
          xml: """
            <cpu mode='custom' match='exact' check='full'>
                <model fallback='forbid'>Nehalem</model>
                <feature policy='require' name='hypervisor'/>
              </cpu>
            """))
    #expect(try read("uefi-nvram").cpu?.check == "partial")
    #expect(
      try read("tpm").cpu
        == CPUDescription(
          mode: "host-passthrough", model: nil, check: "none", xml: "<cpu mode='host-passthrough' check='none' migratable='on'/>"))
  }

  @Test func screens() throws {
    #expect(
      try read("uefi-nvram.live").graphics == [
        GraphicsDescription(type: "vnc", listenAddresses: ["127.0.0.1"], listenNetworks: [], port: 5900, autoport: true)
      ])
    #expect(try read("uefi-nvram").graphics[0].port == nil)
    #expect(
      try read("hugepages").graphics == [
        GraphicsDescription(type: "vnc", listenAddresses: ["0.0.0.0"], listenNetworks: [], port: 5905, autoport: false)
      ])
    #expect(
      try read("iscsi").graphics == [
        GraphicsDescription(type: "vnc", listenAddresses: [], listenNetworks: ["management"], port: nil, autoport: true)
      ])
    #expect(try read("lvm-block").graphics.isEmpty)
  }

  @Test func tpm() throws {
    let domain = try read("tpm")
    #expect(
      domain.tpm
        == TPMDescription(
          model: "tpm-crb", backend: .emulator, version: "2.0", secret: "6dd3e4a5-1d76-44ce-961f-f119f5aad935", isStatePersistent: false))
    #expect(domain.tpm?.isEmulated == true)
    #expect(domain.tpm?.isEncrypted == true)
    #expect(domain.secrets == ["6dd3e4a5-1d76-44ce-961f-f119f5aad935"])
    #expect(domain.interfaces.map(\.source) == ["office"])
    #expect(domain.interfaces[0].portGroup == "desktops")
    #expect(domain.disks.map(\.hasSource) == [true, false])
    #expect(domain.disks.map(\.readOnly) == [false, true])
    #expect(domain.blockers.isEmpty)
    #expect(domain.overheadBytes == (8 + 50 + 8 * 4 + 8 + 32 + 53) << 20)
  }

  @Test func hugePages() throws {
    let domain = try read("hugepages")
    #expect(domain.hugepages)
    #expect(domain.hugepageSizes == [2 << 20])
    #expect(domain.memoryBytes == 16 << 30, "what may be plugged in one day is not there yet")
    #expect(domain.hotplugMemoryBytes == 32 << 30)
    #expect(domain.vcpus == 8, "not only those plugged in")
    #expect(domain.numaPinned == false)
    #expect((domain.disks[0].kind, domain.disks[0].path) == (.block, "/dev/disk/by-id/wwn-0x600508b1001c4d2f"))
    #expect(domain.interfaces.map { "\($0.kind) \($0.source ?? "")" } == ["bridge br0"])
  }

  @Test func pinned() throws {
    let domain = try read("numa-pinned")
    #expect(domain.numaPinned)
    #expect(domain.vcpusPinned)
    #expect(domain.hugepages == false)
    #expect(
      (domain.disks[0].kind, domain.disks[0].pool, domain.disks[0].volume, domain.disks[0].path) == (.volume, "fast", "db-1.img", nil))
    #expect(domain.disks[0].hasSource)
    #expect(domain.interfaces.map { "\($0.kind) \($0.source ?? "")" } == ["direct bond0"])
    #expect(domain.overheadBytes == (16 + 50 + 8 * 4 + 8 + 32 + 100) << 20)
  }

  @Test func sharedMemory() throws {
    let domain = try read("vhost-user")
    #expect(
      domain.sharedMemoryDevices == [
        "virtiofs config", "vhost-user interface 52:54:00:d3:e9:05 at /run/openvswitch/vhu-router-1", "shared memory telemetry",
      ])
    #expect(domain.blockers == [.sharedMemory])
    #expect(
      domain.filesystems == [
        FilesystemDescription(driver: "virtiofs", source: "/srv/config/router-1", target: "config", readOnly: false)
      ])
  }

  @Test func failoverPair() throws {
    let domain = try read("sriov-failover")
    #expect(domain.hostDevices == [HostDeviceDescription(kind: .pci, text: "network function 0000:3b:02.1", isFailover: true)])
    #expect(domain.interfaces.map(\.teaming) == ["persistent", "transient"])
    #expect(domain.blockers.isEmpty, "QEMU unplugs the transient half")
    let text = try Sample.text("sriov-failover").replacing("<teaming type='transient' persistent='ua-edge0'/>", with: "")
    #expect(try DomainDescription(xml: text).blockers == [.hostDevice])
  }

  @Test func rbd() throws {
    let domain = try read("rbd")
    let network = try #require(domain.disks[0].network)
    #expect(network.identity == "rbd://10.0.3.11:6789,10.0.3.12:6789,10.0.3.13:6789/vms/f50be614-d7c8-4d4e-8ea7-91a23cddef07_disk")
    #expect(network.hosts.map(\.name) == ["10.0.3.13", "10.0.3.11", "10.0.3.12"], "as they are written")
    #expect(domain.disks.map(\.isConfigDrive) == [false, true])
    #expect(domain.disks.map(\.readOnly) == [false, true])
    #expect(domain.secrets == ["457eb676-33da-42ec-9a8c-9293d545c337"])
    #expect(domain.graphics.flatMap(\.listenAddresses) == ["10.0.2.21"])
    #expect(domain.mark == nil, "another program's metadata is not ours")
  }

  @Test func iscsi() throws {
    let domain = try read("iscsi")
    #expect(domain.disks[0].network?.identity == "iscsi://storage.example:3260/iqn.2013-07.com.example:erp/2")
    #expect(domain.disks[0].secrets == ["erp-chap"])
    #expect((domain.disks[1].device, domain.disks[1].kind, domain.disks[1].volume) == (.lun, .volume, "unit:0:0:1"))
    #expect(domain.hostDevices == [HostDeviceDescription(kind: .usb, text: "USB device 0529:0001")])
    #expect(domain.blockers == [.hostDevice])
  }

  @Test func lvm() throws {
    let domain = try read("lvm-block")
    #expect(domain.disks.map(\.path) == ["/dev/vg0/ldap-1", "/dev/vg0/ldap-1-data"])
    #expect(domain.disks.map(\.kind) == [.block, .block])
    #expect(domain.disks.map(\.shareable) == [false, true])
    #expect(
      domain.hostFiles == [
        HostFile(role: "kernel", path: "/boot/vmlinuz-guest"), HostFile(role: "initrd", path: "/boot/initrd-guest.img"),
        HostFile(role: "ROM", path: "/usr/share/qemu/efi-virtio.rom"),
      ])
  }

  @Test("disks of many kinds", arguments: ["multi-disk", "multi-disk.live"]) func disks(_ name: String) throws {
    let domain = try read(name)
    #expect(domain.disks.map(\.target) == ["vda", "vdb", "vdc", "hda", "hdb"])
    #expect(domain.disks.map(\.device) == [.disk, .disk, .disk, .cdrom, .cdrom])
    #expect(domain.disks.map(\.hasSource) == [true, true, true, true, false])
    #expect(domain.disks.map(\.isConfigDrive) == [false, false, true, false, false])
    #expect(domain.disks.map(\.isMedia) == [false, false, false, true, true])
    #expect(domain.disks[3].startupPolicy == "optional")
    // A definition does not tell; a running guest does.
    let chain = ["/var/lib/libvirt/images/build-1-base.qcow2", "/var/lib/libvirt/images/debian-12.qcow2"]
    #expect(domain.disks.map(\.backingChain) == [name == "multi-disk" ? [] : chain, [], [], [], []])
  }
}
