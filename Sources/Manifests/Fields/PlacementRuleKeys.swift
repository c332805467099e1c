/// The keys of a PlacementRule's `spec`.
enum PlacementRuleSpecKey: Int, FieldKey {
  case kind, instances, across, maximum, maxSkew, enforcement, hold

  static let table = ObjectTable(
    "spec of a PlacementRule", PlacementRuleSpecKey.self,
    rules: [
      .when(.kind, is: [.string("together"), .string("spread")], forbids: [.maximum]),
      .when(.kind, is: [.string("together"), .string("separate")], forbids: [.maxSkew]),
    ])

  var field: Field {
    switch self {
    case .kind:
      Field(
        "kind", .choice(["separate", "together", "spread"]), .required, example: "separate",
        "separate: at most `maximum` on one unit. together: all on one unit. spread: the fullest and the emptiest unit differ by at most `maxSkew`."
      )
    case .instances:
      Field("instances", .object(SelectorKey.table), .required, example: "{labels: {app: web}}", "The instances the rule is about.")
    case .across:
      Field(
        "across", .text(.labelKey), .defaulted("host"), example: "zone",
        "The unit: each host, or the hosts that share a value of this label.")
    case .maximum:
      Field("maximum", .integer(1...1_000_000), .defaulted("1"), example: "1", "separate only: instances allowed on one unit.")
    case .maxSkew:
      Field("maxSkew", .integer(1...1_000_000), .defaulted("1"), example: "1", "spread only: the difference allowed between two units.")
    case .enforcement:
      Field(
        "enforcement", .choice(["required", "preferred"]), .defaulted("required"), example: "preferred",
        "preferred: breaks ties only, never causes or vetoes a move.")
    case .hold:
      Field(
        "hold", .choice(["atEnd", "always"]), .defaulted("atEnd"), example: "always",
        "always: also at every instant of a plan, a migrating guest counting on both sides.")
    }
  }
}
