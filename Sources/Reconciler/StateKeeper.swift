import Dispatch
package import StateStore

/// The state store behind a queue of its own, so that SQLite never blocks one of Swift's cooperative threads.
package struct StateKeeper: Sendable {
  private let store: StateStore
  private let queue = DispatchQueue(label: "state-store")

  package init(_ store: StateStore) { self.store = store }

  package func call<Value: Sendable>(_ body: @escaping @Sendable (StateStore) throws -> Value) async throws -> Value {
    let store = store
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body(store) }) }
    }
  }
}
