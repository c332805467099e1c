import CLibXML2
import Glibc

/// XML-RPC as xapi speaks it on /, for servers without JSON-RPC.
enum XMLWire {
  static let path = "/"
  static let contentType = "text/xml"
  /// Values in one another; records have four.
  private static let depthMax = 32

  // MARK: asking

  static func request(_ method: String, _ parameters: [XenValue]) -> [UInt8] {
    let list = parameters.map { "<param>\(element($0))</param>" }.joined()
    return Array(
      "<?xml version=\"1.0\"?><methodCall><methodName>\(escaped(method))</methodName><params>\(list)</params></methodCall>".utf8)
  }

  private static func element(_ value: XenValue) -> String {
    switch value {
    case .text(let text): "<value><string>\(escaped(text))</string></value>"
    // 64 bits go as text: <int> is for 32 and older servers take none.
    case .integer(let integer): "<value><string>\(integer)</string></value>"
    case .number(let number): "<value><double>\(number)</double></value>"
    case .flag(let flag): "<value><boolean>\(flag ? 1 : 0)</boolean></value>"
    case .list(let list): "<value><array><data>\(list.map(element).joined())</data></array></value>"
    case .map(let map):
      "<value><struct>"
        + map.keys.sorted().map { "<member><name>\(escaped($0))</name>\(element(map[$0] ?? .none))</member>" }.joined()
        + "</struct></value>"
    case .none: "<value><string></string></value>"
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\u{0}"..<"\u{20}" where scalar != "\t" && scalar != "\n" && scalar != "\r": break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  // MARK: answers

  /// Gathers an answer, and reads it once it is whole: xapi's XML may have to be mended first.
  struct Answer: AnswerReader {
    /// A pool of some thousand guests sends 20 MB.
    static let bytesMax = 128 << 20
    private var bytes: [UInt8] = []

    mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) -> Bool {
      bytes.append(contentsOf: chunk)
      return true
    }

    mutating func finish() -> Result<XenValue, XenError>? { XMLWire.answer(bytes) }
  }

  /// nil: it is no XML-RPC answer.
  private static func answer(_ bytes: [UInt8]) -> Result<XenValue, XenError>? {
    guard let value = value(of: bytes) ?? MemberNames.escaped(in: bytes).flatMap(value(of:)), let fields = value.map else { return nil }
    if fields["Status"]?.text == "Success", let result = fields["Value"] { return .success(result) }
    guard fields["Status"]?.text == "Failure",
      let description = fields["ErrorDescription"]?.list?.prefix(JSONWire.errorTextsMax).map(\.boundedWords),
      let code = description.first
    else { return nil }
    return .failure(.refused(code: code, parameters: Array(description.dropFirst())))
  }

  private static func value(of bytes: [UInt8]) -> XenValue? {
    let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NOCDATA.rawValue)
    let document = bytes.withUnsafeBytes { bytes -> xmlDocPtr? in
      guard let start = bytes.bindMemory(to: CChar.self).baseAddress, let length = Int32(exactly: bytes.count) else { return nil }
      return xmlReadMemory(start, length, nil, nil, options)
    }
    guard let document else { return nil }
    defer { xmlFreeDoc(document) }
    // A document type could define entities; no server sends one.
    guard document.pointee.intSubset == nil, let root = xmlDocGetRootElement(document), root.name == "methodResponse",
      let value = root.child("params")?.child("param")?.child("value")
    else { return nil }
    return read(value, depth: 0)
  }

  private static func read(_ node: xmlNodePtr, depth: Int) -> XenValue? {
    guard depth < depthMax else { return nil }
    guard let typed = node.elements.first else { return .text(node.text) }
    switch typed.name {
    case "string", "dateTime.iso8601", "base64": return .text(typed.text)
    case "int", "i4", "i8": return Int(typed.text).map { .integer($0) }
    case "double": return Double(typed.text).map { .number($0) }
    case "boolean": return .flag(typed.text == "1")
    case "nil": return XenValue.none
    case "array":
      guard let data = typed.child("data") else { return nil }
      var list: [XenValue] = []
      for element in data.elements {
        guard let value = read(element, depth: depth + 1) else { return nil }
        list.append(value)
      }
      return .list(list)
    case "struct":
      var map: [String: XenValue] = [:]
      for member in typed.elements {
        guard let name = member.child("name")?.text, let element = member.child("value"), let value = read(element, depth: depth + 1) else {
          return nil
        }
        map[name] = value
      }
      return .map(map)
    default: return nil
    }
  }
}

extension xmlNodePtr {
  fileprivate var name: String { pointee.name.map { String(cString: $0) } ?? "" }

  fileprivate var elements: [xmlNodePtr] {
    var found: [xmlNodePtr] = []
    var next = pointee.children
    while let node = next {
      if node.pointee.type == XML_ELEMENT_NODE { found.append(node) }
      next = node.pointee.next
    }
    return found
  }

  fileprivate func child(_ name: String) -> xmlNodePtr? { elements.first { $0.name == name } }

  fileprivate var text: String {
    guard let content = xmlNodeGetContent(self) else { return "" }
    defer { free(content) }
    return String(cString: content)
  }
}
