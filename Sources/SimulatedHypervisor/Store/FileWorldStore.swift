package import Fleet
import FoundationEssentials
import Glibc
import Synchronization

/// A world in a file, shared by all processes that name it.
///
/// Looks never write: the file holds the world at its last change, and a look lets the time since then pass in memory. Changes hold a lock
/// on a file beside it, and replace the file at once or not at all.
package final class FileWorldStore: WorldStore {
  /// How long a change waits for another process's.
  package static let lockWaitMilliseconds = 10_000

  private struct Cached {
    var signature: FileSignature
    var world: SimulatedWorld
  }
  private let connection: SimulatedConnection
  private let wallClock: @Sendable () -> Timestamp
  private let cached = Mutex<Cached?>(nil)

  package init(connection: SimulatedConnection, wallClock: @escaping @Sendable () -> Timestamp) {
    self.connection = connection
    self.wallClock = wallClock
  }

  package var blocks: Bool { true }

  package func read<T: Sendable>(_ body: (SimulatedWorld, WorldTime) throws -> T) throws -> T {
    let (world, time) = try cached.withLock { cached in try now(&cached) }
    return try body(world, time)
  }

  package func update<T: Sendable>(_ body: (inout SimulatedWorld, WorldTime) throws -> T) throws -> T {
    try cached.withLock { cached in
      try WorldFolder.make(for: connection.world)
      let lock = try WorldLock(path: connection.world + ".lock", waitMilliseconds: FileWorldStore.lockWaitMilliseconds)
      defer { lock.release() }
      var (world, time) = try now(&cached)
      let result = try body(&world, time)
      world.clock.wallAt = time.wall
      let signature = try AtomicFile.write(try WorldFile.data(of: world), to: connection.world)
      cached = Cached(signature: signature, world: world)
      return result
    }
  }

  /// The world as it is now, read again if the file is another than at the last look.
  private func now(_ cached: inout Cached?) throws -> (SimulatedWorld, WorldTime) {
    let path = try existingPath()
    let before = try FileSignature(path: path)
    if cached?.signature != before {
      cached = nil
      let (data, signature) = try WholeFile.read(path, bytesMax: WorldFile.bytesMax)
      cached = Cached(signature: signature, world: try WorldFile.world(from: data, path: path))
    }
    guard var world = cached?.world else { preconditionFailure("a world was just read") }
    let wall = wallClock()
    world.advance(to: world.clock.worldTime(at: wall))
    return (world, WorldTime(world: world.clock.at, wall: wall))
  }

  private func existingPath() throws -> String {
    if access(connection.world, F_OK) == 0 { return connection.world }
    guard errno == ENOENT || errno == ENOTDIR, let initial = connection.initial else {
      throw WorldStoreError("\(connection.world): \(lastSystemError())")
    }
    return initial
  }
}
