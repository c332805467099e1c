package import Fleet
import Reporting

/// What the command line asks of a pass.
package struct PassOptions: Sendable {
  package var manifests: String
  package var database: String
  package var objective: Objective
  /// Lifts every cell's `maxMovesPerPass`.
  package var maxMoves: Int?
  /// Takes over instances whose other writer's mark has expired.
  package var takesOver: Bool
  /// What of the plan is carried out.
  package var scope: PlanScope
  package var seed: UInt64

  package init(
    manifests: String, database: String, objective: Objective = .moves, maxMoves: Int? = nil, takesOver: Bool = false,
    scope: PlanScope = PlanScope(), seed: UInt64 = 1
  ) {
    self.manifests = manifests
    self.database = database
    self.objective = objective
    self.maxMoves = maxMoves
    self.takesOver = takesOver
    self.scope = scope
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
  /// A living run or pass holds the database.
  case locked(String)
  case anotherWriter(String)
  case stalePlan([String])
  case tooManyMoves(String)
  /// Our own planner made a plan that our own checker refuses.
  case planRefusedByChecker([String])
  case declined
  /// Nobody can say which contents were read.
  case manifestsUnsettled(String)
  /// The state store failed while moves ran.
  case stoppedMidway(String, running: [String])

  /// One word for each kind.
  package var kind: String {
    switch self {
    case .store: "database"
    case .locked: "lock"
    case .anotherWriter: "anotherWriter"
    case .stalePlan: "stalePlan"
    case .tooManyMoves: "tooManyMoves"
    case .planRefusedByChecker: "planner"
    case .declined: "declined"
    case .manifestsUnsettled: "manifests"
    case .stoppedMidway: "stoppedMidway"
    }
  }

  package var description: String {
    switch self {
    case .store(let text), .locked(let text), .anotherWriter(let text), .tooManyMoves(let text), .manifestsUnsettled(let text): text
    case .stalePlan(let differences):
      "the saved plan no longer fits; nothing was done\n" + differences.map { "  - \(Printable.clean($0))" }.joined(separator: "\n")
    case .planRefusedByChecker(let problems):
      "the independent checker refused the plan; nothing was done (please report this with the output of 'reconcile snapshot')\n"
        + problems.prefix(10).map { "  - \(Printable.clean($0))" }.joined(separator: "\n")
    case .stoppedMidway(let cause, let running):
      "the run stopped in its middle, and starts nothing more: \(cause)\n"
        + (running.isEmpty ? "  - nothing of it runs\n" : running.map { "  - still running: \(Printable.clean($0))\n" }.joined())
        + "  hint: mend that and run again: it looks at both hosts of each and goes on from there; 'reconcile status' shows them"
    case .declined: "nothing was done"
    }
  }
}
