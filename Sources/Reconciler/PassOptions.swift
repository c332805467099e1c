package import Fleet

/// What the command line asks of a pass.
package struct PassOptions: Sendable {
  package var manifests: String
  package var database: String
  package var objective: Objective
  /// Lifts every cell's `maxMovesPerPass`.
  package var maxMoves: Int?
  /// Takes over instances whose other writer's mark has expired.
  package var takesOver: Bool
  package var seed: UInt64

  package init(
    manifests: String, database: String, objective: Objective = .moves, maxMoves: Int? = nil, takesOver: Bool = false, seed: UInt64 = 1
  ) {
    self.manifests = manifests
    self.database = database
    self.objective = objective
    self.maxMoves = maxMoves
    self.takesOver = takesOver
    self.seed = seed
  }
}

/// Manifests that passed all checks, and what they are at.
package struct CheckedManifests: Sendable {
  package var fleet: DesiredFleet
  package var revision: String
  package var contentHash: String
  package var warnings: [Diagnostic]

  package init(fleet: DesiredFleet, revision: String, contentHash: String, warnings: [Diagnostic] = []) {
    self.fleet = fleet
    self.revision = revision
    self.contentHash = contentHash
    self.warnings = warnings
  }
}

/// Why a pass did nothing at all.
package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
  case store(String)
  case anotherWriter(String)
  case stalePlan([String])
  case tooManyMoves(String)
  /// Our own planner made a plan that our own checker refuses.
  case planRefusedByChecker([String])
  case declined

  package var description: String {
    switch self {
    case .store(let text), .anotherWriter(let text), .tooManyMoves(let text): text
    case .stalePlan(let differences):
      "the saved plan no longer fits; nothing was done\n" + differences.map { "  - \($0)" }.joined(separator: "\n")
    case .planRefusedByChecker(let problems):
      "the independent checker refused the plan; nothing was done (please report this with the output of 'reconcile snapshot')\n"
        + problems.prefix(10).map { "  - \($0)" }.joined(separator: "\n")
    case .declined: "nothing was done"
    }
  }
}
