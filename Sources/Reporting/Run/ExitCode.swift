/// What the program's exit status means (contract).
package enum ExitCode: Int32, Sendable, CaseIterable, Codable {
  case success = 0
  case migrationFailed = 1
  case movesPending = 2
  case somethingStands = 3
  case refused = 4
  case usage = 64
  case manifestsInvalid = 65

  /// The highest that applies, in this order: 64, 65, 4, 1, 3, 2, 0.
  package static func of(_ facts: OutcomeFacts) -> ExitCode {
    if facts.usage { return .usage }
    if facts.manifestsInvalid { return .manifestsInvalid }
    if facts.refused { return .refused }
    if facts.migrationFailed || facts.cellUnobserved { return .migrationFailed }
    if facts.somethingStands { return .somethingStands }
    return facts.movesPending ? .movesPending : .success
  }

  /// One sentence for people.
  package var meaning: String {
    switch self {
    case .success: "nothing failed and nothing is blocked"
    case .migrationFailed: "a migration failed, or no host of a cell could be observed"
    case .movesPending: "moves are pending"
    case .somethingStands:
      "something declared is blocked, missing, unknown, ambiguous, frozen, busy or backing off, or was left for the next run"
    case .refused: "refused: nothing was done"
    case .usage: "wrong usage"
    case .manifestsInvalid: "the manifests are invalid: nothing was changed"
    }
  }
}
