package import Fleet

/// A placement rule in a list, with whom it is about and whether it is kept.
package struct GetRule: GetItem {
  package enum Kind: String, Sendable, Codable, CaseIterable { case separate, together, spread }

  package var name: RuleName
  package var rule: Kind
  /// `maximum` of separate, `maxSkew` of spread; nil: together has none.
  package var limit: Int?
  /// `host`, or the key of a host's label.
  package var across: String
  package var enforcement: PlacementRule.Enforcement
  package var hold: PlacementRule.Hold
  package var selector: [String: String]
  /// Declared instances that it selects, sorted.
  package var members: [InstanceName]
  /// Cells of the members, sorted.
  package var cells: [CellName]
  /// Nil: where some member is nobody knows.
  package var kept: Bool?
  /// What is wrong; nil: nothing that is known.
  package var why: String?
  /// `path:line`.
  package var manifest: String

  /// `members`: those that the rule selects.
  package init(_ rule: PlacementRule, members: [DesiredInstance], kept: Bool?, why: String? = nil) {
    name = rule.name
    switch rule.kind {
    case .separate(let maximum): (self.rule, limit) = (.separate, maximum)
    case .together: (self.rule, limit) = (.together, nil)
    case .spread(let maxSkew): (self.rule, limit) = (.spread, maxSkew)
    }
    switch rule.across {
    case .host: across = "host"
    case .label(let key): across = key
    }
    enforcement = rule.enforcement
    hold = rule.hold
    selector = rule.selector
    self.members = members.map(\.name).sorted()
    cells = Set(members.map(\.cell)).sorted()
    self.kept = kept
    self.why = why
    manifest = rule.location.pathAndLine
  }
}

extension GetRule {
  package static var getKind: GetKind { .rules }
  package var title: String { name.rawValue }
  package var aliases: [String] { [] }
  package var cellNames: [CellName] { cells }

  package static var columns: [GetColumn<GetRule>] {
    [
      GetColumn(header: "NAME") { rule, _ in .word(rule.name.rawValue, .strong) },
      GetColumn(header: "RULE") { rule, _ in .word(rule.rule.rawValue) },
      GetColumn(header: "LIMIT", alignment: .trailing) { rule, _ in .count(rule.limit) },
      GetColumn(header: "ACROSS") { rule, _ in .word(rule.across) },
      GetColumn(header: "ENFORCEMENT") { rule, _ in .word(rule.enforcement.rawValue) },
      GetColumn(header: "MEMBERS", alignment: .trailing) { rule, _ in .count(rule.members.count) },
      GetColumn(header: "KEPT") { rule, _ in .yesOrNo(rule.kept, no: rule.enforcement == .required ? .bad : .warning) },
      GetColumn(header: "HOLD", isWide: true) { rule, _ in .word(GetValue.dashed(rule.hold.rawValue)) },
      GetColumn(header: "SELECTOR", isWide: true) { rule, _ in .labels(rule.selector) },
      GetColumn(header: "INSTANCES", isWide: true) { rule, _ in .word(rule.members.map(\.rawValue).joined(separator: ",")) },
      GetColumn(header: "WHY", isWide: true) { rule, _ in .word(rule.why) },
    ]
  }
}
