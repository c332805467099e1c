package import Fleet

/// How a run ended (JSON of `reconcile --output json`).
package struct RunOutcome: Sendable, Equatable, VersionedDocument {
  package static let apiVersion = "reconcile/v1"
  package static let documentKind = "Run"

  package var apiVersion: String = RunOutcome.apiVersion
  package var kind: String = RunOutcome.documentKind
  package var fleet: String
  package var revision: String
  package var startedAt: Timestamp
  package var endedAt: Timestamp
  /// Moves of earlier runs that this one settled first.
  package var recovered: [MoveOutcome]
  /// In the order of the plan.
  package var moves: [MoveOutcome]
  package var blocked: [BlockedItem]
  package var notInSync: NotInSync
  /// Declared instances that needed no move.
  package var inSync: Int
  package var warnings: [String]
  /// Why not all was started; nil: it was.
  package var stopped: String?
  package var exitCode: Int
  package var exitMeaning: String

  /// `plan` gives what is blocked and in question.
  package init(
    plan: Plan, startedAt: Timestamp, endedAt: Timestamp, recovered: [MoveOutcome] = [], moves: [MoveOutcome], warnings: [String] = [],
    stopped: String? = nil, exitCode: ExitCode
  ) {
    fleet = plan.fleet
    revision = plan.revision
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.recovered = recovered
    self.moves = moves
    blocked = plan.blocked
    notInSync = plan.notInSync
    inSync = plan.inSync
    self.warnings = plan.warnings + warnings
    self.stopped = stopped
    self.exitCode = Int(exitCode.rawValue)
    // It counts what the other fields hold.
    exitMeaning = ""
    exitMeaning = ExitWords.text(self, exitCode)
  }
}

/// How one move ended.
package struct MoveOutcome: Sendable, Equatable, Codable {
  package enum Result: String, Sendable, Codable, CaseIterable {
    case succeeded, rolledBack, failed, needsHuman
    /// Nothing was done, for something else was at work; the next pass plans it again.
    case postponed
    /// Nothing was done, for somebody else moved the guest or changed it.
    case notNeeded
    /// Left in doubt: the next run settles it.
    case open
    /// Never begun.
    case notStarted
    /// Left to the hypervisor because the run was told to stop at once.
    case leftRunning

    package init(_ state: OperationRecord.State?) {
      switch state {
      case .succeeded: self = .succeeded
      case .rolledBack: self = .rolledBack
      case .failed: self = .failed
      case .needsHuman: self = .needsHuman
      case .postponed: self = .postponed
      case .notNeeded: self = .notNeeded
      case .queued, .running, nil: self = .open
      }
    }
  }

  package var id: String
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  package var result: Result
  package var detail: String
  /// How long it took; nil if it never began or has not ended.
  package var milliseconds: Int?
  /// How long the plan expected it to take.
  package var predictedSeconds: Int
  /// How long the guest did not run; nil: not told.
  package var downtimeMilliseconds: Int?

  package init(_ move: Move, _ result: Result, detail: String = "", milliseconds: Int? = nil, downtimeMilliseconds: Int? = nil) {
    id = move.id
    instance = move.instance
    uuid = move.uuid
    cell = move.cell
    from = move.from
    to = move.to
    mode = move.mode
    self.result = result
    self.detail = detail
    self.milliseconds = milliseconds
    predictedSeconds = max(0, move.end - move.start)
    self.downtimeMilliseconds = downtimeMilliseconds
  }
}
