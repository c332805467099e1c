import Fleet

/// Rules that select nothing, name a label that no host has, or contradict each other or the placements.
enum RuleCheck {
  static func run(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let rules = index.declarations.rules.filter(\.isWhole)
    guard !rules.isEmpty else { return }
    var members = RuleMembers(index)
    let hostLabels = Set(index.declarations.hosts.lazy.flatMap(\.host.labels.keys))
    var areAllCompared = true
    for declared in rules {
      let rule = declared.rule
      checkLabel(declared, hostLabels, index, &diagnostics)
      if members.of(rule.selector).isEmpty, index.instancesAreComplete {
        diagnostics.warning(
          "PlacementRule '\(rule.name)' selects no instance", at: rule.location,
          hint: "no Instance has the labels \(PlacementCheck.text(rule.selector))")
      }
      guard rule.enforcement == .required else { continue }
      let pins = members.pins(rule.selector)
      if members.spend(pins.count) { PinnedMembersCheck.run(rule, pins, index, &diagnostics) } else { areAllCompared = false }
    }
    let required = rules.map(\.rule).filter { $0.enforcement == .required }
    if !ContradictingRulesCheck.run(required, &members, &diagnostics) { areAllCompared = false }
    if !areAllCompared {
      diagnostics.warning(
        "the rules select too many instances over and over; not all of them were compared with each other", at: rules[0].rule.location,
        hint: "more than \(ManifestLimits.ruleComparisonsMax) comparisons; give rules labels of their own")
    }
  }

  private static func checkLabel(_ declared: DeclaredRule, _ labels: Set<String>, _ index: FleetIndex, _ diagnostics: inout DiagnosticList)
  {
    guard case .label(let label) = declared.rule.across, let mark = declared.across, index.hostsAreComplete, !labels.contains(label) else {
      return
    }
    let near = NearestName.of(label, in: labels.sorted() + ["host"])
    diagnostics.error(
      "no Host has a label '\(label)'", at: SourceLocation(declared.rule.location.path, mark),
      hint: near.map { "did you mean '\($0)'?" } ?? "give it to hosts under metadata: labels:, or write across: host")
  }
}

extension PlacementRule.Across {
  /// The unit in words.
  var unit: String {
    switch self {
    case .host: "host"
    case .label(let label): "'\(label)'"
    }
  }
}
