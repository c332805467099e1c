import Fleet

/// What a run came to, by its own numbers, beside its exit status.
enum ExitWords {
  static func text(_ outcome: RunOutcome, _ code: ExitCode) -> String {
    guard code == .migrationFailed || code == .somethingStands else { return code.meaning }
    let results = Dictionary((outcome.recovered + outcome.moves).map { ($0.result, 1) }, uniquingKeysWith: +)
    func count(_ result: MoveOutcome.Result) -> Int { results[result] ?? 0 }
    let counted: [(Int, String)] = [
      (count(.failed) + count(.rolledBack), "failed"), (count(.needsHuman), count(.needsHuman) == 1 ? "needs a human" : "need a human"),
      (count(.open), "in doubt"), (count(.leftRunning), "left running"), (count(.notStarted), "not begun"),
      (count(.postponed), "left for the next run"),
      (outcome.blocked.count, "blocked"), (outcome.notInSync.count, "in question"),
    ]
    var parts = outcome.stopped.map { [$0] } ?? []
    let numbers = counted.filter { $0.0 > 0 }.map { "\(CountFormat.number($0.0)) \($0.1)" }
    if !numbers.isEmpty { parts.append(numbers.joined(separator: ", ")) }
    let hasFailure = counted.prefix(5).contains { $0.0 > 0 }
    if code == .migrationFailed, !hasFailure, outcome.stopped == nil { parts.append("no host of a cell could be observed") }
    return parts.isEmpty ? code.meaning : parts.joined(separator: ": ")
  }
}
