@preconcurrency import CLibXML2

/// What is wrong with a piece of XML, and where.
struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
  var text: String
  var line: Int?
  var description: String { line.map { "line \($0): \(text)" } ?? text }
}

/// An element read into plain values.
struct XMLElement: Sendable, Equatable {
  /// Larger than any definition; what a host sends beyond it is refused.
  static let bytesMax = 16 << 20

  var name: String
  /// The namespace's URI; nil: none.
  var namespace: String?
  var attributes: [String: String]
  var children: [XMLElement]
  /// All text within, its elements' included.
  var text: String

  init(xml: String) throws(XMLError) {
    let document = try XMLDocument(xml)
    self.init(document.root)
  }

  init(_ node: xmlNodePtr) {
    name = cText(node.pointee.name)
    namespace = node.pointee.ns.map { cText($0.pointee.href) }
    var attributes: [String: String] = [:]
    var property = node.pointee.properties
    while let found = property {
      attributes[cText(found.pointee.name)] = content(of: UnsafeMutableRawPointer(found).assumingMemoryBound(to: xmlNode.self))
      property = found.pointee.next
    }
    self.attributes = attributes
    children = elements(in: node).map(XMLElement.init)
    text = content(of: node)
  }

  subscript(attribute: String) -> String? { attributes[attribute] }
  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
  /// The element at the end of this path of names.
  func at(_ path: String...) -> XMLElement? { path.reduce(self as XMLElement?) { $0?.child($1) } }
  /// Its text without the white space around it; nil if there is none.
  var trimmedText: String? {
    let part = text.drop { $0.isWhitespace }
    guard let last = part.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(part[...last])
  }
}

/// A parsed document, for reading or for editing in place within one function.
final class XMLDocument {
  private let document: xmlDocPtr
  let root: xmlNodePtr

  /// No network, no entities from elsewhere, nothing printed.
  init(_ xml: String) throws(XMLError) {
    guard xml.utf8.count <= XMLElement.bytesMax else { throw XMLError(text: "more than \(XMLElement.bytesMax >> 20) MiB of XML") }
    let options = [XML_PARSE_NONET, XML_PARSE_NOERROR, XML_PARSE_NOWARNING].reduce(Int32(0)) { $0 | Int32($1.rawValue) }
    xmlResetLastError()
    guard let document = xmlReadMemory(xml, Int32(xml.utf8.count), nil, nil, options), let root = xmlDocGetRootElement(document) else {
      let error = xmlGetLastError()?.pointee
      var text = error?.message.map { String(cString: $0) } ?? "not XML"
      while text.last?.isNewline == true { text.removeLast() }
      throw XMLError(text: text, line: error.map { Int($0.line) })
    }
    self.document = document
    self.root = root
  }

  deinit { xmlFreeDoc(document) }

  /// The root element as text, white space as it was.
  func text() -> String { dump(root) }
}

func dump(_ node: xmlNodePtr) -> String {
  guard let buffer = xmlBufferCreate() else { return "" }
  defer { xmlBufferFree(buffer) }
  xmlNodeDump(buffer, node.pointee.doc, node, 0, 0)
  return cText(xmlBufferContent(buffer))
}

func elements(in node: xmlNodePtr) -> [xmlNodePtr] {
  var found: [xmlNodePtr] = []
  var next = node.pointee.children
  while let child = next {
    if child.pointee.type == XML_ELEMENT_NODE { found.append(child) }
    next = child.pointee.next
  }
  return found
}

func element(_ name: String, in node: xmlNodePtr) -> xmlNodePtr? { elements(in: node).first { cText($0.pointee.name) == name } }

func attribute(_ name: String, of node: xmlNodePtr) -> String? {
  guard let value = xmlGetProp(node, name) else { return nil }
  defer { xmlFree(value) }
  return cText(value)
}

private func content(of node: xmlNodePtr) -> String {
  guard let value = xmlNodeGetContent(node) else { return "" }
  defer { xmlFree(value) }
  return cText(value)
}

private func cText(_ pointer: UnsafePointer<xmlChar>?) -> String {
  guard let pointer else { return "" }
  return String(cString: pointer)
}
