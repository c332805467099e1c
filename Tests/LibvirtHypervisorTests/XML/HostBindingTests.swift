import Testing

@testable import LibvirtHypervisor

/// What a guest opens on its host and no other host can be proved to have is found and quoted; what opens nothing is left in peace.
@Suite struct HostBindingTests {
  private func bindings(devices: String = "", rest: String = "") throws -> [String] {
    try DomainDescription(
      xml: """
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>mac</name>
        <uuid>783ecc46-f01d-46b3-89ea-402dcf0fb914</uuid><memory unit='KiB'>32768</memory><vcpu>1</vcpu>
        <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>\(rest)<devices>
        <emulator>/usr/bin/qemu-system-x86_64</emulator>\(devices)</devices></domain>
        """
    ).hostBindings
  }
  private func options(_ arguments: String...) throws -> [String] {
    try bindings(
      rest: "<qemu:commandline>\(arguments.map { "<qemu:arg value='\($0)'/>" }.joined())</qemu:commandline>")
  }

  /// Case 10: a disk that libvirt does not know.
  @Test func aDriveHandedToQEMUIsQuoted() throws {
    #expect(
      try options("-drive", "id=ESP,if=none,format=raw,file=/srv/lab/local/esp.raw", "-device", "ide-hd,bus=ide.2,drive=ESP") == [
        "what QEMU's own option '-drive id=ESP,if=none,format=raw,file=/srv/lab/local/esp.raw' names (<qemu:commandline>)",
        "what QEMU's own option '-device ide-hd,bus=ide.2,drive=ESP' names (<qemu:commandline>)",
      ])
  }

  @Test(arguments: [
    "-device vfio-pci,host=01:00.0", "-chardev socket,id=a,path=/run/x", "-blockdev driver=file,node-name=n,filename=disk.img",
    "-object memory-backend-file,id=m,mem-path=/dev/shm/x,size=1G", "-netdev tap,id=n,script=/etc/qemu-ifup",
    "-smbios file=/etc/smbios.bin",
    "-fw_cfg name=opt/x,file=/etc/x", "-bios ovmf.fd", "-somethingNew x=1", "-global driver.romfile=/srv/rom.bin", "-hda disk.img",
  ])
  func whatLeadsToTheHostIsABinding(_ option: String) throws {
    let parts = option.split(separator: " ", maxSplits: 1).map(String.init)
    #expect(try options(parts[0], parts[1]) == ["what QEMU's own option '\(option)' names (<qemu:commandline>)"])
  }

  @Test(arguments: [
    "-cpu Penryn,kvm=on,vendor=GenuineIntel,+invtsc", "-cpu host,+x2apic", "-smbios type=2", "-global ICH9-LPC.disable_s3=1",
    "-device isa-applesmc,osk=secret", "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536", "-set device.hostdev0.x-vga=on",
    "-device usb-kbd,bus=usb-bus.0", "-overcommit cpu-pm=on",
  ])
  func whatOpensNothingIsNone(_ option: String) throws {
    let parts = option.split(separator: " ", maxSplits: 1).map(String.init)
    #expect(try options(parts[0], parts[1]).isEmpty)
  }

  @Test func variablesOfQEMUThatNameAPath() throws {
    let text = "<qemu:commandline><qemu:env name='TZ' value='UTC'/><qemu:env name='QEMU_AUDIO_OUT' value='/dev/dsp'/></qemu:commandline>"
    #expect(try bindings(rest: text) == ["what QEMU's variable 'QEMU_AUDIO_OUT=/dev/dsp' names (<qemu:commandline>)"])
  }

  @Test func anElementThatIsNotKnownAndNamesAFileIsQuoted() throws {
    #expect(
      try bindings(devices: "<pstore backend='acpi-erst'><path>/srv/pstore/web</path><size>8</size></pstore>") == [
        "/srv/pstore/web, named in <path> (devices/pstore/path), which this program does not know"
      ])
    #expect(
      try bindings(devices: "<video><model type='virtio'><acceleration rendernode='/dev/dri/renderD128'/></model></video>") == [
        "/dev/dri/renderD128, named in <acceleration> (devices/video/model/acceleration), which this program does not know"
      ])
    let data = """
      <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/srv/a.qcow2'><dataStore type='file'>
      <source file='/srv/a.raw'/></dataStore></source><target dev='vda'/></disk>
      """
    #expect(
      try bindings(devices: data) == [
        "/srv/a.raw, named in <source> (devices/disk/source/dataStore/source), which this program does not know"
      ])
    #expect(
      try bindings(
        rest:
          "<qemu:override><qemu:device alias='a'><qemu:frontend><qemu:property name='x' type='string' value='/srv/y'/></qemu:frontend></qemu:device></qemu:override>"
      ) == [
        "/srv/y, named in <qemu:override>, which this program does not know"
      ])
  }

  @Test func devicesAndSocketsOfTheHost() throws {
    #expect(
      try bindings(
        devices: """
          <serial type='dev'><source path='/dev/ttyS0'/><target port='0'/></serial>
          <parallel type='pipe'><source path='/srv/fifo'/><target port='0'/></parallel>
          <shmem name='telemetry'><model type='ivshmem-plain'/></shmem>
          <interface type='vhostuser'><source type='unix' path='/run/vhu-1' mode='server'/></interface>
          <input type='evdev'><source dev='/dev/input/event1'/></input>
          """) == [
          "device /dev/ttyS0 of its host (serial)", "pipe /srv/fifo of its host (parallel)",
          "shared memory telemetry of another process", "socket /run/vhu-1 of another process (vhost-user interface)",
          "/dev/input/event1, named in <source> (devices/input/source), which this program does not know",
        ])
  }

  @Test func whatEveryGuestHasIsNone() throws {
    #expect(
      try bindings(
        devices: """
          <disk type='file' device='disk'><source file='/srv/a.qcow2'/><backingStore type='file'><format type='raw'/>
          <source file='/srv/b.raw'/><backingStore/></backingStore><target dev='vda'/><serial>/x</serial></disk>
          <serial type='file'><source path='/srv/lab/console/web.log' append='on'/><target port='0'/><log file='/var/log/x' append='on'/></serial>
          <console type='pty' tty='/dev/pts/3'><source path='/dev/pts/3'/><target type='serial' port='0'/></console>
          <channel type='unix'><source mode='bind' path='/var/lib/libvirt/qemu/channel/x.agent'/><target type='virtio' name='a'/></channel>
          <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
          <graphics type='vnc' socket='/run/vnc.sock'><listen type='socket' socket='/run/vnc.sock'/></graphics>
          <interface type='bridge'><source bridge='br0'/><backend tap='/dev/net/tun' vhost='/dev/vhost-net'/></interface>
          <filesystem type='mount'><source dir='/srv/share'/><target dir='/mnt'/></filesystem>
          """,
        rest: """
          <metadata><app:x xmlns:app='urn:x' file='/srv/meta'/></metadata><resource><partition>/machine</partition></resource><blkiotune><device><path>/dev/sda</path></device></blkiotune>
          <seclabel type='dynamic'><label>/x</label></seclabel>
          """
      ).isEmpty)
  }

  /// Definitions as people have them: what is found in them is what a person finds.
  @Test(arguments: Sample.domains) func samples(_ name: String) throws {
    let found = try DomainDescription(xml: try Sample.text(name)).hostBindings
    #expect(
      found
        == (name == "vhost-user"
          ? [
            "socket /run/openvswitch/vhu-router-1 of another process (vhost-user interface)", "shared memory telemetry of another process",
          ] : []))
  }

  @Test func longOptionsAreCut() throws {
    let found = try options("-drive", String(repeating: "x", count: 5000))
    #expect(found.count == 1 && found[0].count < 250)
  }
}
