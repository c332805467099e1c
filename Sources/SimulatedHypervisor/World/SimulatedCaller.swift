package import Fleet
package import Hypervisor

/// Who calls a simulated world, by the wall's clock, and what it may promise of each host.
package struct SimulatedCaller: Sendable {
  package var writer: WriterIdentity
  package var wall: Timestamp
  /// The declared capacity of hosts; one that is not named may be filled to its last byte.
  package var capacities: [HostName: CapacityPolicy]

  package init(writer: WriterIdentity, wall: Timestamp, capacities: [HostName: CapacityPolicy] = [:]) {
    self.writer = writer
    self.wall = wall
    self.capacities = capacities
  }

  /// True for another writer's mark that keeps this one off: live, or expired and not to be taken over.
  func isKeptOff(by mark: WriterMark) -> Bool { writer.isKeptOff(by: mark, at: wall) }
}
