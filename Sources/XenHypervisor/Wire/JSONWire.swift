import FoundationEssentials

/// JSON-RPC 2.0 as xapi speaks it on /jsonrpc.
enum JSONWire {
  static let path = "/jsonrpc"
  static let contentType = "application/json"
  /// Texts of an error, of which servers send some.
  static let errorTextsMax = 32

  /// `id`: no other request of this connection's has it.
  static func request(_ method: String, _ parameters: [XenValue], id: Int) -> [UInt8] {
    let request: XenValue = .map([
      "jsonrpc": .text("2.0"), "method": .text(method), "params": .list(parameters), "id": .integer(id),
    ])
    let data = (try? JSONEncoder().encode(request)) ?? Data()
    return [UInt8](data)
  }

  /// Reads an answer while it comes in.
  struct Answer: AnswerReader {
    static let bytesMax = 512 << 20
    private var reader = JSONReader()
    private let id: Int

    init(to id: Int) { self.id = id }

    mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) -> Bool { reader.feed(chunk) }
    mutating func finish() -> Result<XenValue, XenError>? { reader.finish().flatMap { JSONWire.answer($0, to: id) } }
  }

  /// nil: it is no JSON-RPC answer.
  private static func answer(_ value: XenValue, to request: Int) -> Result<XenValue, XenError>? {
    guard let fields = value.map else { return nil }
    // A connection carries one request after another: the answer to an earlier one is no answer.
    if let id = fields["id"], id.integer != request { return nil }
    if let error = fields["error"], error != .none {
      // 1.0 sends the list alone.
      let list = error.list ?? [error.map?["message"] ?? .none] + (error.map?["data"]?.list ?? [])
      let texts = list.prefix(errorTextsMax).map { $0.boundedWords }
      guard let code = texts.first, !code.isEmpty else { return nil }
      return .failure(.refused(code: code, parameters: Array(texts.dropFirst())))
    }
    guard let result = fields["result"] else { return nil }
    return .success(result)
  }
}

extension XenValue: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .integer(let integer): try container.encode(integer)
    case .number(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .list(let list): try container.encode(list)
    case .map(let map): try container.encode(map)
    case .none: try container.encodeNil()
    }
  }
}

extension XenValue {
  /// Bytes of one text of an error: a server may say anything.
  private static let wordsBytesMax = 4096

  var boundedWords: String {
    let words = words
    return words.utf8.count <= Self.wordsBytesMax ? words : String(decoding: words.utf8.prefix(Self.wordsBytesMax), as: UTF8.self) + "…"
  }

  /// For messages: what it says, whatever its type.
  var words: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .number(let number): String(number)
    case .flag(let flag): String(flag)
    case .list(let list): list.map(\.words).joined(separator: ", ")
    case .map(let map): map.keys.sorted().map { "\($0): \(map[$0]?.words ?? "")" }.joined(separator: ", ")
    case .none: ""
    }
  }
}
