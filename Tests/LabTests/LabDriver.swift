import Fleet
import Hypervisor
import LabSupport
import LibvirtHypervisor

/// The driver over the lab's hosts, without the program around it.
enum LabDriver {
  static func make(_ writer: WriterID) -> LibvirtHypervisor {
    let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
    return LibvirtHypervisor(
      cell: DesiredCell(name: "lab", connection: .libvirt, location: place),
      hosts: Lab.hosts.map {
        DesiredHost(
          name: HostName($0), cell: "lab", connection: "qemu+tcp://\($0)/system",
          capacity: CapacityPolicy(vcpuOvercommit: 50, reservedMemoryBytes: 0), location: place)
      },
      writer: WriterIdentity(fleet: "lab", writer: writer, epoch: 1), links: LibvirtLinks(),
      now: { Timestamp(milliseconds: 1_800_000_000_000) })
  }
}
