/// What a storage pool says of itself.
struct PoolDescription: Sendable, Equatable {
  var type: String
  var name: String
  var uuid: String
  var targetPath: String?
  var availableBytes: Int
  /// What makes it the same storage on every host that has it; nil: only a proof tells.
  var networkIdentity: String?

  /// Its volumes are files of a folder.
  var isDirectoryLike: Bool { ["dir", "fs", "netfs"].contains(type) }

  init(xml: String) throws {
    let root = try XMLElement(xml: xml)
    guard root.name == "pool", let name = root.child("name")?.trimmedText, let uuid = root.child("uuid")?.trimmedText else {
      throw XMLError(text: "a pool without name or uuid")
    }
    type = root["type"] ?? ""
    self.name = name
    self.uuid = uuid.lowercased()
    targetPath = root.at("target", "path")?.trimmedText
    availableBytes = root.child("available")?.trimmedText.flatMap { Int($0) } ?? 0
    networkIdentity = root.child("source").flatMap { [type] in Self.identity($0, type) }
  }

  private static func identity(_ source: XMLElement, _ type: String) -> String? {
    let hosts = source.all("host").map { host in (host["name"] ?? "") + (host["port"].map { ":\($0)" } ?? "") }.sorted().joined(
      separator: ",")
    let name = source.child("name")?.trimmedText ?? ""
    let folder = source.child("dir")?["path"] ?? ""
    let device = source.child("device")?["path"] ?? ""
    let what: String? =
      switch type {
      case "netfs": folder
      case "rbd", "sheepdog": name
      case "gluster": name + folder
      case "iscsi", "iscsi-direct": device
      default: nil
      }
    guard let what, !what.isEmpty, !hosts.isEmpty || type == "rbd" else { return nil }
    return "\(type)://\(hosts)/\(what)"
  }
}

/// What a volume says of itself.
struct VolumeDescription: Sendable, Equatable {
  var name: String
  var format: String?
  var capacityBytes: Int
  var backingPath: String?

  init(xml: String) throws {
    let root = try XMLElement(xml: xml)
    guard root.name == "volume", let name = root.child("name")?.trimmedText,
      let capacity = root.child("capacity")?.trimmedText.flatMap({ Int($0) })
    else { throw XMLError(text: "a volume without name or capacity") }
    self.name = name
    format = root.at("target", "format")?["type"]
    capacityBytes = capacity
    backingPath = root.at("backingStore", "path")?.trimmedText
  }
}

enum VolumeXML {
  static func make(name: String, capacityBytes: Int, allocationBytes: Int, format: String) -> String {
    """
    <volume><name>\(escaped(name))</name><capacity unit='bytes'>\(capacityBytes)</capacity>\
    <allocation unit='bytes'>\(allocationBytes)</allocation><target><format type='\(escaped(format))'/></target></volume>
    """
  }
}

enum PoolXML {
  static func makeTransientDirectory(name: String, path: String) -> String {
    "<pool type='dir'><name>\(escaped(name))</name><target><path>\(escaped(path))</path></target></pool>"
  }
}

/// What a host says of its processor.
struct CapabilitiesDescription: Sendable, Equatable {
  var cpuModel: String?
  var cpuVendor: String?
  var cpuMicrocode: String?

  init(xml: String) throws {
    let cpu = try XMLElement(xml: xml).at("host", "cpu")
    cpuModel = cpu?.child("model")?.trimmedText
    cpuVendor = cpu?.child("vendor")?.trimmedText
    cpuMicrocode = cpu?.child("microcode")?["version"]
  }
}
