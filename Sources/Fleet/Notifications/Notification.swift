/// What is worth telling somebody who does not look.
package enum NotificationEvent: String, Sendable, Codable, CaseIterable {
  /// A host under maintenance has no guest left.
  case hostEmpty
  /// A guest cannot leave a host under maintenance.
  case drainBlocked
  case moveFailed
  /// Nobody but a human can say where a guest is, or which copy of its disk is right.
  case needsHuman
  /// A guest is left alone until the move that was begun with it is settled.
  case frozen
  /// No host shows a declared guest.
  case lost
  /// A pass did nothing: refused, or no host of a cell answered.
  case passFailed
  case manifestsInvalid
  /// The branch is at a commit that may not be adopted.
  case gitRefused
  /// A maintenance lasts longer than its manifest says.
  case overdue
  /// Everything is where it belongs, after a pass that moved something or after one that was not at its end.
  case converged

  package var severity: NotificationSeverity {
    switch self {
    case .hostEmpty, .converged: .info
    case .drainBlocked, .overdue, .frozen: .warning
    case .moveFailed, .passFailed, .manifestsInvalid, .gitRefused: .error
    case .needsHuman, .lost: .critical
    }
  }
}

package enum NotificationSeverity: String, Sendable, Codable, CaseIterable, Comparable {
  case info, warning, error, critical

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// One thing that happened, as it is told: once for each revision of the manifests, event and name.
package struct Notification: Sendable, Codable, Equatable {
  package var event: NotificationEvent
  package var severity: NotificationSeverity
  package var fleet: String
  package var revision: String
  /// The host, instance or cell that it is about; the fleet, where it is about no single one.
  package var name: String
  package var cell: CellName?
  /// One or a few plain sentences.
  package var text: String
  package var at: Timestamp

  package init(
    _ event: NotificationEvent, fleet: String, revision: String, name: String, cell: CellName? = nil, text: String, at: Timestamp
  ) {
    self.event = event
    severity = event.severity
    self.fleet = fleet
    self.revision = revision
    self.name = name
    self.cell = cell
    self.text = text
    self.at = at
  }
}
