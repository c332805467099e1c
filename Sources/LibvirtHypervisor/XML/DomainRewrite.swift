@preconcurrency import CLibXML2

/// Changes in a definition on its way to another host; all else stays as it is, to the letter.
enum DomainRewrite {
  /// `disks`: target → its new path. `flattening`: targets whose copy has no backing image. `graphicsListen`: old address → new.
  static func relocating(
    _ xml: String, disks: [String: String], flattening: Set<String>, graphicsListen: [String: String]
  ) throws(XMLError) -> String {
    let document = try XMLDocument(xml)
    guard let devices = element("devices", in: document.root) else { throw XMLError(text: "a domain without devices") }
    for device in elements(in: devices) {
      switch XMLElement(device).name {
      case "disk":
        guard let target = element("target", in: device).flatMap({ attribute("dev", of: $0) }) else { continue }
        if let path = disks[target] { try relocate(device, target, to: path) }
        if flattening.contains(target) { flatten(device) }
      case "graphics": relisten(device, graphicsListen)
      default: break
      }
    }
    return document.text()
  }

  /// A path becomes another; a volume in a pool becomes the file it is.
  private static func relocate(_ disk: xmlNodePtr, _ target: String, to path: String) throws(XMLError) {
    guard let source = element("source", in: disk) else { throw XMLError(text: "disk \(target) has no source to change") }
    for name in ["dev", "pool", "volume", "mode", "startupPolicy"] where attribute(name, of: source) != nil { xmlUnsetProp(source, name) }
    xmlSetProp(source, "file", path)
    xmlSetProp(disk, "type", "file")
  }

  private static func flatten(_ disk: xmlNodePtr) {
    guard let store = element("backingStore", in: disk) else { return }
    for name in ["type", "index"] { xmlUnsetProp(store, name) }
    while let child = store.pointee.children {
      xmlUnlinkNode(child)
      xmlFreeNode(child)
    }
  }

  private static func relisten(_ graphics: xmlNodePtr, _ addresses: [String: String]) {
    if let old = attribute("listen", of: graphics), let new = addresses[old] { xmlSetProp(graphics, "listen", new) }
    for listen in elements(in: graphics) where attribute("type", of: listen) == "address" {
      if let old = attribute("address", of: listen), let new = addresses[old] { xmlSetProp(listen, "address", new) }
    }
  }

  /// The definition of a guest that is off, as another host takes it: what it carries is host-independent already.
  static func definitionForDestination(_ xml: String) throws(XMLError) -> String {
    let document = try XMLDocument(xml)
    if attribute("id", of: document.root) != nil { xmlUnsetProp(document.root, "id") }
    return document.text()
  }
}

enum CLibXML2Element {
  /// The first element of this name right below the root, as text.
  static func text(_ name: String, in document: XMLDocument) -> String? { element(name, in: document.root).map(dump) }
}
