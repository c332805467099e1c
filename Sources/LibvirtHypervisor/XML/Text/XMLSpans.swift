/// Where in a document's text its elements and attributes are written, so that an edit leaves every other byte as it was.
///
/// libxml2 keeps no offsets, and writing its tree out again would change quotes and references all over. The text has been read by libxml2
/// before and has no document type, so only tags, comments, CDATA and instructions are left to tell apart; the names found must be libxml2's.
struct XMLSpans {
  struct Attribute {
    var name: String
    /// With the white space before it.
    var whole: Range<Int>
    /// Within its quotes.
    var value: Range<Int>
  }

  struct Element {
    var name: String
    /// Its start tag.
    var tag: Range<Int>
    /// From its start tag to its end tag.
    var whole: Range<Int>
    var attributes: [Attribute]
    /// Written as `<a/>`.
    var isSelfClosing: Bool
  }

  let bytes: [UInt8]
  private(set) var elements: [Element] = []

  init(_ document: XMLDocument) throws(XMLError) {
    bytes = Array(document.text.utf8)
    try scan()
    var names: [String] = []
    func collect(_ node: XMLNode) {
      names.append(node.qualifiedName)
      node.children.forEach(collect)
    }
    collect(document.root)
    guard names == elements.map(\.name) else { throw XMLError("its tags cannot be told apart, so it cannot be edited") }
  }

  private mutating func scan() throws(XMLError) {
    var open: [Int] = []
    var position = 0
    while let start = find("<", from: position) {
      if starts(with: "<!--", at: start) {
        position = try end(of: "-->", from: start + 4)
      } else if starts(with: "<![CDATA[", at: start) {
        position = try end(of: "]]>", from: start + 9)
      } else if starts(with: "<?", at: start) {
        position = try end(of: "?>", from: start + 2)
      } else if starts(with: "</", at: start) {
        position = try end(of: ">", from: start)
        guard let index = open.popLast() else { throw XMLError("an end tag without its start tag") }
        elements[index].whole = elements[index].tag.lowerBound..<position
      } else {
        let element = try tag(at: start)
        position = element.tag.upperBound
        if !element.isSelfClosing { open.append(elements.count) }
        elements.append(element)
      }
    }
    guard open.isEmpty else { throw XMLError("a start tag without its end tag") }
  }

  private func tag(at start: Int) throws(XMLError) -> Element {
    var position = start + 1
    let name = name(at: &position)
    var attributes: [Attribute] = []
    while true {
      let before = position
      while position < bytes.count, isSpace(bytes[position]) { position += 1 }
      let isSelfClosing = starts(with: "/>", at: position)
      if isSelfClosing || starts(with: ">", at: position) {
        let range = start..<position + (isSelfClosing ? 2 : 1)
        return Element(name: name, tag: range, whole: range, attributes: attributes, isSelfClosing: isSelfClosing)
      }
      let attribute = self.name(at: &position)
      while position < bytes.count, bytes[position] != UInt8(ascii: "'"), bytes[position] != UInt8(ascii: "\"") { position += 1 }
      guard position < bytes.count, let close = bytes[(position + 1)...].firstIndex(of: bytes[position]) else {
        throw XMLError("an attribute without its end")
      }
      attributes.append(Attribute(name: attribute, whole: before..<close + 1, value: position + 1..<close))
      position = close + 1
    }
  }

  private func name(at position: inout Int) -> String {
    let start = position
    while position < bytes.count, !isSpace(bytes[position]), !"=/>".utf8.contains(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }

  private func find(_ character: Unicode.Scalar, from position: Int) -> Int? {
    bytes[min(position, bytes.count)...].firstIndex(of: UInt8(ascii: character))
  }

  private func starts(with text: StaticString, at position: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    for offset in 0..<length where bytes[position + offset] != text.utf8Start[offset] { return false }
    return true
  }

  private func end(of text: StaticString, from position: Int) throws(XMLError) -> Int {
    var position = position
    while position < bytes.count {
      if starts(with: text, at: position) { return position + text.utf8CodeUnitCount }
      position += 1
    }
    throw XMLError("something begun is never ended")
  }
}
