import Synchronization

/// Places for calls under way; who finds none waits in line, for a bounded time.
final class CallQueue: Sendable {
  private struct State {
    var free: Int
    var next = 0
    /// In order of arrival; ids rise.
    var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    var first = 0
  }
  private let state: Mutex<State>

  init(places: Int) { state = Mutex(State(free: places)) }

  /// Takes a place; false: none came free in time.
  func enter(within milliseconds: Int) async -> Bool {
    let id = state.withLock { state -> Int? in
      if state.free > 0 {
        state.free -= 1
        return nil
      }
      state.next += 1
      return state.next
    }
    guard let id else { return true }
    return await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        // A place may have come free since.
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiting[id] = continuation
        return false
      }
      if isFree { return continuation.resume(returning: true) }
      Task {
        try? await Task.sleep(for: .milliseconds(milliseconds))
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: false)
      }
    }
  }

  /// Gives the place to who waits longest.
  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      while state.first < state.next, !state.waiting.isEmpty {
        state.first += 1
        if let waiting = state.waiting.removeValue(forKey: state.first) { return waiting }
      }
      state.free += 1
      return nil
    }
    next?.resume(returning: true)
  }
}
