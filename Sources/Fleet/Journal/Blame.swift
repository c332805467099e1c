/// Whose fault a failure is: what closes, waits or is avoided after it follows from that.
package enum Blame: String, Sendable, Codable, CaseIterable {
  /// The instance itself: it would fail towards any host.
  case guest
  /// The host it is on.
  case source
  /// The host it was to go to, whoever comes.
  case destination
  /// This instance on that host: others may go there, and it may go elsewhere.
  case pair
  /// Nobody: something else was going on at that moment.
  case nobody

  /// The instance may do better on another host.
  package var isElsewhereBetter: Bool { self == .destination || self == .pair }
}
