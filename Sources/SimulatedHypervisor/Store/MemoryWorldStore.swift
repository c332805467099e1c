package import Fleet
import Synchronization

/// A world in memory whose time a test sets; it counts the looks at it and the changes to it.
package final class MemoryWorldStore: WorldStore {
  private struct State {
    var world: SimulatedWorld
    var reads = 0
    var updates = 0
  }
  private let state: Mutex<State>
  private let clock: @Sendable () -> Timestamp

  /// World time is the wall's.
  package init(_ world: SimulatedWorld, clock: @escaping @Sendable () -> Timestamp) {
    state = Mutex(State(world: world))
    self.clock = clock
  }

  package var blocks: Bool { false }
  /// Calls that could only look.
  package var reads: Int { state.withLock { $0.reads } }
  /// Calls that could change something; 0 after a dry run.
  package var updates: Int { state.withLock { $0.updates } }
  /// The world as it is now; not counted.
  package func peek() -> SimulatedWorld {
    let time = clock()
    return state.withLock {
      var world = $0.world
      world.advance(to: time)
      return world
    }
  }

  package func read<T: Sendable>(_ body: (SimulatedWorld, WorldTime) throws -> T) throws -> T {
    let time = clock()
    return try state.withLock {
      $0.reads += 1
      var world = $0.world
      world.advance(to: time)
      return try body(world, WorldTime(world: world.clock.at, wall: time))
    }
  }

  package func update<T: Sendable>(_ body: (inout SimulatedWorld, WorldTime) throws -> T) throws -> T {
    let time = clock()
    return try state.withLock {
      $0.updates += 1
      var world = $0.world
      world.advance(to: time)
      let result = try body(&world, WorldTime(world: world.clock.at, wall: time))
      $0.world = world
      return result
    }
  }

  /// Changes the world from outside, as an operator or an accident would; not counted.
  package func meddle(_ body: (inout SimulatedWorld) -> Void) {
    let time = clock()
    state.withLock {
      $0.world.advance(to: time)
      body(&$0.world)
    }
  }
}
