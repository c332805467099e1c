import Fleet

/// Edits a domain's XML for another host; what is not named stays byte for byte: comments, others' metadata, elements we do not know.
enum DomainRewrite {
  /// What becomes of the writer's mark in a definition.
  enum MarkChange: Sendable, Equatable {
    case keep, remove
    case set(WriterMark, autostart: Bool)
  }

  /// Puts disks at new paths and screens on new addresses.
  ///
  /// `disks`: target to the path of a file. `flattening`: targets whose images have no backing image any more. `graphicsListen`: old address
  /// to new. Throws if there is no such disk, or if it is one that no file can stand for.
  static func relocating(
    _ xml: String, disks: [String: String] = [:], flattening: Set<String> = [], graphicsListen: [String: String] = [:]
  ) throws(XMLError) -> String {
    let document = try XMLDocument(xml, root: "domain")
    var editor = try XMLEditor(document)
    for (target, path) in disks.sorted(by: { $0.key < $1.key }) {
      try editor.relocate(try disk(target, in: document), target, to: path)
    }
    for target in flattening.sorted() { try editor.flatten(try disk(target, in: document)) }
    for graphics in document.root.first("devices")?.all("graphics") ?? [] { editor.listen(graphics, graphicsListen) }
    return try editor.result()
  }

  /// The definition to put down at a destination: without what only a running domain shows, and without our word that it is disabled.
  static func definitionForDestination(
    _ xml: String, flattening: Set<String> = [], mark: MarkChange = .keep, disabled: Bool = false
  ) throws(XMLError) -> String {
    let document = try XMLDocument(xml, root: "domain")
    var editor = try XMLEditor(document)
    LiveOnlyParts.remove(from: document.root, &editor)
    for target in flattening.sorted() { try editor.flatten(try disk(target, in: document)) }
    try editor.setMetadata(mark: mark, disabled: disabled)
    return try editor.result()
  }

  private static func disk(_ target: String, in document: XMLDocument) throws(XMLError) -> XMLNode {
    for node in document.root.first("devices")?.all("disk") ?? [] where node.first("target")?["dev"] == target { return node }
    throw XMLError("it has no disk \(target)")
  }
}

extension XMLEditor {
  fileprivate mutating func relocate(_ disk: XMLNode, _ target: String, to path: String) throws(XMLError) {
    guard let source = try disk.only("source") else { throw XMLError("disk \(target) is an empty drive", line: disk.line) }
    let type = disk["type"] ?? "file"
    if disk["device"] == "lun" { throw XMLError("disk \(target) is a SCSI device, which no file can stand for", line: disk.line) }
    if source.first("slices") != nil { throw XMLError("disk \(target) is a slice of its source", line: source.line) }
    switch type {
    case "file": return set("file", of: source, to: path)
    case "block": replace(attribute: "dev", of: source, with: "file", path)
    case "volume":
      replace(attribute: "pool", of: source, with: "file", path)
      for attribute in ["volume", "mode"] { remove(attribute: attribute, of: source) }
    default: throw XMLError("disk \(target) is of type \(type), which no file can stand for", line: disk.line)
    }
    set("type", of: disk, to: "file")
    // Persistent reservations are a block device's.
    if let reservations = source.first("reservations") { remove(reservations) }
  }

  fileprivate mutating func flatten(_ disk: XMLNode) throws(XMLError) {
    if let store = try disk.only("backingStore"), !store.children.isEmpty { replace(store, with: "<backingStore/>") }
  }

  fileprivate mutating func listen(_ graphics: XMLNode, _ addresses: [String: String]) {
    let listens = graphics.all("listen")
    // The attribute repeats the first element, which may be a network's.
    if listens.first?.isFixedListen ?? true, let new = graphics["listen"].flatMap({ addresses[$0] }) {
      set("listen", of: graphics, to: new)
    }
    for listen in listens where listen.isFixedListen {
      if let new = listen["address"].flatMap({ addresses[$0] }) { set("address", of: listen, to: new) }
    }
  }

  fileprivate mutating func setMetadata(mark: DomainRewrite.MarkChange, disabled: Bool) throws(XMLError) {
    let metadata = try document.root.only("metadata")
    let children = metadata?.children ?? []
    var added: [String] = []
    if mark != .keep { for node in children where node.namespace == ReconcileMetadata.markNamespace { remove(node) } }
    if case .set(let mark, let autostart) = mark { added.append(ReconcileMetadata.qualifiedMarkElement(mark, autostart: autostart)) }
    let isDisabled = children.contains { $0.namespace == ReconcileMetadata.disabledNamespace }
    if !disabled { for node in children where node.namespace == ReconcileMetadata.disabledNamespace { remove(node) } }
    if disabled, !isDisabled { added.append(ReconcileMetadata.qualifiedDisabledElement()) }
    guard !added.isEmpty else { return }
    if let metadata {
      for element in added { append(element, to: metadata) }
    } else {
      guard let neighbour = document.root.first("uuid") ?? document.root.first("name") else {
        throw XMLError("<domain> has neither <name> nor <uuid>", line: document.root.line)
      }
      insert("<metadata>\n    \(added.joined(separator: "\n    "))\n  </metadata>", after: neighbour)
    }
  }
}
