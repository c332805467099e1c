/// Any JSON value, for tests that look at documents from outside the types.
enum JSONValue: Codable, Equatable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case number(Double)
  case bool(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .number(let value): if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
    case .bool(let value): try container.encode(value)
    case .null: try container.encodeNil()
    }
  }

  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }
  var members: [String: JSONValue]? {
    if case .object(let members) = self { return members }
    return nil
  }
  var elements: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }
  var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }
  var number: Double? {
    if case .number(let number) = self { return number }
    return nil
  }
}
