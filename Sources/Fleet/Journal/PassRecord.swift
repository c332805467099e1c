/// One observe-to-record pass, for `history` and `status`.
package struct PassRecord: Sendable, Equatable, Codable {
  /// Rises by one each pass of a database; 0 before it is stored.
  package var id: Int
  package var fleet: String
  package var revision: String
  package var startedAt: Timestamp
  /// Nil: it runs, or died.
  package var endedAt: Timestamp?
  package var dryRun: Bool
  package var moves: Int
  package var lowerBound: Int
  package var proof: PlanProof.Status
  package var succeeded: Int
  package var failed: Int
  package var blocked: Int
  package var notInSync: Int
  package var inSync: Int
  package var exitCode: Int?
  /// One sentence for people.
  package var summary: String

  package init(
    id: Int = 0, fleet: String, revision: String, startedAt: Timestamp, endedAt: Timestamp? = nil, dryRun: Bool, moves: Int = 0,
    lowerBound: Int = 0, proof: PlanProof.Status = .none, succeeded: Int = 0, failed: Int = 0, blocked: Int = 0, notInSync: Int = 0,
    inSync: Int = 0, exitCode: Int? = nil, summary: String = ""
  ) {
    self.id = id
    self.fleet = fleet
    self.revision = revision
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.dryRun = dryRun
    self.moves = moves
    self.lowerBound = lowerBound
    self.proof = proof
    self.succeeded = succeeded
    self.failed = failed
    self.blocked = blocked
    self.notInSync = notInSync
    self.inSync = inSync
    self.exitCode = exitCode
    self.summary = summary
  }
}
