import Fleet
import Reporting
import Testing

/// Holds the schemas in step with the types, from both sides.
@Suite struct ReportSchemaTests {
  enum Document: String, CaseIterable, Sendable {
    case plan, snapshot, status, history, get

    func schema() throws -> JSONValue {
      switch self {
      case .plan: try JSONText.decode(JSONValue.self, from: ReportSchema.plan)
      case .snapshot: try JSONText.decode(JSONValue.self, from: ReportSchema.snapshot)
      case .status: try JSONText.decode(JSONValue.self, from: ReportSchema.status)
      case .history: try JSONText.decode(JSONValue.self, from: ReportSchema.history)
      case .get: try JSONText.decode(JSONValue.self, from: ReportSchema.get)
      }
    }

    func decodes(_ json: String) -> Bool {
      do {
        switch self {
        case .plan: _ = try JSONText.decode(Plan.self, from: json)
        case .snapshot: _ = try JSONText.decode(Observation.self, from: json)
        case .status: _ = try JSONText.decode(StatusReport.self, from: json)
        case .history: _ = try JSONText.decode(HistoryDocument.self, from: json)
        case .get: return GetLists.decode(json)
        }
        return true
      } catch {
        return false
      }
    }

    /// Together they use every field and every case.
    func full() throws -> [JSONValue] {
      switch self {
      case .plan: try SchemaSamples.plans.map(ReportSchemaTests.value)
      case .snapshot: [try ReportSchemaTests.value(SchemaSamples.snapshot)]
      case .status: try SchemaSamples.statuses.map(ReportSchemaTests.value)
      case .history: [try ReportSchemaTests.value(HistorySamples.full)]
      case .get: try GetLists.full()
      }
    }
    /// Every field, few elements: mutated in every way.
    func small() throws -> [JSONValue] {
      switch self {
      case .plan: [try ReportSchemaTests.value(SchemaSamples.smallPlan)]
      case .snapshot: [try ReportSchemaTests.value(SchemaSamples.smallSnapshot)]
      case .status: [try ReportSchemaTests.value(SchemaSamples.smallStatus)]
      case .history: [try ReportSchemaTests.value(HistorySamples.small)]
      case .get: try GetLists.small()
      }
    }
    /// No optional field.
    func bare() throws -> [JSONValue] {
      switch self {
      case .plan: [try ReportSchemaTests.value(SchemaSamples.barePlan)]
      case .snapshot: [try ReportSchemaTests.value(SchemaSamples.bareSnapshot)]
      case .status: [try ReportSchemaTests.value(SchemaSamples.bareStatus)]
      case .history: [try ReportSchemaTests.value(HistorySamples.bare)]
      case .get: try GetLists.bare()
      }
    }
  }

  static func value(_ value: some Encodable) throws -> JSONValue { try JSONText.decode(JSONValue.self, from: JSONText.encode(value)) }

  @Test(arguments: Document.allCases)
  func everyFieldAndCaseIsInTheSchema(document: Document) throws {
    var validator = SchemaValidator(try document.schema())
    for sample in try document.full() { validator.check(sample) }
    #expect(validator.errors.isEmpty, "\(validator.errors.prefix(5))")
    for sample in try document.bare() { validator.check(sample) }
    #expect(validator.errors.isEmpty, "\(validator.errors.prefix(5))")
  }

  /// A field or case of the schema that no value of the types can have is a mistake, or a gap of the samples.
  @Test(arguments: Document.allCases)
  func everythingInTheSchemaExists(document: Document) throws {
    var validator = SchemaValidator(try document.schema())
    for sample in try document.full() { validator.check(sample) }
    #expect(validator.usable.subtracting(validator.used).sorted() == [])
    #expect(validator.usable.count > 50)
  }

