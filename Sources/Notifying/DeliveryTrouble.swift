/// Why a notification was not taken.
package struct DeliveryTrouble: Error, Sendable, Equatable {
  /// Completes "…: it was not told: ".
  package var text: String
  /// Another try would end alike.
  package var isLasting: Bool

  package init(_ text: String, isLasting: Bool = false) {
    self.text = text
    self.isLasting = isLasting
  }
}
