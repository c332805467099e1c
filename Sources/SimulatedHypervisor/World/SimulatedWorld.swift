import Fleet

/// The truth of one or more simulated cells: a plain value without clock or I/O that migrations change.
///
/// The living file and the initial one have the form of `WorldFile` (`docs/simulation.md`); it can hold the objects of a snapshot as they are.
package struct SimulatedWorld: Sendable, Equatable {
  package static let apiVersion = "reconcile/v1"
  package static let kind = "SimulatedWorld"
  /// Ended jobs a world remembers; of the oldest nothing is known any more, as with a real hypervisor.
  package static let endedJobsMax = 10_000
  /// Broken promises a world records before it stops counting.
  package static let violationsMax = 100

  package var clock: SimulatedClock
  package var cells: [SimulatedCell]
  package var jobs: [SimulatedJob]
  package var faults: [SimulatedFault]
  /// What is going to happen by itself, in no order.
  package var pending: [SimulatedPending]
  /// What should never have happened, found by the world itself at each change; read by tests.
  package var violations: [String]
  /// How many jobs were ever begun; names the next one.
  package var jobsBegun: Int

  package init(clock: SimulatedClock = SimulatedClock(), cells: [SimulatedCell], faults: [SimulatedFault] = []) {
    self.clock = clock
    self.cells = cells
    self.faults = faults
    jobs = []
    pending = []
    violations = []
    jobsBegun = 0
  }
}

extension SimulatedWorld {
  func cellIndex(_ name: CellName) -> Int? { cells.firstIndex { $0.name == name } }

  /// Notes a broken promise, with the world's time.
  mutating func violated(_ text: String) {
    if violations.count < SimulatedWorld.violationsMax { violations.append("\(clock.at): \(text)") }
  }
}
