/// How far the plan is proved minimal, for the fleet and for each cell.
package struct PlanProof: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable, Comparable {
    /// Levels 1 to 3 of the objective are proved.
    case minimal
    /// Levels 1 and 2 are proved; moves are within `moves - lowerBound` of the minimum.
    case bounded
    case none

    private var rank: Int { self == .minimal ? 0 : (self == .bounded ? 1 : 2) }
    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  package var status: Status
  package var moves: Int
  package var lowerBound: Int
  /// Reboots of running guests.
  package var restarts: Int
  package var because: String
  package var cells: [CellProof]

  package init(status: Status, moves: Int, lowerBound: Int, restarts: Int, because: String, cells: [CellProof]) {
    self.status = status
    self.moves = moves
    self.lowerBound = lowerBound
    self.restarts = restarts
    self.because = because
    self.cells = cells
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
  package var certificate: Certificate

  package init(
    cell: CellName, status: PlanProof.Status, moves: Int, lowerBound: Int, restarts: Int, because: String, certificate: Certificate
  ) {
    self.cell = cell
    self.status = status
    self.moves = moves
    self.lowerBound = lowerBound
    self.restarts = restarts
    self.because = because
    self.certificate = certificate
  }
}

/// What makes the lower bound one, so that it can be checked again by counting.
package struct Certificate: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// Nothing is violated: 0 moves.
    case empty
    /// Each listed instance may not end where it is; each counted unit must lose that many more.
    case forcedMoves
    /// Every reachable placement was searched.
    case exhaustive
  }
  package struct Data: Sendable, Equatable, Codable {
    /// Instances that may not end where they are, sorted.
    package var forced: [InstanceName]
    /// Host or `rule/unit` → how many further instances must leave it at least.
    package var evictions: [String: Int]
    /// Placements looked at by an exhaustive search.
    package var placementsSearched: Int?

    package init(forced: [InstanceName] = [], evictions: [String: Int] = [:], placementsSearched: Int? = nil) {
      self.forced = forced
      self.evictions = evictions
      self.placementsSearched = placementsSearched
    }
  }
  package var kind: Kind
  package var data: Data

  package init(kind: Kind, data: Data = Data()) {
    self.kind = kind
    self.data = data
  }
}
