/// A declared rule over the instances its labels select.
package struct PlacementRule: Sendable, Equatable, Codable {
  package enum Kind: Sendable, Equatable, Codable {
    /// At most `maximum` selected instances on one unit.
    case separate(maximum: Int)
    /// All selected instances on one unit.
    case together
    /// max - min over the units is at most `maxSkew`.
    case spread(maxSkew: Int)
  }
  package enum Across: Sendable, Hashable, Codable {
    case host
    /// The unit is the value of this label of the host.
    case label(String)
  }
  package enum Enforcement: String, Sendable, Codable { case required, preferred }
  package enum Hold: String, Sendable, Codable {
    case atEnd
    /// At every instant of a plan, a migrating guest counting on both sides, never worse than max(limit, start).
    case always
  }

  package var name: RuleName
  package var kind: Kind
  /// Label equality, AND.
  package var selector: [String: String]
  package var across: Across
  package var enforcement: Enforcement
  package var hold: Hold
  package var location: SourceLocation

  package init(
    name: RuleName, kind: Kind, selector: [String: String], across: Across = .host, enforcement: Enforcement = .required,
    hold: Hold = .atEnd, location: SourceLocation
  ) {
    self.name = name
    self.kind = kind
    self.selector = selector
    self.across = across
    self.enforcement = enforcement
    self.hold = hold
    self.location = location
  }
}

extension [String: String] {
  /// True if `labels` carries every key and value of this selector.
  package func selects(_ labels: [String: String]) -> Bool { allSatisfy { labels[$0.key] == $0.value } }
}
