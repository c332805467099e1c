import Testing

@testable import LibvirtHypervisor

@Suite struct XMLSpansTests {
  static let odd = """
    <?xml version='1.0'?><!-- <a b='>'> --><r x = "1 > 0" y='&apos;'
      z="'"><![CDATA[<not a='tag'>]]><e/><p:e xmlns:p='urn:p' p:q='&#65;&amp;&lt;'>t<!--</r>--></p:e ><?pi <x> ?></r>
    <!-- end -->
    """

  /// The text's own places against libxml2's values.
  @Test("every attribute is where the editor says", arguments: Sample.domains + ["odd"]) func attributes(_ name: String) throws {
    let document = try XMLDocument(name == "odd" ? Self.odd : try Sample.text(name))
    let spans = try XMLSpans(document)
    var nodes: [XMLNode] = []
    func collect(_ node: XMLNode) {
      nodes.append(node)
      node.children.forEach(collect)
    }
    collect(document.root)
    #expect(nodes.map(\.index) == Array(nodes.indices))
    for node in nodes {
      let span = spans.elements[node.index]
      #expect(try XMLDocument(Self.declaring(spans, span)).root.attributes == node.attributes)
      for attribute in node.attributes {
        let found = try #require(span.attributes.first { $0.name == attribute.name })
        let raw = String(decoding: spans.bytes[found.value], as: UTF8.self)
        #expect(try XMLDocument("<x y=\"\(raw.replacing("\"", with: "&quot;"))\"/>").root["y"] == attribute.value)
      }
    }
  }

  /// The element alone, with the prefixes it may use.
  private static func declaring(_ spans: XMLSpans, _ span: XMLSpans.Element) -> String {
    var text = String(decoding: spans.bytes[span.whole], as: UTF8.self)
    for prefix in ["libosinfo", "nova", "reconcile", "qemu", "p"] where text.contains("\(prefix):") && !text.contains("xmlns:\(prefix)=") {
      let end = text.index(text.startIndex, offsetBy: span.name.count + 1)
      text.insert(contentsOf: " xmlns:\(prefix)='urn:\(prefix)'", at: end)
    }
    return text
  }

  @Test("any element can be taken out", arguments: ["rbd", "vhost-user", "multi-disk.live"]) func removal(_ name: String) throws {
    let document = try XMLDocument(try Sample.text(name))
    func count(_ node: XMLNode) -> Int { node.children.reduce(1) { $0 + count($1) } }
    let total = count(document.root)
    func visit(_ node: XMLNode) throws {
      if node.index > 0 {
        var editor = try XMLEditor(document)
        // What is changed within goes with it.
        for child in node.children { editor.set("added", of: child, to: "1") }
        editor.remove(node)
        let after = try XMLDocument(try editor.result())
        #expect(count(after.root) == total - count(node))
        #expect(!after.text.contains("added="))
      }
      for child in node.children { try visit(child) }
    }
    try visit(document.root)
  }

  @Test func edits() throws {
    let document = try XMLDocument("<a>\n  <b c='1' d=\"2\"/>\n  <e></e>\n</a>\n")
    var editor = try XMLEditor(document)
    let (b, e) = (try #require(document.root.first("b")), try #require(document.root.first("e")))
    editor.set("c", of: b, to: "<'&\">")
    editor.set("new", of: b, to: "é")
    editor.remove(attribute: "d", of: b)
    editor.remove(attribute: "none", of: b)
    editor.append("<f/>", to: e)
    editor.append("<g/>", to: document.root)
    editor.insert("<h/>", after: b)
    #expect(
      try editor.result()
        == "<a>\n  <b c='&lt;&apos;&amp;&quot;&gt;' new='é'/>\n  <h/>\n  <e>\n    <f/></e>\n  <g/>\n</a>\n")
  }

  @Test func whatXMLCannotHoldIsRefusedNotDropped() throws {
    let document = try XMLDocument("<a b='1'/>")
    var editor = try XMLEditor(document)
    editor.set("b", of: document.root, to: "x\u{1}y")
    #expect(throws: XMLError.self) { try editor.result() }
    var fine = try XMLEditor(document)
    fine.set("b", of: document.root, to: "x\ty\nz")
    #expect(try XMLDocument(try fine.result()).root["b"] == "x\ty\nz")
  }

  static let sizes: [(String, Int)] = [
    ("<m>3</m>", 3072), ("<m unit='b'>3</m>", 3), ("<m unit='bytes'>3</m>", 3), ("<m unit='KB'>3</m>", 3000), ("<m unit='k'>3</m>", 3072),
    ("<m unit='KiB'>3</m>", 3072), ("<m unit='MB'>3</m>", 3_000_000), ("<m unit='M'>3</m>", 3_145_728), ("<m unit='MiB'>3</m>", 3_145_728),
    ("<m unit='GB'>3</m>", 3_000_000_000), ("<m unit='GiB'> 3\n</m>", 3_221_225_472), ("<m unit='TiB'>3</m>", 3_298_534_883_328),
  ]

  @Test("units are libvirt's", arguments: sizes) func units(_ text: String, _ bytes: Int) throws {
    #expect(try ByteSize.read(try XMLDocument(text).root, unit: "KiB") == bytes)
  }
}
