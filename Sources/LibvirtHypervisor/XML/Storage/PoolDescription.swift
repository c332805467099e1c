/// What a storage pool's XML says.
struct PoolDescription: Sendable, Equatable {
  /// `dir`, `netfs`, `rbd`, …
  var type: String
  var name: String
  /// Lower case, with dashes.
  var uuid: String
  /// Folder or device directory on the host; nil: none, as of RBD.
  var targetPath: String?
  var sourceHosts: [NetworkSource.Host]
  /// The folder that the server exports.
  var sourceFolder: String?
  /// Devices of the host, or the name of an iSCSI target.
  var sourceDevices: [String]
  /// Name of the volume group, the Ceph pool, the gluster volume.
  var sourceName: String?
  /// iSCSI name that the host calls itself.
  var initiator: String?
  var format: String?
  var capacityBytes: Int
  var allocationBytes: Int
  var availableBytes: Int

  /// Its volumes are files of a folder.
  var isDirectoryLike: Bool { ["dir", "fs", "netfs"].contains(type) }

  /// The server's side of a pool that lies on the network, the same wherever it is mounted; nil if it is local, or if nothing proves which
  /// server it is on (none named, a loopback address).
  var networkIdentity: String? {
    func source(_ protocolName: String, _ name: String?) -> String? {
      name.flatMap { NetworkSource(protocolName: protocolName, name: $0, hosts: sourceHosts).identity }
    }
    switch type {
    // What `auto` mounts from a server's folder is NFS.
    case "netfs": return source(format.flatMap { $0 == "auto" ? nil : $0 } ?? "nfs", sourceFolder.map(Self.folder))
    case "gluster": return source("gluster", sourceName.map { $0 + (sourceFolder.map(Self.folder).flatMap { $0 == "/" ? nil : $0 } ?? "") })
    case "rbd", "sheepdog": return source(type, sourceName)
    case "iscsi", "iscsi-direct":
      // All LUNs of the target, not the first one, which a name without a slash would mean.
      return sourceDevices.first.flatMap { source("iscsi", $0 + "/") }.map { String($0.dropLast()) }
    default: return nil
    }
  }

  private static func folder(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }
}

extension PoolDescription {
  init(xml: String) throws(XMLError) {
    let root = try XMLDocument(xml, root: "pool").root
    type = try root.required(attribute: "type")
    name = try root.required("name").text
    uuid = try root.required("uuid").content.lowercased()
    targetPath = try root.only("target")?.only("path")?.text.nonEmpty
    let source = try root.only("source")
    sourceHosts = []
    for host in source?.all("host") ?? [] { sourceHosts.append(try NetworkSource.Host(host)) }
    sourceFolder = source?.first("dir")?["path"]
    sourceDevices = source?.all("device").compactMap { $0["path"] } ?? []
    sourceName = source?.first("name")?.text.nonEmpty
    initiator = source?.first("initiator", "iqn")?["name"]
    format = source?.first("format")?["type"]
    capacityBytes = try Self.size("capacity", root)
    allocationBytes = try Self.size("allocation", root)
    availableBytes = try Self.size("available", root)
  }

  /// Pools that are off have none.
  private static func size(_ name: String, _ root: XMLNode) throws(XMLError) -> Int {
    guard let node = try root.only(name) else { return 0 }
    return try ByteSize.read(node, unit: "bytes")
  }
}
