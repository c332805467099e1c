/// A disk or drive of a domain.
struct DiskDescription: Sendable, Equatable {
  enum Device: String, Sendable, CustomStringConvertible {
    case disk, cdrom, floppy, lun
    var description: String {
      switch self {
      case .disk: "disk"
      case .cdrom: "CD-ROM"
      case .floppy: "floppy"
      case .lun: "SCSI device"
      }
    }
  }
  enum Kind: Sendable, Equatable { case file, block, volume, network, other }

  struct Network: Sendable, Equatable {
    struct Host: Sendable, Equatable {
      var name: String
      var port: Int?
    }
    var protocolName: String
    /// Pool and image, export, or IQN with LUN.
    var name: String
    var hosts: [Host]
  }

  var target: String
  var device: Device
  var kind: Kind
  /// File or block device of the host.
  var path: String?
  var pool: String?
  var volume: String?
  var network: Network?
  var format: String?
  var readOnly: Bool
  /// A block job mirrors it.
  var hasMirror: Bool
  /// Paths or names of its backing images, nearest first.
  var backingChain: [String]
  /// Media by which a cloud gives a guest its configuration.
  var isConfigDrive: Bool

  /// False: an empty drive.
  var hasSource: Bool { path != nil || volume != nil || network != nil || kind == .other }

  init(_ element: XMLElement) {
    let source = element.child("source")
    target = element.child("target")?["dev"] ?? ""
    device = Device(rawValue: element["device"] ?? "disk") ?? .disk
    path = source?["file"] ?? source?["dev"]
    pool = source?["pool"]
    volume = source?["volume"]
    format = element.child("driver")?["type"]
    readOnly = element.child("readonly") != nil
    hasMirror = element.child("mirror") != nil
    backingChain = Self.backing(of: element)
    switch element["type"] {
    case "file": kind = .file
    case "block": kind = .block
    case "volume": kind = .volume
    case "network": kind = .network
    default: kind = .other
    }
    network = element["type"] == "network" ? source.map(Self.network) : nil
    isConfigDrive = Self.isConfigDrive(path ?? volume ?? network?.name ?? "", serial: element.child("serial")?.trimmedText)
  }

  private static func network(_ source: XMLElement) -> Network {
    Network(
      protocolName: source["protocol"] ?? "", name: source["name"] ?? "",
      hosts: source.all("host").map { Network.Host(name: $0["name"] ?? $0["socket"] ?? "", port: $0["port"].flatMap { Int($0) }) })
  }

  private static func backing(of element: XMLElement) -> [String] {
    guard let store = element.child("backingStore"), let source = store.child("source") else { return [] }
    let name = source["file"] ?? source["dev"] ?? source["volume"] ?? source["name"] ?? "an unnamed image"
    return [name] + backing(of: store)
  }

  /// OpenStack's `disk.config`, cloud-init's seeds.
  private static func isConfigDrive(_ name: String, serial: String?) -> Bool {
    let file = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
    return file == "disk.config" || file.contains("cidata") || file.contains("cloudinit") || file.contains("cloud-init")
      || file.contains("config-2") || file.contains("configdrive") || file.contains("config-drive") || serial == "config-2"
  }
}
