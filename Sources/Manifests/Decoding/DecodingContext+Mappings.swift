/// What the entries of a mapping with the user's own keys may be.
private struct EntryRule {
  let limit: Int
  let key: TextFormat
  let keyRule: String
  let value: TextFormat
  let allowsEmptyValue: Bool
  let example: String

  static let labels = EntryRule(
    limit: ManifestLimits.labelsMax, key: .labelKey, keyRule: "1 to 253 of A-Z a-z 0-9 . _ - / and it starts with a letter or digit",
    value: .any,
    allowsEmptyValue: true, example: "text")
}

extension DecodingContext {
  /// Labels; nil if the key is not there or something in them is wrong.
  mutating func labels<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [String: String]? {
    reader[key].flatMap { texts($0, key.tableField, EntryRule.labels) }
  }

  /// Entries of the user's own keys; nil if the key is not there or something in them is wrong.
  mutating func texts<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [String: String]? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .texts(_, let format, let example) = field.type else { preconditionFailure("'\(field.name)' is no mapping of texts") }
    let rule = EntryRule(
      limit: ManifestLimits.listEntriesMax, key: .name, keyRule: TextFormat.name.rule, value: format, allowsEmptyValue: false,
      example: example)
    return texts(node, field, rule)
  }

  private mutating func texts(_ node: NodeID, _ field: Field, _ rule: EntryRule) -> [String: String]? {
    guard document[node].kind == .mapping else {
      wrongType(node, field)
      return nil
    }
    let count = document.entryCount(node)
    guard count <= rule.limit else {
      error(node, "'\(field.name)' has \(count) entries; at most \(rule.limit) are read", hint: field.exampleHint)
      return nil
    }
    var texts: [String: String] = [:]
    var isWhole = true
    var key = document[node].first
    while key != 0 {
      let value = document[key].next
      if let name = entryKey(key, field, rule), let text = entryValue(value, name, field, rule) {
        if texts.updateValue(text, forKey: name) != nil { duplicateKey(key, of: node) }
      } else {
        isWhole = false
      }
      key = document[value].next
    }
    return isWhole ? texts : nil
  }

  private mutating func entryKey(_ key: NodeID, _ field: Field, _ rule: EntryRule) -> String? {
    guard document[key].kind == .scalar else {
      if document[key].kind != .refused { error(key, "a key of '\(field.name)' must be text", hint: field.exampleHint) }
      return nil
    }
    if document.withBytes(key, rule.key.accepts) { return document.string(key) }
    error(key, "\(quoted(key)) cannot be a key of '\(field.name)'", hint: "\(rule.keyRule); \(field.exampleHint)")
    return nil
  }

  private mutating func entryValue(_ value: NodeID, _ name: String, _ field: Field, _ rule: EntryRule) -> String? {
    if foundType(value) == "text" {
      if document.withBytes(value, rule.value.accepts) { return document.string(value) }
      if rule.allowsEmptyValue, document[value].length == 0 { return "" }
    }
    // Only to put the error into words.
    return text(value, Field(name, field.type, .optional, example: rule.example, field.summary), rule.value)
  }
}
