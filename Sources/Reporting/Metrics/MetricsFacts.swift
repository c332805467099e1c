package import Fleet

/// What metrics are made of: the status, what was counted, and what a status does not tell by cell.
package struct MetricsFacts: Sendable {
  /// One cell of the plan that the last observation asks for.
  package struct Cell: Sendable, Equatable {
    package var name: CellName
    /// Declared instances by what is known of them (`inSync`, `violating`, `missing`, …), each state once.
    package var instances: [String: Int]
    package var movesPlanned: [MigrationMode: Int]
    /// Nil: there is no plan.
    package var proof: PlanProof.Status?

    package init(name: CellName, instances: [String: Int], movesPlanned: [MigrationMode: Int], proof: PlanProof.Status?) {
      self.name = name
      self.instances = instances
      self.movesPlanned = movesPlanned
      self.proof = proof
    }
  }

  package var version: String
  package var status: StatusReport
  /// Those that were observed; empty: none was, or the manifests are invalid.
  package var cells: [Cell]
  package var tallies: [Tally]
  /// The newest pass that has ended; nil: none has.
  package var lastEnded: PassRecord?
  /// Errors of the manifests as they are now.
  package var manifestErrors: Int

  package init(version: String, status: StatusReport, cells: [Cell], tallies: [Tally], lastEnded: PassRecord? = nil, manifestErrors: Int) {
    self.version = version
    self.status = status
    self.cells = cells
    self.tallies = tallies
    self.lastEnded = lastEnded
    self.manifestErrors = manifestErrors
  }
}
