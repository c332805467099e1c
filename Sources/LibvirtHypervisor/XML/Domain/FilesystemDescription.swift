/// A folder of the host shown to a domain.
struct FilesystemDescription: Sendable, Equatable {
  /// `path` (9p), `virtiofs`, …; nil: libvirt's default, 9p.
  var driver: String?
  var source: String?
  /// The tag the guest mounts.
  var target: String?
  var readOnly: Bool
}

extension FilesystemDescription {
  init(_ node: XMLNode) {
    driver = node.first("driver")?["type"]
    let from = node.first("source")
    source = from?["dir"] ?? from?["socket"] ?? from?["file"] ?? from?["dev"]
    target = node.first("target")?["dir"]
    readOnly = node.first("readonly") != nil
  }
}
