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
  enum Kind: String, Sendable {
    case file, block, volume, network, dir, nvme, vhostuser, vhostvdpa
    /// Of a libvirt newer than this program.
    case other
  }

  /// `vda`, `sdb`, …; unique in the domain.
  var target: String
  var bus: String?
  var device: Device
  var kind: Kind
  /// File, block device, folder or socket; nil: an empty drive, or a kind that has none.
  var path: String?
  var pool: String?
  var volume: String?
  var network: NetworkSource?
  /// `raw`, `qcow2`, …; nil: not said.
  var format: String?
  var cache: String?
  /// CD-ROMs always are.
  var readOnly: Bool
  var shareable: Bool
  /// Its changes vanish when the domain stops.
  var transient: Bool
  /// A block job copies it.
  var hasMirror: Bool
  /// Its backing images as far as the definition tells, the nearest first.
  var backingImages: [BackingImage]
  /// The definition says what its image builds on, if only that it builds on nothing.
  var tellsBackingImages: Bool
  /// `mandatory`, `requisite`, `optional`; nil: not said.
  var startupPolicy: String?
  /// A cloud's configuration for the guest, judged by name and serial.
  var isConfigDrive: Bool
  /// libvirt secrets it needs on its host, by uuid or by usage.
  var secrets: [String]

  /// The guest only reads it, and others may too.
  var isMedia: Bool { readOnly || device == .cdrom || device == .floppy }

  /// Paths, `pool/volume` or network sources of its backing images.
  var backingChain: [String] { backingImages.map(\.text) }

  /// An image or a medium is in it.
  var hasSource: Bool { path != nil || volume != nil || network != nil || kind == .nvme || kind == .other }
}

/// An image that a disk's own image builds on.
enum BackingImage: Sendable, Equatable {
  case path(String)
  case volume(String, pool: String)
  case network(NetworkSource)

  var text: String {
    switch self {
    case .path(let path): path
    case .volume(let name, let pool): "\(pool)/\(name)"
    case .network(let source): source.text
    }
  }

  /// Nil: a server's.
  var reference: VolumeReference? {
    switch self {
    case .path(let path): .path(path)
    case .volume(let name, let pool): .volume(name, pool: pool)
    case .network: nil
    }
  }
}

extension DiskDescription {
  init(_ node: XMLNode) throws(XMLError) {
    guard let target = try node.only("target")?["dev"]?.nonEmpty else { throw XMLError("<disk> has no <target dev>", line: node.line) }
    self.target = target
    bus = node.first("target")?["bus"]
    guard let device = Device(rawValue: node["device"] ?? "disk") else {
      throw XMLError("disk \(target) is of an unknown device: '\(node["device"] ?? "")'", line: node.line)
    }
    self.device = device
    let kind = Kind(rawValue: node["type"] ?? "file") ?? .other
    self.kind = kind
    let source = try node.only("source")
    path = source.flatMap { Self.path($0, kind) }
    pool = kind == .volume ? source?["pool"] : nil
    volume = kind == .volume ? source?["volume"] : nil
    network = kind == .network ? try source.map { node throws(XMLError) in try Self.network(node) } : nil
    let driver = try node.only("driver")
    format = driver?["type"]
    cache = driver?["cache"]
    readOnly = device == .cdrom || node.first("readonly") != nil
    shareable = node.first("shareable") != nil
    transient = node.first("transient") != nil
    hasMirror = node.first("mirror") != nil
    backingImages = try Self.backingImages(of: node)
    tellsBackingImages = node.first("backingStore") != nil
    startupPolicy = source?["startupPolicy"]
    secrets = Self.secrets(in: node)
    isConfigDrive = false
    isConfigDrive = ConfigDrive.isOne(self, serial: node.first("serial")?.content)
  }

  private static func path(_ source: XMLNode, _ kind: Kind) -> String? {
    switch kind {
    case .file: source["file"]?.nonEmpty
    case .block, .vhostvdpa: source["dev"]?.nonEmpty
    case .dir: source["dir"]?.nonEmpty
    case .vhostuser: source["path"]?.nonEmpty
    case .volume, .network, .nvme, .other: nil
    }
  }

  private static func network(_ source: XMLNode) throws(XMLError) -> NetworkSource {
    var hosts: [NetworkSource.Host] = []
    for host in source.all("host") { hosts.append(try NetworkSource.Host(host)) }
    var name = source["name"] ?? ""
    if let query = source["query"]?.nonEmpty { name += "?" + query }
    return NetworkSource(protocolName: try source.required(attribute: "protocol"), name: name, hosts: hosts)
  }

  /// Nested `<backingStore>`, each with the source of one image; an empty one ends the chain.
  private static func backingImages(of disk: XMLNode) throws(XMLError) -> [BackingImage] {
    var chain: [BackingImage] = []
    var node = disk
    while let store = try node.only("backingStore"), let source = try store.only("source") {
      let kind = Kind(rawValue: store["type"] ?? "file") ?? .other
      if let path = path(source, kind) {
        chain.append(.path(path))
      } else if kind == .network {
        chain.append(.network(try network(source)))
      } else {
        chain.append(.volume(source["volume"] ?? "?", pool: source["pool"] ?? "?"))
      }
      node = store
    }
    return chain
  }

  private static func secrets(in node: XMLNode) -> [String] {
    var found: Set<String> = []
    func collect(_ node: XMLNode) {
      if node.name == "secret", let name = node["uuid"]?.lowercased() ?? node["usage"] { found.insert(name) }
      node.children.forEach(collect)
    }
    collect(node)
    return found.sorted()
  }
}
