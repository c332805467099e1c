/// Edits a document's text in place: what is not named stays byte for byte.
struct XMLEditor {
  private struct Edit {
    var range: Range<Int>
    var text: String
  }

  let document: XMLDocument
  private let spans: XMLSpans
  private var edits: [Edit] = []

  init(_ document: XMLDocument) throws(XMLError) {
    self.document = document
    spans = try XMLSpans(document)
  }

  /// Changes an attribute's value, or adds the attribute.
  mutating func set(_ attribute: String, of node: XMLNode, to value: String) {
    let span = spans.elements[node.index]
    if let found = span.attributes.first(where: { $0.name == attribute }) {
      edits.append(Edit(range: found.value, text: value.escapedForXML))
    } else {
      let end = span.tag.upperBound - (span.isSelfClosing ? 2 : 1)
      edits.append(Edit(range: end..<end, text: " \(attribute)='\(value.escapedForXML)'"))
    }
  }

  /// Puts an attribute where another one is, or adds it.
  mutating func replace(attribute: String, of node: XMLNode, with name: String, _ value: String) {
    guard let found = spans.elements[node.index].attributes.first(where: { $0.name == attribute }) else {
      return set(name, of: node, to: value)
    }
    edits.append(Edit(range: found.whole, text: " \(name)='\(value.escapedForXML)'"))
  }

  mutating func remove(attribute: String, of node: XMLNode) {
    guard let found = spans.elements[node.index].attributes.first(where: { $0.name == attribute }) else { return }
    edits.append(Edit(range: found.whole, text: ""))
  }

  /// Takes an element out, with the line it begins on if nothing else is on that line before it.
  mutating func remove(_ node: XMLNode) {
    let whole = spans.elements[node.index].whole
    edits.append(Edit(range: whole.lowerBound - indentation(before: whole.lowerBound).utf8.count..<whole.upperBound, text: ""))
  }

  mutating func replace(_ node: XMLNode, with text: String) {
    edits.append(Edit(range: spans.elements[node.index].whole, text: text))
  }

  /// Adds an element at the end of another, on a line of its own.
  mutating func append(_ element: String, to node: XMLNode) {
    let span = spans.elements[node.index]
    let own = indentation(before: span.whole.lowerBound)
    let inner = (own.isEmpty ? "\n" : own) + "  "
    if span.isSelfClosing {
      let end = span.whole.upperBound
      edits.append(Edit(range: end - 2..<end, text: ">\(inner)\(element)\(own)</\(span.name)>"))
      return
    }
    // After the last thing in it, before the white space that indents its end tag.
    let close = closingTag(of: span)
    let indent = indentation(before: close)
    let position = close - indent.utf8.count
    edits.append(Edit(range: position..<position, text: inner + element))
  }

  /// Adds an element after another, on a line of its own.
  mutating func insert(_ element: String, after node: XMLNode) {
    let whole = spans.elements[node.index].whole
    edits.append(Edit(range: whole.upperBound..<whole.upperBound, text: indentation(before: whole.lowerBound) + element))
  }

  /// The document with all edits made. Edits within something that is taken out go with it.
  func result() throws(XMLError) -> String {
    guard !edits.isEmpty else { return document.text }
    var bytes: [UInt8] = []
    var position = 0
    // Of two that begin together the longer goes first, so that it swallows the other; insertions keep their order.
    let ordered = edits.enumerated().sorted {
      ($0.element.range.lowerBound, -$0.element.range.count, $0.offset) < ($1.element.range.lowerBound, -$1.element.range.count, $1.offset)
    }
    for (_, edit) in ordered {
      if edit.range.upperBound <= position, edit.range.lowerBound < position { continue }
      guard edit.range.lowerBound >= position else { throw XMLError("two edits overlap") }
      bytes += spans.bytes[position..<edit.range.lowerBound]
      bytes += edit.text.utf8
      position = edit.range.upperBound
    }
    bytes += spans.bytes[position...]
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try XMLDocument(text)
    return text
  }

  private func closingTag(of span: XMLSpans.Element) -> Int {
    var position = span.whole.upperBound - 1
    while position > span.tag.upperBound, spans.bytes[position] != UInt8(ascii: "<") { position -= 1 }
    return position
  }

  /// The line break and the white space between it and `position`; empty if something else is between.
  private func indentation(before position: Int) -> String {
    var start = position
    while start > 0 {
      start -= 1
      switch spans.bytes[start] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): continue
      case UInt8(ascii: "\n"): return String(decoding: spans.bytes[start..<position], as: UTF8.self)
      default: return ""
      }
    }
    return ""
  }
}
