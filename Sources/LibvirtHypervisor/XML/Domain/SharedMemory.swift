/// Devices whose memory another process of the host shares with the guest: no migration carries that process.
enum SharedMemory {
  /// Each in a few words, in the order of the definition.
  static func devices(in devices: XMLNode?) -> [String] {
    (devices?.children ?? []).filter { $0.namespace == nil }.compactMap(text)
  }

  private static func text(_ node: XMLNode) -> String? {
    switch node.name {
    case "interface" where node["type"] == "vhostuser":
      "vhost-user interface \(node.first("mac")?["address"] ?? "?") at \(node.first("source")?["path"] ?? "?")"
    case "disk" where node["type"] == "vhostuser":
      "vhost-user disk \(node.first("target")?["dev"] ?? "?") at \(node.first("source")?["path"] ?? "?")"
    case "shmem": "shared memory \(node["name"] ?? "?")"
    case "filesystem" where node.first("driver")?["type"] == "virtiofs": "virtiofs \(node.first("target")?["dir"] ?? "?")"
    case "video" where node.first("driver")?["name"] == "vhostuser": "vhost-user video"
    default: nil
    }
  }
}
