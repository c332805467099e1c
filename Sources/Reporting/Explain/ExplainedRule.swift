package import Fleet

/// A rule that selects an explained instance, and whether it is kept.
package struct ExplainedRule: Sendable, Equatable, Codable {
  package var name: RuleName
  /// `at most 1 of those with app=web on one host`.
  package var words: String
  package var enforcement: PlacementRule.Enforcement
  /// `path:line`.
  package var manifest: String
  /// Nil: not known.
  package var kept: Bool?
  /// Why it is not kept; empty if it is.
  package var text: String

  package init(_ rule: PlacementRule, kept: Bool? = nil, text: String = "") {
    name = rule.name
    words = DeclarationWords.rule(rule)
    enforcement = rule.enforcement
    manifest = rule.location.pathAndLine
    self.kept = kept
    self.text = text
  }
}

/// What an explained instance breaks where it is.
package struct ExplainedViolation: Sendable, Equatable, Codable {
  package var kind: MoveReason.Kind
  package var text: String
  /// `path:line`.
  package var manifest: String?

  package init(kind: MoveReason.Kind, text: String, manifest: String? = nil) {
    self.kind = kind
    self.text = text
    self.manifest = manifest
  }
}

/// Whether an explained instance could be on a host.
package struct ExplainedHost: Sendable, Equatable, Codable {
  package var host: HostName
  package var possible: Bool
  /// The mode that would bring it there; nil: none, or it is there.
  package var mode: MigrationMode?
  /// Why not, or what it would take.
  package var text: String

  package init(host: HostName, possible: Bool, mode: MigrationMode? = nil, text: String = "") {
    self.host = host
    self.possible = possible
    self.mode = mode
    self.text = text
  }
}
