import Synchronization

/// Lets a signal handler, or a test, ask a running pass to stop: once to finish what runs, twice to leave it running.
package final class StopSwitch: Sendable {
  private let presses = Atomic<Int>(0)

  package init() {}

  package func press() { presses.wrappingAdd(1, ordering: .relaxed) }
  /// Nothing more may start.
  package var isPressed: Bool { presses.load(ordering: .relaxed) >= 1 }
  /// What runs is left to the hypervisors and to the next run.
  package var isPressedTwice: Bool { presses.load(ordering: .relaxed) >= 2 }
}
