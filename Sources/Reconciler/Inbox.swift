import Synchronization

/// Messages of many tasks to one that waits for them and takes all there are at once.
final class Inbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    var reader: CheckedContinuation<[Message], Never>?
  }
  private let state = Mutex(State())

  func put(_ message: Message) {
    let reader = state.withLock { state -> CheckedContinuation<[Message], Never>? in
      guard let reader = state.reader else {
        state.messages.append(message)
        return nil
      }
      state.reader = nil
      return reader
    }
    reader?.resume(returning: [message])
  }

  /// Waits until there is at least one.
  func take() async -> [Message] {
    await withCheckedContinuation { reader in
      let messages = state.withLock { state -> [Message] in
        precondition(state.reader == nil, "an inbox has one reader")
        if state.messages.isEmpty { state.reader = reader }
        defer { state.messages = [] }
        return state.messages
      }
      if !messages.isEmpty { reader.resume(returning: messages) }
    }
  }
}
