/// JSON Schemas (draft 2020-12) of the documents that other programs read; closed: a field that is not named is an error.
package enum ReportSchema {
  /// `reconcile --dry-run --output json` and `--out`.
  package static let plan = document(
    name: "plan", title: "A reconcile plan", description: "What a pass would do, why, and the proof that less would not do.", root: "plan",
    definitions: PlanSchema.definitions.merging(SharedSchema.definitions, uniquingKeysWith: { first, _ in first }))

  /// `reconcile snapshot` and `--snapshot`.
  package static let snapshot = document(
    name: "snapshot", title: "A reconcile observation",
    description: "What one look at all hosts showed. Bytes are integers, arrays sorted, no secrets.",
    root: "observation", definitions: SnapshotSchema.definitions.merging(SharedSchema.definitions, uniquingKeysWith: { first, _ in first }))

  /// `reconcile status --output json`.
  package static let status = document(
    name: "status", title: "A reconcile status", description: "The state of a fleet as the state database knows it.", root: "status",
    definitions: StatusSchema.definitions.merging(SharedSchema.definitions, uniquingKeysWith: { first, _ in first }))

  /// `reconcile get KIND --output json`.
  package static let get = document(
    name: "get", title: "A reconcile list", description: "Objects of one kind, as the manifests and the state database know them.",
    root: "get",
    definitions: GetSchema.definitions.merging(StatusSchema.definitions, uniquingKeysWith: { first, _ in first })
      .merging(PlanSchema.definitions, uniquingKeysWith: { first, _ in first })
      .merging(SharedSchema.definitions, uniquingKeysWith: { first, _ in first }))

  /// `reconcile history --output json`.
  package static let history = document(
    name: "history", title: "A reconcile history", description: "What was done, newest first, with what was predicted of it.",
    root: "history",
    definitions: HistorySchema.definitions.merging(StatusSchema.definitions, uniquingKeysWith: { first, _ in first })
      .merging(PlanSchema.definitions, uniquingKeysWith: { first, _ in first })
      .merging(SharedSchema.definitions, uniquingKeysWith: { first, _ in first }))

  /// Only the definitions that the root reaches are in the document.
  private static func document(name: String, title: String, description: String, root: String, definitions: [String: String]) -> String {
    var reached: [String] = []
    var open = [root]
    while let next = open.popLast() {
      guard !reached.contains(next) else { continue }
      guard let body = definitions[next] else { preconditionFailure("schema definition \(next) is missing") }
      reached.append(next)
      open += references(in: body)
    }
    let parts = reached.sorted().map { "\"\($0)\": \(definitions[$0] ?? "")" }
    let text = """
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:reconcile:v1:\(name)", "title": "\(title)",
      "description": "\(description)", "$ref": "#/$defs/\(root)", "$defs": {\(parts.joined(separator: ", "))}}
      """
    return String(decoding: JSONIndenter.indented(JSONIndenter.compacted(Array(text.utf8))), as: UTF8.self) + "\n"
  }

  private static func references(in body: String) -> [String] {
    body.split(separator: "#/$defs/").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }
}
