/// Something of its host that a domain holds and that no migration carries.
struct HostDeviceDescription: Sendable, Equatable, CustomStringConvertible {
  enum Kind: String, Sendable {
    case pci, scsi, scsiHost, mdev, usb, vdpa, nvme, tpm, encryptedMemory, other

    /// Its memory is pinned for the device (VFIO).
    var pinsMemory: Bool { self == .pci || self == .mdev || self == .nvme }
  }

  var kind: Kind
  /// Names the device: `PCI device 0000:3b:02.1`.
  var text: String
  /// The transient half of a failover pair: QEMU unplugs it for a migration and plugs one in at the destination.
  var isFailover = false

  /// USB devices are among them: libvirt would go ahead, and the guest would lose the device.
  var blocksMigration: Bool { !isFailover }

  var description: String { text }
}

extension HostDeviceDescription {
  /// All of a domain, in the order of their elements.
  static func all(in domain: XMLNode, tpm: TPMDescription?) -> [HostDeviceDescription] {
    var found: [HostDeviceDescription] = []
    for node in domain.first("devices")?.children ?? [] where node.namespace == nil {
      switch node.name {
      case "hostdev": found.append(hostdev(node))
      case "interface" where node["type"] == "hostdev": found.append(function(node))
      case "interface" where node["type"] == "vdpa":
        found.append(HostDeviceDescription(kind: .vdpa, text: "vDPA device \(node.first("source")?["dev"] ?? "?")"))
      case "disk" where node["type"] == "vhostvdpa":
        found.append(HostDeviceDescription(kind: .vdpa, text: "vDPA disk \(node.first("source")?["dev"] ?? "?")"))
      case "disk" where node["type"] == "nvme":
        found.append(HostDeviceDescription(kind: .nvme, text: "NVMe device \(address(node.first("source", "address")))"))
      default: break
      }
    }
    if tpm?.backend == .passthrough { found.append(HostDeviceDescription(kind: .tpm, text: "the host's TPM")) }
    if let type = domain.first("launchSecurity")?["type"] {
      found.append(HostDeviceDescription(kind: .encryptedMemory, text: "memory encrypted by this host's processor (\(type))"))
    }
    return found
  }

  private static func hostdev(_ node: XMLNode) -> HostDeviceDescription {
    let source = node.first("source")
    var device: HostDeviceDescription
    switch node["type"] {
    case "pci": device = HostDeviceDescription(kind: .pci, text: "PCI device \(address(source?.first("address")))")
    case "usb": device = HostDeviceDescription(kind: .usb, text: "USB device \(usb(source))")
    case "mdev": device = HostDeviceDescription(kind: .mdev, text: "mediated device \(source?.first("address")?["uuid"] ?? "?")")
    case "scsi": device = HostDeviceDescription(kind: .scsi, text: "SCSI device \(scsi(source))")
    case "scsi_host": device = HostDeviceDescription(kind: .scsiHost, text: "SCSI host \(source?["wwpn"] ?? "?")")
    case let type: device = HostDeviceDescription(kind: .other, text: "host device of type \(type ?? "?")")
    }
    device.isFailover = node.first("teaming")?["type"] == "transient"
    return device
  }

  /// A network function passed through.
  private static func function(_ node: XMLNode) -> HostDeviceDescription {
    HostDeviceDescription(
      kind: .pci, text: "network function \(address(node.first("source", "address")))",
      isFailover: node.first("teaming")?["type"] == "transient")
  }

  private static func usb(_ source: XMLNode?) -> String {
    if let vendor = source?.first("vendor")?["id"], let product = source?.first("product")?["id"] {
      return "\(digits(vendor)):\(digits(product))"
    }
    return "\(source?.first("address")?["bus"] ?? "?")-\(source?.first("address")?["device"] ?? "?")"
  }

  private static func scsi(_ source: XMLNode?) -> String {
    if source?["protocol"] == "iscsi" { return source?["name"] ?? "?" }
    let unit = source?.first("address")
    return [source?.first("adapter")?["name"], unit?["bus"], unit?["target"], unit?["unit"]].map { $0 ?? "?" }.joined(separator: ":")
  }

  /// A PCI address as lspci writes it.
  private static func address(_ node: XMLNode?) -> String {
    guard let node, let domain = node["domain"], let bus = node["bus"], let slot = node["slot"], let function = node["function"] else {
      return "?"
    }
    return "\(digits(domain)):\(digits(bus)):\(digits(slot)).\(digits(function))"
  }

  private static func digits(_ text: String) -> String { text.hasPrefix("0x") ? String(text.dropFirst(2)) : text }
}
