package import Fleet

/// Where a simulated world lives.
package protocol WorldStore: Sendable {
  /// True if a call may wait for a disk or a lock, so that it must not run on Swift's own threads.
  var blocks: Bool { get }

  /// Looks at the world as it is now; changes nothing anywhere.
  func read<T: Sendable>(_ body: (SimulatedWorld, WorldTime) throws -> T) throws -> T

  /// Changes the world, by one caller at a time; a body that throws changes nothing.
  func update<T: Sendable>(_ body: (inout SimulatedWorld, WorldTime) throws -> T) throws -> T
}

/// What time it is, in the world and on the wall.
package struct WorldTime: Sendable, Equatable {
  package var world: Timestamp
  package var wall: Timestamp

  package init(world: Timestamp, wall: Timestamp) {
    self.world = world
    self.wall = wall
  }
}

/// Why a stored world cannot be had.
package struct WorldStoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// True: nothing is wrong with it, but someone else holds it.
  package var passing: Bool
  package var text: String

  package init(_ text: String, passing: Bool = false) {
    self.text = text
    self.passing = passing
  }

  package var description: String { text }
}
