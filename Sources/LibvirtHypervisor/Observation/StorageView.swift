import Fleet

/// Where the disks of one host's guests are, in terms of its pools.
struct StorageView {
  private let pools: [PoolDescription]

  init(_ pools: [PoolDescription]) { self.pools = pools }

  /// The storage a disk is on and its name there; nil: an empty drive.
  ///
  /// A path in no pool is a storage of its own that no host shows, so nothing is ever taken to be shared or copied there.
  func place(of disk: DiskDescription) -> (storage: StorageID, volume: String)? {
    guard disk.hasSource else { return nil }
    if let pool = disk.pool, let volume = disk.volume { return (StorageID(pool), volume) }
    if let server = Self.server(of: disk), let network = disk.network { return (StorageID(server), network.name) }
    guard let path = disk.path else { return (StorageID("unknown"), disk.target) }
    return place(of: path)
  }

  /// Nil: nothing proves that another host would reach the same server.
  func storage(of image: BackingImage) -> StorageID? {
    switch image {
    // A path that no folder leads to is none: `json:{…}`.
    case .path(let path): path.hasPrefix("/") ? place(of: path).storage : nil
    case .volume(_, let pool): StorageID(pool)
    case .network(let source): Self.server(of: source).map { StorageID($0) }
    }
  }

  /// The storage that a folder itself is, if it is a pool's.
  func storage(ofFolder path: String) -> StorageID? {
    pools.first { $0.targetPath.map(Self.trimmed) == Self.trimmed(path) }.map { StorageID($0.name) }
  }

  private func place(of path: String) -> (storage: StorageID, volume: String) {
    if let pool = pool(holding: path) {
      return (StorageID(pool.name), String(path.dropFirst(pool.targetPath?.count ?? 0).drop { $0 == "/" }))
    }
    return (StorageID(Self.folder(of: path)), path)
  }

  /// The pool whose target is the path's own folder; libvirt's directory pools do not look into folders below.
  func pool(holding path: String) -> PoolDescription? {
    let folder = Self.folder(of: path)
    return pools.first { $0.targetPath.map(Self.trimmed) == folder }
  }

  func observation(of pool: HostSurvey.Pool) -> StorageObservation {
    let description = pool.description
    let identity = description.networkIdentity
    return StorageObservation(
      id: StorageID(description.name), identity: identity, shared: identity == nil ? nil : true,
      source: identity == nil && description.isDirectoryLike ? Self.proofSource(description) : nil, freeBytes: pool.freeBytes)
  }

  /// What a proof of a pool is good for: another pool of the same name is another source.
  static func proofSource(_ pool: PoolDescription) -> String { "\(pool.type) \(pool.uuid) \(pool.targetPath ?? "")" }

  /// Names the server side of a disk that the guest reaches over the network, or nil.
  static func server(of disk: DiskDescription) -> String? { disk.network.flatMap(server) }

  static func server(of network: NetworkSource) -> String? {
    guard network.identity != nil else { return nil }
    let hosts = network.hosts.map { host in host.port.map { "\(host.name):\($0)" } ?? host.name }.sorted()
    return "\(network.protocolName)://\(hosts.joined(separator: ","))"
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return trimmed(String(path[..<slash]))
  }

  private static func trimmed(_ path: String) -> String {
    var text = Substring(path)
    while text.count > 1, text.hasSuffix("/") { text = text.dropLast() }
    return text.isEmpty ? "/" : String(text)
  }
}
