extension FieldType {
  /// The JSON Schema keywords of a value of this type.
  var schema: [(String, JSONText)] {
    switch self {
    case .flag: [("type", .string("boolean"))]
    case .integer(let range):
      [("type", .string("integer")), ("minimum", .literal("\(range.lowerBound)")), ("maximum", .literal("\(range.upperBound)"))]
    case .decimal(let range):
      [("type", .string("number")), ("minimum", .literal("\(range.lowerBound)")), ("maximum", .literal("\(range.upperBound)"))]
    case .quantity(let kind, let range): FieldType.quantity(kind, range)
    case .text(let format): FieldType.text(format)
    case .choice(let words): [("type", .string("string")), ("enum", .array(words.map { .string($0) }))]
    case .choices(let words):
      [
        ("type", .string("array")), ("uniqueItems", .literal("true")),
        ("items", .object([("type", .string("string")), ("enum", .array(words.map { .string($0) }))])),
      ]
    case .names:
      [
        ("type", .string("array")), ("minItems", .literal("1")), ("maxItems", .literal("\(ManifestLimits.listEntriesMax)")),
        ("items", .object(FieldType.text(.name))),
      ]
    case .labels:
      FieldType.texts(
        .labelKey,
        [
          ("type", .string("string")), ("pattern", .string("^[^\(TextFormat.controls)]*$")),
          ("maxLength", .literal("\(ManifestLimits.textBytesMax)")),
        ], ManifestLimits.labelsMax)
    case .texts(_, let format, _): FieldType.texts(.name, FieldType.text(format), ManifestLimits.listEntriesMax)
    case .object(let table): table.schema
    case .list(let type): [("type", .string("array")), ("items", .object(type.schema))]
    case .either(let types): FieldType.either(types)
    }
  }

  /// One type word for each; their other keywords only say something of values of their own type. Two mappings cannot be told apart so: which of
  /// them stands there is for a rule of the mapping around them to say.
  private static func either(_ types: [FieldType]) -> [(String, JSONText)] {
    let words = types.reduce(into: [String]()) { words, type in if !words.contains(type.jsonType) { words.append(type.jsonType) } }
    let others = types.flatMap { type in type.schema.filter { $0.0 != "type" } }
    return [("type", .array(words.map { .string($0) }))] + (words.count == types.count ? others : [])
  }

  private var jsonType: String {
    switch self {
    case .flag: "boolean"
    case .integer: "integer"
    case .decimal: "number"
    case .text, .choice: "string"
    case .choices, .names, .list: "array"
    case .labels, .texts, .object: "object"
    case .quantity, .either: preconditionFailure("a value of several types stands in no choice of types")
    }
  }

  private static func text(_ format: TextFormat) -> [(String, JSONText)] {
    [
      ("type", .string("string")), ("pattern", .string(format.pattern)),
      ("patternErrorMessage", .string("not \(format.title): \(format.rule)")),
      ("maxLength", .literal("\(ManifestLimits.textBytesMax)")),
    ]
  }

  private static func texts(_ key: TextFormat, _ value: [(String, JSONText)], _ limit: Int) -> [(String, JSONText)] {
    [
      ("type", .string("object")), ("maxProperties", .literal("\(limit)")), ("propertyNames", .object(text(key))),
      ("additionalProperties", .object(value)),
    ]
  }

  private static func quantity(_ kind: QuantityKind, _ range: ClosedRange<Int>) -> [(String, JSONText)] {
    let text: [(String, JSONText)] = [
      ("pattern", .string(Quantity.pattern(kind, range))),
      ("patternErrorMessage", .string("not a \(kind.title) \(Quantity.bounds(range, kind)); units: \(Quantity.unitNames(kind))")),
    ]
    guard range.contains(0) else { return [("type", .string("string"))] + text }
    return [("type", .array([.string("string"), .string("integer")]))] + text + [("minimum", .literal("0")), ("maximum", .literal("0"))]
  }
}

extension ObjectTable {
  /// The JSON Schema keywords of the mapping.
  var schema: [(String, JSONText)] { schema(properties: fields.map { ($0.name, $0.schema) }, required: required.map { fields[$0].name }) }

  func schema(properties: [(String, JSONText)], required: [String]) -> [(String, JSONText)] {
    var keywords: [(String, JSONText)] = [("type", .string("object")), ("additionalProperties", .literal("false"))]
    if !required.isEmpty { keywords.append(("required", .array(required.map { .string($0) }))) }
    keywords.append(("properties", .object(properties)))
    if !rules.isEmpty { keywords.append(("allOf", .array(rules))) }
    return keywords
  }
}

extension Field {
  var schema: JSONText {
    var keywords: [(String, JSONText)] = [("description", .string(description))]
    if case .defaulted(let value) = presence { keywords.append(("default", json(value))) }
    return .object(keywords + type.schema)
  }

  /// The summary, and the range of a quantity, which no keyword says.
  private var description: String {
    guard case .quantity(let kind, let range) = type else { return summary }
    return "\(summary) Allowed: \(Quantity.bounds(range, kind)); units: \(Quantity.unitNames(kind))."
  }

  /// A default, which is written as YAML, as JSON.
  private func json(_ value: String) -> JSONText {
    if value == "{}" { return .object([]) }
    if value.hasPrefix("[") {
      return .array(value.dropFirst().dropLast().split(separator: ",").map { .string(String($0.drop { $0 == " " })) })
    }
    switch type {
    case .flag, .integer, .decimal: return .literal(value)
    case .either where value == "true" || value == "false": return .literal(value)
    default: return .string(value)
    }
  }
}
