import Hypervisor

/// Listens to what a pool tells of the tasks of running jobs, and says "look again" when there is news of one.
///
/// It subscribes to these tasks alone: the first answer to a question about whole classes would bring every object of the pool along.
struct XenWakeups: Sendable {
  /// How long one question may stay open at the pool; seconds. Jobs that begin meanwhile are not in it. No whole number: JSON has one kind of
  /// number, and some servers take a whole one for no float.
  static let questionSeconds = 2.5
  /// What the answer may take on top; milliseconds.
  static let graceMilliseconds = 15_000
  /// Between an answer and the next question: a pool tells many changes at once as well as one by one.
  static let pauseMilliseconds = 500
  static let pauseMillisecondsMax = 60_000

  let calls: any XenCalls
  let jobs: XenJobs
  let changed: @Sendable () -> Void

  /// Ends quietly where the server has no event.from, or none for single tasks; goes on through lost connections.
  static func stream(of calls: any XenCalls, jobs: XenJobs) -> AsyncStream<Void> {
    // One "look again" waits at most; a second one would say the same.
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let task = Task {
      await XenWakeups(calls: calls, jobs: jobs) { continuation.yield() }.listen()
      jobs.lostEvents()
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func listen() async {
    var (subscribed, token): ([String], String) = ([], "")
    var pause = Self.pauseMilliseconds
    while !Task.isCancelled {
      let tasks = jobs.runningTasks
      if tasks != subscribed { (subscribed, token) = (tasks, "") }
      if !tasks.isEmpty {
        do throws(XenError) {
          guard let next = try await ask(tasks, token) else { return }
          token = next
          pause = Self.pauseMilliseconds
        } catch {
          guard Self.mayPass(error) else { return }
          // What was missed is asked about.
          token = ""
          jobs.lostEvents()
          changed()
          pause = min(pause * 2, Self.pauseMillisecondsMax)
        }
      }
      try? await Task.sleep(for: .milliseconds(pause))
    }
  }

  /// The token of the next question; nil: the answer has none.
  private func ask(_ tasks: [String], _ token: String) async throws(XenError) -> String? {
    let batch = try await calls.call(
      "event.from", [.list(tasks.map { .text("task/\($0)") }), .text(token), .number(Self.questionSeconds)],
      deadline: Deadline(milliseconds: Int(Self.questionSeconds * 1000) + Self.graceMilliseconds)
    ).map
    guard let batch, let next = batch["token"]?.text, !next.isEmpty else { return nil }
    var news: [String: TaskNews] = [:]
    for event in batch["events"]?.list ?? [] {
      guard let event = event.map, let task = event["ref"]?.text else { continue }
      if event["operation"]?.text == "del" {
        news[task] = .gone
      } else {
        // Older servers send the snapshot with most events, not with all.
        news[task] = event["snapshot"].flatMap(XenRecord.init).map { .record($0) } ?? .changed
      }
    }
    if jobs.hear(news) { changed() }
    return next
  }

  private static func mayPass(_ error: XenError) -> Bool {
    switch error {
    case .refused("EVENT_FROM_TOKEN_PARSE_FAILURE", _), .refused("EVENTS_LOST", _): true
    case .refused(let code, _): XenErrorClass(code: code) == .retry
    case .unreachable(let trouble): trouble.passing
    case .answerLost: true
    }
  }
}
