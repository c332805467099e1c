/// A rule over keys of a mapping that no key's own type says, as JSON Schema; the decoder holds the same, and tells it in its own words.
///
/// The keywords are those that editors have known since draft 7, in such a form that the key at fault is marked, not the mapping around it.
struct FieldRule<Key: FieldKey>: Sendable {
  let schema: JSONText

  /// Exactly one of the keys is there.
  static func one(of keys: [Key]) -> FieldRule {
    let secondOnes = keys.indices.dropLast().map { index in
      JSONText.object([("if", has([keys[index]])), ("then", forbidding(Array(keys[(index + 1)...])))])
    }
    return FieldRule(schema: .object([("anyOf", .array(keys.map { has([$0]) })), ("allOf", .array(secondOnes))]))
  }

  /// A mapping of the user's own keys has at least one.
  static func notEmpty(_ key: Key) -> FieldRule { FieldRule(schema: properties([(key, .object([("minProperties", .literal("1"))]))])) }

  static func begins(_ key: Key, with prefix: String) -> FieldRule { FieldRule(schema: beginning(key, prefix)) }

  static func given(_ key: Key, forbids others: [Key]) -> FieldRule { FieldRule(has([key]), forbidding(others)) }

  static func when(_ key: Key, is values: [JSONText], forbids others: [Key]) -> FieldRule {
    FieldRule(holds(key, values), forbidding(others))
  }

  static func when(_ key: Key, is value: JSONText, requires other: Key, as type: FieldType) -> FieldRule {
    FieldRule(
      holds(key, [value]),
      .object([("required", .array([.string(other.field.name)])), ("properties", .object([(other.field.name, .object(type.schema))]))]))
  }

  static func unless(_ key: Key, is value: JSONText, begins other: Key, with prefix: String) -> FieldRule {
    FieldRule(.object([("not", holds(key, [value]))]), beginning(other, prefix))
  }

  static func unless(_ key: Key, is value: JSONText, limits other: Key, to words: [String]) -> FieldRule {
    FieldRule(.object([("not", holds(key, [value]))]), properties([(other, .object([("enum", .array(words.map { .string($0) }))]))]))
  }

  private init(_ condition: JSONText, _ consequence: JSONText) { self.init(schema: .object([("if", condition), ("then", consequence)])) }
  private init(schema: JSONText) { self.schema = schema }

  private static func has(_ keys: [Key]) -> JSONText { .object([("required", .array(keys.map { .string($0.field.name) }))]) }

  private static func holds(_ key: Key, _ values: [JSONText]) -> JSONText {
    .object([
      ("required", .array([.string(key.field.name)])), ("properties", .object([(key.field.name, .object([("enum", .array(values))]))])),
    ])
  }

  private static func forbidding(_ keys: [Key]) -> JSONText { properties(keys.map { ($0, .literal("false")) }) }

  private static func beginning(_ key: Key, _ prefix: String) -> JSONText {
    properties([
      (key, .object([("pattern", .string("^\(prefix)")), ("patternErrorMessage", .string("it must begin with \(prefix)"))]))
    ])
  }

  private static func properties(_ members: [(Key, JSONText)]) -> JSONText {
    .object([("properties", .object(members.map { ($0.field.name, $1) }))])
  }
}
