import CLibXML2

/// Reads XML with libxml2 into plain values; the C tree does not outlive one call.
enum XMLReader {
  /// Elements of one document; a guest with a thousand disks has some tens of thousands.
  static let elementsMax = 200_000

  private static let isReady: Void = xmlInitParser()

  /// Refuses document types (and with them entities of one's own), never goes to the network, prints nothing. Depth is limited by libxml2
  /// itself (256), which is more than libvirt's longest backing chain (200).
  static func read(_ text: String) throws(XMLError) -> XMLNode {
    isReady
    guard let context = xmlNewParserCtxt() else { throw XMLError("libxml2 has no memory for a parser") }
    defer { xmlFreeParserCtxt(context) }
    context.pointee.sax.pointee.internalSubset = { user, _, _, _ in xmlStopParser(user?.assumingMemoryBound(to: xmlParserCtxt.self)) }
    let options = [XML_PARSE_NONET, XML_PARSE_NOERROR, XML_PARSE_NOWARNING].reduce(0) { $0 | Int32($1.rawValue) }
    var text = text
    let document = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        xmlCtxtReadMemory(context, $0.baseAddress, Int32(clamping: $0.count), nil, "UTF-8", options)
      }
    }
    defer { xmlFreeDoc(document) }
    guard let document, context.pointee.wellFormed == 1, let root = xmlDocGetRootElement(document) else { throw error(of: context) }
    var tree = TreeReader()
    return try tree.read(root)
  }

  private static func error(of context: xmlParserCtxtPtr) -> XMLError {
    let error = context.pointee.lastError
    if context.pointee.errNo == Int32(XML_ERR_USER_STOP.rawValue) {
      return XMLError("document types (<!DOCTYPE …>) and their entities are not read", line: Int(context.pointee.input?.pointee.line ?? 1))
    }
    let message = error.message.map { String(cString: $0).trimmingXMLSpace } ?? "it has no root element"
    return XMLError("not well-formed XML: \(message)", line: error.line > 0 ? Int(error.line) : nil)
  }
}

/// Walks libxml2's tree once.
private struct TreeReader {
  private var count = 0

  mutating func read(_ pointer: xmlNodePtr) throws(XMLError) -> XMLNode {
    let source = pointer.pointee
    var node = XMLNode(
      name: string(source.name), prefix: source.ns.flatMap { $0.pointee.prefix.map(string) },
      namespace: source.ns.flatMap { $0.pointee.href.map(string) }, attributes: attributes(source), children: [], text: "",
      line: xmlGetLineNo(pointer), index: count)
    count += 1
    guard count <= XMLReader.elementsMax else { throw XMLError("more than \(XMLReader.elementsMax) elements", line: node.line) }
    var next = source.children
    while let child = next {
      switch child.pointee.type {
      case XML_ELEMENT_NODE: node.children.append(try read(child))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: node.text += string(child.pointee.content)
      default: break
      }
      next = child.pointee.next
    }
    return node
  }

  private func attributes(_ source: xmlNode) -> [XMLNode.Attribute] {
    var found: [XMLNode.Attribute] = []
    var next = source.properties
    while let attribute = next {
      var value = ""
      var part = attribute.pointee.children
      while let text = part {
        value += string(text.pointee.content)
        part = text.pointee.next
      }
      let prefix = attribute.pointee.ns.flatMap { $0.pointee.prefix.map(string) }
      let name = string(attribute.pointee.name)
      found.append(XMLNode.Attribute(name: prefix.map { "\($0):\(name)" } ?? name, value: value))
      next = attribute.pointee.next
    }
    return found
  }

  private func string(_ text: UnsafePointer<xmlChar>?) -> String { text.map { String(decodingCString: $0, as: UTF8.self) } ?? "" }
}
