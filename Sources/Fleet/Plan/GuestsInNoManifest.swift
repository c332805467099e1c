/// Guests that hosts show and no manifest names: seen, charged, and left alone.
package struct GuestsInNoManifest: Sendable, Equatable, Codable {
  package static let namesMax = 20

  package var count: Int
  /// The first of them, sorted.
  package var names: [InstanceName]

  /// Nil: there are none.
  package init?(_ names: [InstanceName]) {
    guard !names.isEmpty else { return nil }
    count = names.count
    self.names = Array(names.sorted().prefix(Self.namesMax))
  }
}
