import Fleet

/// A required `together` and a required `separate` that no placement satisfies both.
enum ContradictingRulesCheck {
  static func run(_ rules: [PlacementRule], _ members: inout RuleMembers, _ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let together = rules.filter { $0.kind == .together }
    guard !together.isEmpty else { return }
    var gathered: [Int: [Int]] = [:]
    for (position, rule) in together.enumerated() {
      for member in members.of(rule) { gathered[member, default: []].append(position) }
    }
    for rule in rules {
      guard case .separate(let maximum) = rule.kind else { continue }
      for (position, count) in shared(members.of(rule), gathered, index) where count > maximum {
        guard excludes(rule.across, together[position].across) else { continue }
        report(rule, maximum, together[position], count, &diagnostics)
      }
    }
  }

  /// For each `together` rule, in their order, the most members of one cell that it shares.
  private static func shared(_ selected: [Int], _ gathered: [Int: [Int]], _ index: FleetIndex) -> [(rule: Int, count: Int)] {
    struct Key: Hashable {
      let rule: Int
      let cell: CellName
    }
    var counts: [Key: Int] = [:]
    for member in selected {
      guard let rules = gathered[member] else { continue }
      let cell = index.declarations.instances[member].instance.cell
      for rule in rules { counts[Key(rule: rule, cell: cell), default: 0] += 1 }
    }
    var most: [Int: Int] = [:]
    for (key, count) in counts { most[key.rule] = max(most[key.rule] ?? 0, count) }
    return most.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// True if what is on one unit of `together` is on one unit of `separate` too: one host is also one zone.
  private static func excludes(_ separate: PlacementRule.Across, _ together: PlacementRule.Across) -> Bool {
    separate == together || together == .host
  }

  private static func report(
    _ separate: PlacementRule, _ maximum: Int, _ together: PlacementRule, _ count: Int, _ diagnostics: inout DiagnosticList
  ) {
    let (earlier, later) = separate.location < together.location ? (separate, together) : (together, separate)
    diagnostics.error(
      "PlacementRule '\(later.name)' contradicts PlacementRule '\(earlier.name)': \(count) instances must be on one "
        + "\(together.across.unit), at most \(maximum) may be on one \(separate.across.unit)",
      at: later.location, hint: "the other is at \(earlier.location); make one of them enforcement: preferred, or select fewer")
  }
}
