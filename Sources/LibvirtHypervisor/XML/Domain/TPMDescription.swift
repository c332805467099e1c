/// A domain's TPM.
struct TPMDescription: Sendable, Equatable {
  enum Backend: String, Sendable {
    case emulator, passthrough, external
    /// Of a libvirt newer than this program.
    case other
  }

  var model: String?
  var backend: Backend
  /// `1.2`, `2.0`; nil: not said.
  var version: String?
  /// The libvirt secret that its state is encrypted with; nil: not encrypted.
  var secret: String?
  /// Its state outlives the domain's definition.
  var isStatePersistent: Bool

  /// swtpm keeps its state in files of the host.
  var isEmulated: Bool { backend == .emulator }
  var isEncrypted: Bool { secret != nil }
}

extension TPMDescription {
  init(_ node: XMLNode) throws(XMLError) {
    let backend = try node.required("backend")
    model = node["model"]
    self.backend = Backend(rawValue: backend["type"] ?? "") ?? .other
    version = backend["version"]
    secret = backend.first("encryption")?["secret"]
    isStatePersistent = backend["persistent_state"] == "yes"
  }
}
