import Fleet

/// Rules that select nothing, name a label that no host has, or contradict each other or the placements.
enum RuleCheck {
  static func run(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let rules = index.declarations.rules.filter(\.isWhole)
    guard !rules.isEmpty else { return }
    var members = RuleMembers(index.declarations)
    let hostLabels = Set(index.declarations.hosts.lazy.flatMap(\.host.labels.keys))
    for declared in rules {
      let rule = declared.rule
      checkLabel(declared, hostLabels, index, &diagnostics)
      let selected = members.of(rule)
      if selected.isEmpty, index.instancesAreComplete {
        diagnostics.warning(
          "PlacementRule '\(rule.name)' selects no instance", at: rule.location,
          hint: "no Instance has the labels \(PlacementCheck.text(rule.selector))")
      }
      if rule.enforcement == .required { PinnedMembersCheck.run(rule, selected, index, &diagnostics) }
    }
    ContradictingRulesCheck.run(rules.map(\.rule).filter { $0.enforcement == .required }, &members, index, &diagnostics)
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
