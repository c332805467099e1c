import Fleet

/// What decoding one file needs: where it is, the document at hand, and where errors go.
struct DecodingContext {
  /// As errors name the file.
  let path: String
  /// The file's folder, which paths in it are relative to.
  let folder: String
  let trust: ManifestTrust
  /// The folder that all manifests are in.
  let root: String
  var document = YAMLDocument()
  var diagnostics = DiagnosticList()

  init(path: String, root: String, trust: ManifestTrust) {
    self.path = path
    self.root = root
    self.trust = trust
    folder = PathText.folder(of: path)
  }

  func location(_ node: NodeID) -> SourceLocation { SourceLocation(path, document[node].mark) }

  mutating func error(_ node: NodeID, _ message: String, hint: String) { diagnostics.error(message, at: location(node), hint: hint) }
  mutating func warning(_ node: NodeID, _ message: String, hint: String) { diagnostics.warning(message, at: location(node), hint: hint) }

  /// Reports what YAML knows and manifests refuse.
  mutating func reportRefusals() {
    for refusal in document.refusals {
      let place = SourceLocation(path, refusal.mark)
      switch refusal.what {
      case .anchor:
        diagnostics.error("anchors are not allowed", at: place, hint: "remove the &name; a manifest says what it means in its place")
      case .alias: diagnostics.error("aliases are not allowed", at: place, hint: "write the value out where *name stands")
      case .tag: diagnostics.error("tags are not allowed", at: place, hint: "remove the !tag; quote a value to make it text")
      }
    }
  }

  /// Says that a value is not what its field holds.
  mutating func wrongType(_ node: NodeID, _ field: Field, must: String? = nil, hint: String? = nil) {
    guard let found = foundType(node) else { return }
    if found == "nothing" {
      error(node, "'\(field.name)' has no value", hint: "give it one or leave the key out; \(field.exampleHint)")
    } else {
      error(node, "'\(field.name)' must be \(must ?? field.type.title), not \(found)", hint: hint ?? field.exampleHint)
    }
  }

  /// What a value is, in words; nil for one that was already refused.
  func foundType(_ node: NodeID) -> String? {
    switch document[node].kind {
    case .refused: return nil
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar:
      guard document[node].isPlain else { return "text" }
      return switch document.withBytes(node, PlainScalar.init) {
      case .nothing: "nothing"
      case .boolean: "true or false"
      case .number: "a number"
      case .text: "text"
      }
    }
  }

  /// A user's text, shortened for a message.
  func quoted(_ node: NodeID) -> String { DecodingContext.quoted(document.string(node)) }

  static func quoted(_ text: String) -> String {
    let text = text.unicodeScalars.prefix(100)
    let visible = String(String.UnicodeScalarView(text.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
    return visible.count <= 80 ? "'\(visible)'" : "'\(visible.prefix(77))...'"
  }
}
