extension DecodingContext {
  /// Labels; nil if the key is not there or something in them is wrong.
  mutating func labels<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [String: String]? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    return texts(node, field, limit: ManifestLimits.labelsMax, isKey: TextFormat.isLabelKey, keyRule: DecodingContext.labelKeyRule) {
      (context, value, entry) in
      guard context.isText(value, entry) else { return nil }
      if context.document[value].length == 0 { return "" }
      return context.text(value, entry, .any)
    }
  }

  /// Entries of the user's own keys; nil if the key is not there or something in them is wrong.
  mutating func texts<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [String: String]? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .texts(_, let format) = field.type else { preconditionFailure("'\(field.name)' is no mapping of texts") }
    return texts(node, field, limit: ManifestLimits.listEntriesMax, isKey: TextFormat.isName, keyRule: TextFormat.name.rule) {
      (context, value, entry) in context.text(value, entry, format)
    }
  }

  private static let labelKeyRule = "1 to 253 of A-Z a-z 0-9 . _ - / and it starts with a letter or digit"

  private mutating func texts(
    _ node: NodeID, _ field: Field, limit: Int, isKey: (UnsafeBufferPointer<UInt8>) -> Bool, keyRule: String,
    value read: (inout DecodingContext, NodeID, Field) -> String?
  ) -> [String: String]? {
    guard document[node].kind == .mapping else {
      wrongType(node, field)
      return nil
    }
    var texts: [String: String] = [:]
    var isWhole = true
    var key = document[node].first
    while key != 0 {
      let value = document[key].next
      if let entry = entry(key, value, field, isKey, keyRule, read) {
        if texts.updateValue(entry.value, forKey: entry.key) != nil { duplicateKey(key, of: node) }
      } else {
        isWhole = false
      }
      key = document[value].next
    }
    guard texts.count <= limit else {
      error(node, "'\(field.name)' has \(texts.count) entries; at most \(limit) are read", hint: field.exampleHint)
      return nil
    }
    return isWhole ? texts : nil
  }

  private mutating func entry(
    _ key: NodeID, _ value: NodeID, _ field: Field, _ isKey: (UnsafeBufferPointer<UInt8>) -> Bool, _ keyRule: String,
    _ read: (inout DecodingContext, NodeID, Field) -> String?
  ) -> (key: String, value: String)? {
    guard document[key].kind == .scalar else {
      if document[key].kind != .refused { error(key, "a key of '\(field.name)' must be text", hint: field.exampleHint) }
      return nil
    }
    guard document.withBytes(key, isKey) else {
      error(key, "\(quoted(key)) cannot be a key of '\(field.name)'", hint: "\(keyRule); \(field.exampleHint)")
      return nil
    }
    let name = document.string(key)
    let entry = Field(name, .text(.any), .optional, example: "text", field.summary)
    return read(&self, value, entry).map { (name, $0) }
  }
}
