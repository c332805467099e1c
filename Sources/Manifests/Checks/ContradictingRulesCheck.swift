import Fleet

/// A required `together` and a required `separate` that no placement satisfies both.
enum ContradictingRulesCheck {
  /// Rules that select the same instances.
  private typealias Group = (selector: [String: String], rules: [PlacementRule])

  /// False if there was more to compare than is allowed.
  static func run(_ rules: [PlacementRule], _ members: inout RuleMembers, _ diagnostics: inout DiagnosticList) -> Bool {
    let together = grouped(rules.filter { $0.kind == .together })
    let separate = grouped(rules.filter { if case .separate = $0.kind { true } else { false } })
    guard !together.isEmpty, !separate.isEmpty else { return true }
    var gathered: [Int: [Int]] = [:]
    for (position, group) in together.enumerated() {
      let selected = members.of(group.selector)
      guard members.spend(selected.count) else { return false }
      for member in selected { gathered[member, default: []].append(position) }
    }
    for group in separate {
      guard let shared = shared(group, gathered, &members) else { return false }
      for (position, count) in shared {
        guard members.spend(group.rules.count * together[position].rules.count) else { return false }
        for rule in group.rules { compare(rule, with: together[position].rules, shared: count, &diagnostics) }
      }
    }
    return true
  }

  private static func grouped(_ rules: [PlacementRule]) -> [Group] {
    Dictionary(grouping: rules, by: \.selector).values.map { ($0[0].selector, $0) }.sorted { $0.rules[0].location < $1.rules[0].location }
  }

  private static func compare(
    _ rule: PlacementRule, with others: [PlacementRule], shared count: Int, _ diagnostics: inout DiagnosticList
  ) {
    guard case .separate(let maximum) = rule.kind, count > maximum else { return }
    for other in others where excludes(rule.across, other.across) {
      if diagnostics.isFull { diagnostics.count(.error) } else { report(rule, maximum, other, count, &diagnostics) }
    }
  }

  private struct Overlap: Hashable {
    let group: Int
    let cell: CellName
  }

  /// For each group of `together` rules, in their order, the most members of one cell that it shares; nil if that is too much to look at.
  private static func shared(_ group: Group, _ gathered: [Int: [Int]], _ members: inout RuleMembers) -> [(group: Int, count: Int)]? {
    var counts: [Overlap: Int] = [:]
    for member in members.of(group.selector) {
      guard let groups = gathered[member] else { continue }
      guard members.spend(groups.count) else { return nil }
      let cell = members.cell(of: member)
      for group in groups { counts[Overlap(group: group, cell: cell), default: 0] += 1 }
    }
    var most: [Int: Int] = [:]
    for (key, count) in counts { most[key.group] = max(most[key.group] ?? 0, count) }
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
