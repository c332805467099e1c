import Fleet

/// Decodes a PlacementRule.
enum PlacementRuleDecoder {
  static func decode(_ document: ObjectReader<DocumentKey>, _ metadata: Metadata, _ context: inout DecodingContext) -> DeclaredRule {
    let errorsBefore = context.diagnostics.errorCount
    var rule = PlacementRule(name: RuleName(metadata.name), kind: .together, selector: [:], location: metadata.location)
    guard let spec = context.object(document, .spec, as: PlacementRuleSpecKey.self) else {
      return DeclaredRule(rule: rule, across: nil, isWhole: false)
    }
    let kind = context.choice(spec, .kind)
    let maximum = context.integer(spec, .maximum)
    let maxSkew = context.integer(spec, .maxSkew)
    switch kind {
    case "separate": rule.kind = .separate(maximum: maximum ?? 1)
    case "spread": rule.kind = .spread(maxSkew: maxSkew ?? 1)
    default: rule.kind = .together
    }
    if let kind {
      refuse(.maximum, unless: "separate", spec, kind, &context)
      refuse(.maxSkew, unless: "spread", spec, kind, &context)
    }
    rule.selector = SelectorDecoder.decode(spec, .instances, &context) ?? [:]
    if let across = context.text(spec, .across) { rule.across = across == "host" ? .host : .label(across) }
    if let enforcement = context.choice(spec, .enforcement, as: PlacementRule.Enforcement.self) { rule.enforcement = enforcement }
    if let hold = context.choice(spec, .hold, as: PlacementRule.Hold.self) { rule.hold = hold }
    let across = spec[.across].map { context.document[$0].mark }
    return DeclaredRule(rule: rule, across: across, isWhole: context.diagnostics.errorCount == errorsBefore)
  }

  private static func refuse(
    _ key: PlacementRuleSpecKey, unless kind: String, _ spec: ObjectReader<PlacementRuleSpecKey>, _ found: String,
    _ context: inout DecodingContext
  ) {
    guard found != kind, let node = spec[key] else { return }
    context.error(
      node, "'\(key.tableField.name)' has no meaning in a rule of kind \(found)", hint: "it belongs to kind: \(kind); remove it")
  }
}
