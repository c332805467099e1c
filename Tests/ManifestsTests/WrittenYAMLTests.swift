import Reporting
import Testing

@testable import Manifests

/// What we write as YAML is, to our own reader, what we write as JSON.
@Suite struct WrittenYAMLTests {
  /// As JSON, every scalar without quotes by what it stands for.
  private func read(_ yaml: String) throws -> String {
    let bytes = Array(yaml.utf8)
    return try bytes.withUnsafeBufferPointer { bytes in
      var parser = YAMLParser(bytes)
      var document = YAMLDocument()
      let root = try parser.next(into: &document)
      #expect(document.refusals.isEmpty)
      return json(try #require(root), document)
    }
  }

  private func json(_ id: NodeID, _ document: YAMLDocument) -> String {
    let node = document[id]
    switch node.kind {
    case .refused: return "refused"
    case .sequence: return "[\(document.elements(id).map { json($0, document) }.joined(separator: ","))]"
    case .mapping:
      return "{\(document.keys(id).map { "\(json($0, document)):\(json(document[$0].next, document))" }.joined(separator: ","))}"
    case .scalar:
      let text = document.string(id)
      guard node.isPlain else { return quoted(text) }
      switch document.withBytes(id, { PlainScalar($0) }) {
      case .nothing: return "null"
      case .boolean(let value): return "\(value)"
      case .number: return text
      case .text: return quoted(text)
      }
    }
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f || scalar.value == 0xe0001:
        UTF16.encode(scalar)!.map { "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16) }
          .joined()
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  @Test(arguments: [
    #"{"a":1,"b":true,"c":null,"d":"x"}"#, #"{"a":{"b":{"c":[1,2,[3,[4]],{"d":[]}]}},"e":{}}"#, #"[{"a":1,"b":[{"c":2},{"d":3}]},[],{}]"#,
    ##"["yes","No","NULL","~","true","1","1.5","0x1f","-","- a","a: b","a #b","#a","*a","&a","!a","%a","@a","`a","a\"b","","  a "]"##,
    #"{"yes":"on","a b":"c","1":"2","":"x"}"#,
    #"["tab\u0009","line\u000aend","bell\u0007","del\u007f","tag\udb40\udc01","\\u0041","back\\slash"]"#,
    #"["é","日本","😀","e\#u{301}x","\#u{fffe}","a/b.c_d-e","...","---","key:","2026-01-01","12:30:45",".inf","<<","="]"#,
    #""alone""#, "7", "[]", "{}",
  ])
  func isReadBack(json: String) throws { #expect(try read(YAMLText.text(of: json)) == json) }

  @Test func looksAsPeopleWriteIt() {
    #expect(
      YAMLText.text(
        of: #"{"items":[{"labels":{"app":"web"},"names":["a","b"],"when":"2026-01-01T00:00:00.000Z"},{"labels":{}}],"kind":"X"}"#) == """
          items:
          - labels:
              app: web
            names:
            - a
            - b
            when: "2026-01-01T00:00:00.000Z"
          - labels: {}
          kind: X

          """)
  }
}
