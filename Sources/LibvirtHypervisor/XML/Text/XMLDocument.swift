/// One XML document: its text and its elements.
struct XMLDocument: Sendable, Equatable {
  /// What libvirt's own protocol carries in one string (`REMOTE_STRING_MAX`).
  static let bytesMax = 4 << 20

  let text: String
  let root: XMLNode

  /// Throws if the text is too long, not well-formed, or its root is not in no namespace and named `root`.
  init(_ text: String, root name: String) throws(XMLError) {
    try self.init(text)
    guard root.name == name, root.namespace == nil else {
      throw XMLError("expected <\(name)> but found <\(root.qualifiedName)>", line: root.line)
    }
  }

  init(_ text: String) throws(XMLError) {
    let bytes = text.utf8.count
    guard bytes <= Self.bytesMax else { throw XMLError("\(bytes) bytes of XML; at most \(Self.bytesMax) are read") }
    self.text = text
    root = try XMLReader.read(text)
  }

  /// An element as it is written.
  func source(of node: XMLNode) throws(XMLError) -> String {
    let spans = try XMLSpans(self)
    return String(decoding: spans.bytes[spans.elements[node.index].whole], as: UTF8.self)
  }
}
