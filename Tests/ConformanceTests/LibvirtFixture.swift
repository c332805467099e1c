import Fleet
import Hypervisor
import LabSupport
import LibvirtHypervisor

/// The suite's hosts as two of the lab's, with two real guests of 32 MiB.
final class LibvirtFixture: HypervisorFixture {
  let cell: CellName = "lab"
  let source: HostName = "hv1"
  let destination: HostName = "hv2"
  let guest: InstanceName = "conform-shared"
  let localGuest: InstanceName = "conform-local"
  let uuid: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000001"
  let localUUID: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000002"
  let localPool: StorageID = "local"
  let localDiskBytes = 4 << 20

  private let links = LibvirtLinks()
  private let before: [InstanceUUID: Counters]

  init() async throws {
    let shared = try await Lab.guest("conform-shared", on: "hv1", "--uuid", "6f0c2c66-0000-4000-8000-000000000001")
    let local = try await Lab.guest(
      "conform-local", on: "hv1", "--storage", "local", "--uuid", "6f0c2c66-0000-4000-8000-000000000002")
    before = [uuid: shared, localUUID: local].compactMapValues { $0 }
  }

  func driver(_ writer: WriterIdentity) -> any Hypervisor {
    let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
    return LibvirtHypervisor(
      cell: DesiredCell(name: cell, connection: .libvirt, location: place),
      hosts: [source, destination].map {
        DesiredHost(
          name: $0, cell: cell, connection: "qemu+tcp://\($0)/system",
          capacity: CapacityPolicy(vcpuOvercommit: 50, reservedMemoryBytes: 0), location: place)
      }, writer: writer, links: links, now: { Timestamp(milliseconds: 1_800_000_000_000) })
  }

  func wait() async { try? await Task.sleep(for: .milliseconds(100)) }

  func wasRebooted(_ uuid: InstanceUUID) async -> Bool {
    let name = uuid == self.uuid ? guest : localGuest
    for host in [source, destination] {
      if let now = try? await Lab.peek(name.rawValue, on: host.rawValue) { return now.nonce != before[uuid]?.nonce }
    }
    return false
  }

  /// Definitions, states and volumes of both hosts.
  func fingerprint() async -> String {
    var text = ""
    for host in [source.rawValue, destination.rawValue] {
      for kind in ["list", "pool-list"] { text += (try? await Lab.virsh(host, kind, "--all"))?.output ?? "?" }
      for pool in ["local", "shared"] { text += (try? await Lab.virsh(host, "vol-list", pool))?.output ?? "?" }
      for name in [guest.rawValue, localGuest.rawValue] {
        text += (try? await Lab.virsh(host, "dumpxml", name))?.output ?? "?"
        text += (try? await Lab.virsh(host, "dumpxml", name, "--inactive"))?.output ?? "?"
      }
    }
    return text
  }
}
