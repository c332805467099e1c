/// A file of the host that a domain opens beside its disks, and that no migration carries.
struct HostFile: Sendable, Hashable {
  /// `kernel`, `loader`, `nvram template`, …
  var role: String
  var path: String
}

extension HostFile {
  /// What holds the guest's own bytes: another host's file of the same content is not enough, it must be the same file.
  static let memoryImage = "memory image"
  var holdsGuestsBytes: Bool { role == Self.memoryImage }

  /// All of a domain, in the order of their roles.
  static func all(in domain: XMLNode) -> [HostFile] {
    var found: [HostFile] = []
    func add(_ role: String, _ path: String?) {
      if let path = path?.trimmingXMLSpace.nonEmpty, path.hasPrefix("/") { found.append(HostFile(role: role, path: path)) }
    }
    let system = domain.first("os")
    for role in ["loader", "kernel", "initrd", "dtb"] { add(role, system?.first(role)?.content) }
    add("nvram template", system?.first("nvram")?["template"])
    for table in system?.first("acpi")?.all("table") ?? [] { add("ACPI table", table.content) }
    for information in domain.all("sysinfo") {
      for entry in information.all("entry") { add("firmware configuration", entry["file"]) }
    }
    for device in domain.first("devices")?.children ?? [] where device.namespace == nil {
      add("ROM", device.first("rom")?["file"])
      switch device.name {
      case "memory": add(memoryImage, device.first("source", "path")?.content)
      case "interface": for script in ["script", "downscript"] { add("interface script", device.first(script)?["path"]) }
      case "disk": add("storage configuration", device.first("source", "config")?["file"])
      default: break
      }
    }
    return found
  }
}
