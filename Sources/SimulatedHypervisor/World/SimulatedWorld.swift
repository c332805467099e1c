import Fleet

/// The truth of one or more simulated cells: a plain value without clock or I/O that migrations change.
///
/// The living file and the initial one have this form (`docs/simulation.md`); it can hold the objects of a snapshot as they are.
package struct SimulatedWorld: Sendable, Equatable, Codable {
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
  /// What should never have happened, found by the world itself at each change; read by tests.
  package var violations: [String]
  /// How many jobs were ever begun; names the next one.
  package var jobsBegun: Int

  package init(clock: SimulatedClock = SimulatedClock(), cells: [SimulatedCell], faults: [SimulatedFault] = []) {
    self.clock = clock
    self.cells = cells
    self.faults = faults
    jobs = []
    violations = []
    jobsBegun = 0
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try SimulatedWorld.require(SimulatedWorld.apiVersion, .apiVersion, in: container)
    try SimulatedWorld.require(SimulatedWorld.kind, .kind, in: container)
    clock = try container.decodeIfPresent(SimulatedClock.self, forKey: .clock) ?? SimulatedClock()
    cells = try container.decode([SimulatedCell].self, forKey: .cells)
    jobs = try container.decodeIfPresent([SimulatedJob].self, forKey: .jobs) ?? []
    faults = try container.decodeIfPresent([SimulatedFault].self, forKey: .faults) ?? []
    violations = try container.decodeIfPresent([String].self, forKey: .violations) ?? []
    jobsBegun = try container.decodeIfPresent(Int.self, forKey: .jobsBegun) ?? jobs.count
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(SimulatedWorld.apiVersion, forKey: .apiVersion)
    try container.encode(SimulatedWorld.kind, forKey: .kind)
    try container.encode(clock, forKey: .clock)
    try container.encode(cells, forKey: .cells)
    try container.encode(jobs, forKey: .jobs)
    try container.encode(faults, forKey: .faults)
    try container.encode(violations, forKey: .violations)
    try container.encode(jobsBegun, forKey: .jobsBegun)
  }

  private enum CodingKeys: String, CodingKey { case apiVersion, kind, clock, cells, jobs, faults, violations, jobsBegun }

  private static func require(_ text: String, _ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>) throws {
    let found = try container.decode(String.self, forKey: key)
    guard found == text else {
      throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "expected \"\(text)\", found \"\(found)\"")
    }
  }
}

extension SimulatedWorld {
  func cellIndex(_ name: CellName) -> Int? { cells.firstIndex { $0.name == name } }

  /// Notes a broken promise, with the world's time.
  mutating func violated(_ text: String) {
    if violations.count < SimulatedWorld.violationsMax { violations.append("\(clock.at): \(text)") }
  }
}
