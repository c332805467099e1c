/// What a running domain's XML shows beyond its definition; libvirt ignores all of it when it defines, a reader should not have to.
enum LiveOnlyParts {
  static func remove(from domain: XMLNode, _ editor: inout XMLEditor) {
    editor.remove(attribute: "id", of: domain)
    for label in domain.all("seclabel") where label["type"] == "dynamic" {
      for part in label.all("label") + label.all("imagelabel") { editor.remove(part) }
    }
    for device in domain.first("devices")?.children ?? [] where device.namespace == nil {
      // Names its author chose begin with ua-.
      for alias in device.all("alias") where alias["name"]?.hasPrefix("ua-") == false { editor.remove(alias) }
      switch device.name {
      case "disk": removeDiskParts(device, &editor)
      case "interface": removeInterfaceParts(device, &editor)
      case "graphics": removePorts(device, &editor)
      case "serial", "parallel", "console", "channel": removeCharacterParts(device, &editor)
      default: break
      }
    }
  }

  private static func removeDiskParts(_ disk: XMLNode, _ editor: inout XMLEditor) {
    for mirror in disk.all("mirror") { editor.remove(mirror) }
    for source in disk.all("source") { editor.remove(attribute: "index", of: source) }
    var node = disk
    while let store = node.first("backingStore") {
      editor.remove(attribute: "index", of: store)
      node = store
    }
  }

  private static func removeInterfaceParts(_ interface: XMLNode, _ editor: inout XMLEditor) {
    for source in interface.all("source") where source["network"] != nil {
      for attribute in ["portid", "bridge"] where interface["type"] == "network" { editor.remove(attribute: attribute, of: source) }
    }
    // libvirt's own names of taps; it gives new ones at the next start.
    let prefixes = ["vnet", "macvtap", "macvlan"]
    for target in interface.all("target") where prefixes.contains(where: { target["dev"]?.hasPrefix($0) == true }) {
      editor.remove(target)
    }
  }

  private static func removePorts(_ graphics: XMLNode, _ editor: inout XMLEditor) {
    guard graphics["autoport"] == "yes" else { return }
    switch graphics["type"] {
    case "vnc": if graphics["port"] != nil { editor.set("port", of: graphics, to: "-1") }
    case "spice": for attribute in ["port", "tlsPort"] { editor.remove(attribute: attribute, of: graphics) }
    default: break
    }
  }

  private static func removeCharacterParts(_ device: XMLNode, _ editor: inout XMLEditor) {
    if device["type"] == "pty" {
      editor.remove(attribute: "tty", of: device)
      for source in device.all("source") where source["path"]?.hasPrefix("/dev/pts/") == true { editor.remove(source) }
    }
    // The socket's default place has the running domain's number in it.
    for source in device.all("source") where source["path"]?.contains("/channel/target/domain-") == true { editor.remove(source) }
    for target in device.all("target") { editor.remove(attribute: "state", of: target) }
  }
}
