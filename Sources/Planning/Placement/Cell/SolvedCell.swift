import Fleet

/// A cell that was solved, with all that its solution depends on.
struct SolvedCell: Sendable {
  let question: CellQuestion
  var solution: CellSolution
  /// nil: nothing moves.
  var schedule: CellSchedule?
  /// The planner failed; then nothing moves.
  var failure: PlannerFailure?
  /// Of search; what the cell was given and did not use went to others.
  let stepsUsed: Int
}

/// All that the solution of a cell depends on: equal questions have equal answers.
struct CellQuestion: Sendable, Equatable {
  private let facts: CellFacts
  private let instances: [DesiredInstance]
  private let rules: [PlacementRule]
  private let policies: [DesiredPolicy]
  private let remembered: [LastSeen]
  private let objective: Objective
  private let seed: UInt64
  private let steps: Int

  init(_ facts: CellFacts, _ input: PlanningInput, seed: UInt64, steps: Int) {
    self.facts = facts
    instances = facts.declared.map { input.desired.instances[$0.index] }
    rules = facts.rules.map { input.desired.rules[$0.index] }
    policies = input.desired.policies
    remembered = facts.guests.lazy.filter(\.remembered).map { input.memory.lastSeen[$0.source] }
    objective = input.objective
    self.seed = seed
    self.steps = steps
  }
}
