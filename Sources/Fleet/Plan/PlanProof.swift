/// How far the plan is proved minimal, for the fleet and for each cell.
package struct PlanProof: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable, Comparable {
    /// Levels 1 to 3 of the objective are proved.
    case minimal
    /// Levels 1 and 2 are proved; level 3 (moves, or cost) is at least `lowerBound`.
    case bounded
    case none

    private var rank: Int { self == .minimal ? 0 : (self == .bounded ? 1 : 2) }
    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  package var status: Status
  package var moves: Int
  /// Of level 3 of the objective: moves, or with the objective `cost` their cost.
  package var lowerBound: Int
  /// Reboots of running guests.
  package var restarts: Int
  package var because: String
  /// How long the moves take; nil: there are none.
  package var makespan: Makespan?
  package var cells: [CellProof]

  package init(
    status: Status, moves: Int, lowerBound: Int, restarts: Int, because: String, makespan: Makespan? = nil, cells: [CellProof]
  ) {
    self.status = status
    self.moves = moves
    self.lowerBound = lowerBound
    self.restarts = restarts
    self.because = because
    self.makespan = makespan
    self.cells = cells
  }
}

/// How long the moves of a plan take if each takes as long as predicted.
package struct Makespan: Sendable, Equatable, Codable {
  package var seconds: Int
  /// No order of the same moves takes less.
  package var atLeastSeconds: Int

  package init(seconds: Int, atLeastSeconds: Int) {
    self.seconds = seconds
    self.atLeastSeconds = atLeastSeconds
  }
}

/// The proof for one cell.
package struct CellProof: Sendable, Equatable, Codable {
  package var cell: CellName
  package var status: PlanProof.Status
  package var moves: Int
  package var lowerBound: Int
  package var restarts: Int
  package var because: String
  package var makespan: Makespan?
  package var certificate: Certificate

  package init(
    cell: CellName, status: PlanProof.Status, moves: Int, lowerBound: Int, restarts: Int, because: String, makespan: Makespan? = nil,
    certificate: Certificate
  ) {
    self.cell = cell
    self.status = status
    self.moves = moves
    self.lowerBound = lowerBound
    self.restarts = restarts
    self.because = because
    self.makespan = makespan
    self.certificate = certificate
  }
}
