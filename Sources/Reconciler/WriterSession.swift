import StateStore

/// The one writer of a database: holds the OS lock and the lease while a body runs.
package enum WriterSession {
  /// How long a lease is good for if its holder dies; the OS lock guards this machine anyway.
  package static let leaseMilliseconds = 60_000

  /// Opens the database for writing, takes lock and lease, and gives the body the store and its epoch.
  ///
  /// Throws `Refusal.store` if the database cannot be used, `Refusal.locked` if somebody else holds it.
  package static func hold<Value: Sendable>(
    database: String, fleet: String, command: String, clock: any ReconcilerClock,
    _ body: (StateKeeper, Int) async throws -> Value
  ) async throws -> Value {
    let store: StateStore
    let lock: StateLock
    let epoch: Int
    do {
      store = try StateStore(path: database, access: .readWrite)
      StateFolder.keepOutOfGit(database)
      try store.bind(fleet: fleet)
      lock = try store.lock(holder: command)
      epoch = try store.takeLease(now: clock.now(), lifetimeMilliseconds: leaseMilliseconds)
    } catch let error where error.code == .locked {
      throw Refusal.locked("\(error)")
    } catch {
      throw Refusal.store("\(error)")
    }
    defer { lock.release() }
    let keeper = StateKeeper(store)
    do {
      let value = try await body(keeper, epoch)
      try await keeper.call { try $0.releaseLease(epoch) }
      return value
    } catch {
      try? await keeper.call { try $0.releaseLease(epoch) }
      throw error
    }
  }
}
