/// An element, read out of libxml2's tree into plain values.
struct XMLNode: Sendable, Equatable {
  struct Attribute: Sendable, Equatable {
    /// As written, with its prefix.
    var name: String
    var value: String
  }

  /// Without its prefix.
  var name: String
  var prefix: String?
  /// The URI of its namespace; nil: none.
  var namespace: String?
  var attributes: [Attribute]
  /// The elements directly within it, in their order.
  var children: [XMLNode]
  /// All character data directly within it.
  var text: String
  /// Counted from 1.
  var line: Int
  /// Its place among all elements of the document, in the order of their start tags, from 0.
  var index: Int

  var qualifiedName: String { prefix.map { "\($0):\(name)" } ?? name }

  /// Its text without the white space around it.
  var content: String { text.trimmingXMLSpace }

  subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

  /// The children of that name in no namespace, which is where all of libvirt's elements are.
  func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name && $0.namespace == nil } }

  /// The first element down a path of names.
  func first(_ path: String...) -> XMLNode? {
    var node = self
    for name in path {
      guard let next = node.children.first(where: { $0.name == name && $0.namespace == nil }) else { return nil }
      node = next
    }
    return node
  }

  /// The one child of that name; nil: there is none. Throws if there are several, since libvirt and we might take different ones.
  func only(_ name: String) throws(XMLError) -> XMLNode? {
    let found = all(name)
    guard found.count < 2 else { throw XMLError("<\(self.name)> has more than one <\(name)>", line: found[1].line) }
    return found.first
  }

  func required(_ name: String) throws(XMLError) -> XMLNode {
    guard let found = try only(name) else { throw XMLError("<\(self.name)> has no <\(name)>", line: line) }
    return found
  }

  func required(attribute name: String) throws(XMLError) -> String {
    guard let value = self[name] else { throw XMLError("<\(self.name)> has no attribute \(name)", line: line) }
    return value
  }
}

extension String {
  var trimmingXMLSpace: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
    var text = self[...].drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return String(text)
  }

  var nonEmpty: String? { isEmpty ? nil : self }

  /// For an attribute in either kind of quotes, and for text. What XML cannot hold becomes a reference that every reader refuses.
  var escapedForXML: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "'": text += "&apos;"
      case "\"": text += "&quot;"
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": text += "&#\(scalar.value);"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
