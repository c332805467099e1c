extension JSONTextError {
  init(_ error: any Error) {
    guard let error = error as? DecodingError else {
      self.init(path: "", problem: "\(error)")
      return
    }
    switch error {
    case .keyNotFound(let key, let context): self.init(path: Self.path(context.codingPath + [key]), problem: "missing")
    case .valueNotFound(let type, let context):
      self.init(path: Self.path(context.codingPath), problem: "null, where \(Self.words(type)) is needed")
    case .typeMismatch(let type, let context):
      self.init(path: Self.path(context.codingPath), problem: "\(Self.words(type)) is needed\(Self.found(context.debugDescription))")
    case .dataCorrupted(let context):
      self.init(path: Self.path(context.codingPath), problem: Self.corruption(context))
    @unknown default: self.init(path: "", problem: "\(error)")
    }
  }

  static func path(_ keys: [any CodingKey]) -> String {
    var path = ""
    for key in keys {
      if let index = key.intValue {
        path += "[\(index)]"
      } else if !key.stringValue.isEmpty, key.stringValue.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }) {
        path += (path.isEmpty ? "" : ".") + key.stringValue
      } else {
        path += "[\"\(key.stringValue)\"]"
      }
    }
    return path
  }

  private static func words(_ type: any Any.Type) -> String {
    switch "\(type)" {
    case "Int", "Int64", "Int32", "UInt64", "UInt": "an integer"
    case "Double", "Float": "a number"
    case "String": "a string"
    case "Bool": "true or false"
    case let name where name.hasPrefix("Array"): "an array"
    case let name where name.hasPrefix("Dictionary"): "an object"
    default: "an object"
    }
  }

  /// Foundation says "Expected to decode X but found Y instead."; only the Y is told to no other field.
  private static func found(_ description: String) -> String {
    let opening = " but found ", closing = " instead"
    guard let start = description.firstRange(of: opening)?.upperBound,
      let end = description[start...].firstRange(of: closing)?.lowerBound
    else { return "" }
    return ", not \(description[start..<end])"
  }

  private static func corruption(_ context: DecodingError.Context) -> String {
    let description = context.debugDescription
    // Foundation: "Cannot initialize X from invalid String value y".
    if let value = description.firstRange(of: " from invalid String value ") {
      return "unknown value \"\(description[value.upperBound...])\""
    }
    return description
  }
}