  /// What the types refuse, the schema refuses; a field may be left out in both or in neither; an unknown field never passes.
  @Test(arguments: Document.allCases)
  func mutationsAreSeen(document: Document) throws {
    let schema = try document.schema()
    var refused = 0
    for mutation in try document.small().flatMap(Mutation.all) {
      let valid = SchemaValidator.errors(mutation.document, schema).isEmpty
      if !valid { refused += 1 }
      switch mutation.kind {
      case .added: #expect(!valid, "\(mutation.place): an unknown field passed")
      case .retyped: #expect(!valid, "\(mutation.place): a value of another type passed")
      case .dropped:
        #expect(valid == document.decodes(try JSONText.encode(mutation.document)), "\(mutation.place): left out, schema and type disagree")
      case .reworded:
        if !document.decodes(try JSONText.encode(mutation.document)) { #expect(!valid, "\(mutation.place): another word passed") }
      }
    }
    #expect(refused > 100)
  }

  @Test(arguments: Document.allCases)
  func schemasAreDescribed(document: Document) throws {
    let schema = try document.schema()
    #expect(schema["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["title"]?.text?.isEmpty == false && schema["description"]?.text?.isEmpty == false)
    for (name, definition) in schema["$defs"]?.members ?? [:] where definition["type"]?.text == "object" {
      // Of the user's own keys.
      if definition["properties"] == nil, definition["additionalProperties"]?["type"] != nil { continue }
      #expect(definition["additionalProperties"] == .bool(false), "\(name) is open")
      #expect(definition["required"]?.elements?.isEmpty == false, "\(name) requires nothing")
    }
  }

  @Test func schemasAsPrinted() throws {
    try Golden.expect(ReportSchema.plan, "schema-plan.json")
    try Golden.expect(ReportSchema.snapshot, "schema-snapshot.json")
    try Golden.expect(ReportSchema.status, "schema-status.json")
    try Golden.expect(ReportSchema.history, "schema-history.json")
    try Golden.expect(ReportSchema.get, "schema-get.json")
  }

  /// The validator itself must be able to say no.
  @Test(arguments: [
    (#"{"type": "integer"}"#, "1.5"), (#"{"type": "object", "required": ["a"]}"#, "{}"), (#"{"const": "x"}"#, #""y""#),
    (#"{"enum": [1]}"#, "2"), (#"{"pattern": "^a$"}"#, #""b""#), (#"{"minLength": 1}"#, #""""#), (#"{"minimum": 0}"#, "-1"),
    (#"{"items": {"type": "string"}}"#, "[1]"), (#"{"additionalProperties": {"type": "string"}}"#, #"{"a": 1}"#),
    (#"{"maxItems": 1}"#, "[]"), (#"{"anyOf": [{"const": "x"}, {"const": "y"}]}"#, #""z""#),
    (##"{"$ref": "#/$defs/a"}"##, "1"), (#"{"properties": {"a": {"type": "null"}}}"#, #"{"a": 1}"#),
  ])
  func theValidatorRefuses(schema: String, document: String) throws {
    let schema = try JSONText.decode(JSONValue.self, from: schema)
    let document = try JSONText.decode(JSONValue.self, from: document)
    #expect(SchemaValidator.errors(document, schema).count == 1)
  }
}

/// The lists of `reconcile get`, which share one schema.
private enum GetLists {
  static func decode(_ json: String) -> Bool {
    func reads<Item: GetItem>(_ type: Item.Type) -> Bool { (try? JSONText.decode(GetList<Item>.self, from: json)) != nil }
    return reads(GetHost.self) || reads(GetInstance.self) || reads(GetMove.self) || reads(GetRule.self) || reads(GetCell.self)
      || reads(GetStorage.self)
  }

  static func full() throws -> [JSONValue] {
    [
      try ReportSchemaTests.value(GetSamples.hosts), try ReportSchemaTests.value(GetSamples.instances),
      try ReportSchemaTests.value(GetSamples.moves), try ReportSchemaTests.value(GetSamples.rules),
      try ReportSchemaTests.value(GetSamples.cells), try ReportSchemaTests.value(GetSamples.storages),
    ]
  }

  /// Of each list the elements that have the most fields.
  static func small() throws -> [JSONValue] {
    try full().map { list in
      guard case .object(var members) = list, let items = members["items"]?.elements else { return list }
      let largest = items.max { ($0.members?.count ?? 0) < ($1.members?.count ?? 0) }
      members["items"] = .array(largest.map { [$0] } ?? [])
      return .object(members)
    }
  }

  static func bare() throws -> [JSONValue] {
    let host = GetHost(name: "h", cell: "c", state: nil, reachable: nil, manifest: "a.yaml:1")
    let instance = GetInstance(nil, cell: "c", name: "i", copies: [], state: nil)
    return [
      try ReportSchemaTests.value(GetSamples.list([host], observedAt: nil)),
      try ReportSchemaTests.value(GetSamples.list([instance], observedAt: nil)),
      try ReportSchemaTests.value(GetSamples.list([GetSamples.bareMove].compactMap { $0 }, observedAt: nil)),
      try ReportSchemaTests.value(GetSamples.list([GetSamples.rules.items[0]], observedAt: nil)),
      try ReportSchemaTests.value(GetSamples.list([GetSamples.cells.items[2]], observedAt: nil)),
      try ReportSchemaTests.value(GetSamples.list([GetSamples.storages.items[2]], observedAt: nil)),
    ]
  }
}
