import Fleet

/// What this program leaves in a domain's `<metadata>`.
enum ReconcileMetadata {
  static let markNamespace = "urn:reconcile:mark:1"
  static let disabledNamespace = "urn:reconcile:disabled:1"
  /// Prefixes of the two namespaces.
  static let key = "reconcile"
  static let disabledKey = "reconcile-disabled"

  /// A writer's mark and, beside it, whether the guest starts with its host once its move has ended.
  struct Mark: Sendable, Equatable {
    var mark: WriterMark
    var autostart: Bool

    init(mark: WriterMark, autostart: Bool) {
      self.mark = mark
      self.autostart = autostart
    }

    /// Nil: damaged, or none of ours.
    init?(_ element: XMLElement) {
      guard element.name == "mark", let fleet = element["fleet"], let writer = element["writer"],
        let epoch = element["epoch"].flatMap({ Int($0) }), let intent = element["intent"],
        let expires = element["expires"].flatMap(Timestamp.init(rfc3339:))
      else { return nil }
      mark = WriterMark(fleet: fleet, writer: WriterID(writer), epoch: epoch, intent: IntentID(intent), expires: expires)
      autostart = element["autostart"] == "yes"
    }
  }

  static func parseMark(_ text: String) -> Mark? { (try? XMLElement(xml: text)).flatMap(Mark.init) }

  static func markElement(_ mark: WriterMark, autostart: Bool) -> String {
    """
    <mark fleet="\(escaped(mark.fleet))" writer="\(escaped(mark.writer.rawValue))" epoch="\(mark.epoch)" \
    intent="\(escaped(mark.intent.rawValue))" expires="\(mark.expires)" autostart="\(autostart ? "yes" : "no")"/>
    """
  }

  static func disabledElement() -> String { "<disabled/>" }
}

/// Text as it stands in an attribute.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&apos;"
    default: result.append(character)
    }
  }
  return result
}
