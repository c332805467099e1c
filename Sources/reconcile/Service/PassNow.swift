import Synchronization

/// Somebody asked for a pass without waiting for its time.
final class PassNow: Sendable {
  private let isAsked = Atomic(false)

  func ask() { isAsked.store(true, ordering: .releasing) }
  /// Whether somebody did; the answer is given once.
  func take() -> Bool { isAsked.exchange(false, ordering: .acquiringAndReleasing) }
}
