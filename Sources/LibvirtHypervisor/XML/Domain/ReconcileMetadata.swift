import Fleet

/// What we keep in a domain's `<metadata>`: the mark of the writer that works on it, and that we disabled it.
///
/// Each is one element in a namespace of its own, since libvirt keeps one element a namespace. virDomainSetMetadata wants it without prefix
/// or declaration and adds both; virDomainGetMetadata takes both away again.
enum ReconcileMetadata {
  /// A writer's mark and, beside it, whether the guest starts with its host once its move has ended.
  struct Mark: Sendable, Equatable {
    var mark: WriterMark
    var autostart: Bool
  }

  static let markNamespace = "urn:reconcile:mark:1"
  static let disabledNamespace = "urn:reconcile:disabled:1"
  /// Prefixes that libvirt writes them with.
  static let key = "reconcile"
  static let disabledKey = "reconcile-disabled"
  /// Longest name of a fleet, writer or intent that a mark is believed to hold, in bytes.
  static let fieldBytesMax = 1024

  // MARK: writing

  /// For virDomainSetMetadata.
  static func markElement(_ mark: WriterMark, autostart: Bool) -> String { "<mark\(attributes(mark, autostart))/>" }

  /// For virDomainSetMetadata; `autostart`: it is to start with its host again once it is known to live there.
  static func disabledElement(autostart: Bool = false) -> String { autostart ? "<disabled autostart='yes'/>" : "<disabled/>" }

  /// As it stands in a domain's XML.
  static func qualifiedMarkElement(_ mark: WriterMark, autostart: Bool) -> String {
    "<\(key):mark xmlns:\(key)='\(markNamespace)'\(attributes(mark, autostart))/>"
  }

  /// As it stands in a domain's XML.
  static func qualifiedDisabledElement() -> String { "<\(disabledKey):disabled xmlns:\(disabledKey)='\(disabledNamespace)'/>" }

  private static func attributes(_ mark: WriterMark, _ autostart: Bool) -> String {
    let fields: [(String, String?)] = [
      ("fleet", mark.fleet), ("writer", mark.writer.rawValue), ("epoch", String(mark.epoch)), ("run", mark.run), ("machine", mark.machine),
      ("intent", mark.intent.rawValue), ("expires", mark.expires.description), ("autostart", autostart ? "yes" : "no"),
    ]
    return fields.compactMap { name, value in value.map { (name, $0) } }.map { " \($0)='\($1.escapedForXML)'" }.joined()
  }

  // MARK: reading

  /// Reads what virDomainGetMetadata returns; nil: it is none of ours, or damaged.
  static func parseMark(_ text: String) -> Mark? { (try? XMLDocument(text)).flatMap { mark($0.root) } }

  /// Whether what virDomainGetMetadata returns of our disabled element says that the guest is to start with its host again one day.
  static func parseDisabled(_ text: String) -> Bool { (try? XMLDocument(text))?.root["autostart"] == "yes" }

  /// Reads a domain's `<metadata>`. `isDamaged`: a mark is there but cannot be understood.
  static func read(_ domain: XMLNode) -> (mark: Mark?, isDamaged: Bool, isDisabled: Bool) {
    let children = domain.all("metadata").flatMap(\.children)
    let marks = children.filter { $0.namespace == markNamespace }
    let found = marks.count == 1 ? mark(marks[0]) : nil
    return (found, found == nil && !marks.isEmpty, children.contains { $0.namespace == disabledNamespace })
  }

  private static func mark(_ node: XMLNode) -> Mark? {
    func field(_ name: String) -> String? { node[name].flatMap { $0.isEmpty || $0.utf8.count > fieldBytesMax ? nil : $0 } }
    guard node.name == "mark", node.namespace == nil || node.namespace == markNamespace, let fleet = field("fleet"),
      let writer = field("writer"), let epoch = field("epoch").flatMap({ Int($0) }), epoch >= 0, let intent = field("intent"),
      let expires = field("expires").flatMap(Timestamp.init(rfc3339:)),
      let autostart = ["yes": true, "no": false][field("autostart") ?? "no"]
    else { return nil }
    return Mark(
      mark: WriterMark(
        fleet: fleet, writer: WriterID(writer), epoch: epoch, run: field("run"), machine: field("machine"), intent: IntentID(intent),
        expires: expires), autostart: autostart)
  }
}
