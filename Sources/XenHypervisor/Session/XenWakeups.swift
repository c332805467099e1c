import Hypervisor

/// Says "look again" when something in a pool changed.
enum XenWakeups {
  /// How long one question may stay open at the pool; seconds.
  static let questionSeconds = 29.5
  /// No whole number: JSON has one kind of number, and some servers take a whole one for no float.
  static let firstSeconds = 0.5
  /// What the answer may take on top; milliseconds.
  static let graceMilliseconds = 15_000
  static let pauseSeconds = 1
  static let pauseSecondsMax = 60

  /// `classes`: such as `vm`, `host`, `task`. Ends quietly where the server has no event.from; goes on through lost connections.
  static func stream(of pool: any XenCalls, classes: [String] = ["vm", "host"]) -> AsyncStream<Void> {
    // One "look again" waits at most; a second one would say the same.
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let task = Task {
      await poll(pool, classes) { continuation.yield() }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private static func poll(_ pool: any XenCalls, _ classes: [String], _ changed: @Sendable () -> Void) async {
    var token = ""
    var pause = pauseSeconds
    while !Task.isCancelled {
      // The first answer names every object there is: that is where we start from, no change.
      let isFirst = token.isEmpty
      do throws(XenError) {
        let seconds = isFirst ? firstSeconds : questionSeconds
        let batch = try await pool.call(
          "event.from", [.list(classes.map { .text($0) }), .text(token), .number(seconds)],
          deadline: Deadline(milliseconds: Int(seconds * 1000) + graceMilliseconds))
        guard let next = batch.map?["token"]?.text, !next.isEmpty else { return }
        token = next
        pause = pauseSeconds
        if !isFirst, batch.map?["events"]?.list?.isEmpty == false { changed() }
      } catch {
        switch error {
        case .refused("EVENT_FROM_TOKEN_PARSE_FAILURE", _), .refused("EVENTS_LOST", _):
          token = ""
          changed()
        case .refused(let code, _) where XenErrorClass(code: code) != .retry: return
        case .unreachable(let trouble) where !trouble.passing: return
        case .refused, .unreachable, .answerLost: changed()
        }
        try? await Task.sleep(for: .seconds(pause))
        pause = min(pause * 2, pauseSecondsMax)
      }
    }
  }
}
