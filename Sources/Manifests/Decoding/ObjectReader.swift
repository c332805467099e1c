import Fleet

/// One mapping, its values in the slots of their fields.
struct ObjectReader<Key: FieldKey> {
  let node: NodeID
  private(set) var slots = InlineArray<16, NodeID>(repeating: 0)

  init(_ node: NodeID) { self.node = node }

  /// The value of a key, nil if it is not there.
  subscript(key: Key) -> NodeID? {
    let value = slots[key.rawValue]
    return value == 0 ? nil : value
  }

  mutating func set(_ index: Int, _ value: NodeID) { slots[index] = value }
}

extension DecodingContext {
  /// Reads a mapping, reporting unknown, duplicate and missing keys; nil if it is none. `field` is what errors call it.
  mutating func object<Key: FieldKey>(_ node: NodeID, _ field: Field, as: Key.Type) -> ObjectReader<Key>? {
    guard document[node].kind == .mapping else {
      wrongType(node, field, must: "a mapping")
      return nil
    }
    let table = Key.table
    var reader = ObjectReader<Key>(node)
    var key = document[node].first
    while key != 0 {
      let value = document[key].next
      if let index = index(of: key, in: table) {
        if reader.slots[index] != 0 { duplicateKey(key, of: node) } else { reader.set(index, value) }
      } else {
        unknownKey(key, value, in: table)
      }
      key = document[value].next
    }
    for index in table.required where reader.slots[index] == 0 { missing(table.fields[index], in: node, table) }
    return reader
  }

  /// The mapping under a key; nil without an error if the key is not there.
  mutating func object<Key: FieldKey, Inner: FieldKey>(
    _ reader: ObjectReader<Key>, _ key: Key, as inner: Inner.Type
  ) -> ObjectReader<Inner>? {
    reader[key].flatMap { object($0, key.tableField, as: inner) }
  }

  mutating func missing(_ field: Field, in node: NodeID, _ table: ObjectTable) {
    error(node, "'\(field.name)' is missing in \(table.title)", hint: field.exampleHint)
  }

  private func index(of key: NodeID, in table: ObjectTable) -> Int? {
    guard document[key].kind == .scalar else { return nil }
    return document.withBytes(key) { bytes in ShortName(bytes).flatMap(table.index) }
  }

  mutating func duplicateKey(_ key: NodeID, of mapping: NodeID) {
    guard !diagnostics.isFull else { return diagnostics.count(.error) }
    var first = document[mapping].first
    while first != key, !document.haveEqualText(first, key) { first = document[document[first].next].next }
    let mark = document[first].mark
    error(key, "duplicate key \(quoted(key))", hint: "it is first given at line \(mark.line), column \(mark.column); keep one")
  }

  private mutating func unknownKey(_ key: NodeID, _ value: NodeID, in table: ObjectTable) {
    guard document[key].kind == .scalar else {
      if document[key].kind != .refused { error(key, "a key of \(table.title) must be text", hint: knownKeys(table)) }
      return
    }
    guard !diagnostics.isFull else { return diagnostics.count(.error) }
    let name = document.string(key)
    error(key, "unknown key \(quoted(key)) in \(table.title)", hint: advice(onUnknown: name, in: table))
  }

  private func advice(onUnknown name: String, in table: ObjectTable) -> String {
    if name == "<<" { return "merge keys are not allowed: write the keys out" }
    let names = table.fields.map(\.name)
    if let near = NearestName.of(name, in: names) { return "did you mean '\(near)'?" }
    for field in table.fields {
      for inner in field.type.tables where inner.fields.contains(where: { $0.name == name }) { return "it belongs into '\(field.name)'" }
    }
    return knownKeys(table)
  }

  private func knownKeys(_ table: ObjectTable) -> String {
    table.fields.isEmpty ? "it has no keys" : "its keys are \(table.fields.map(\.name).joined(separator: ", "))"
  }
}
