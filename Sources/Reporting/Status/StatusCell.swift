package import Fleet

/// A cell in a status.
package struct StatusCell: Sendable, Equatable, Codable {
  package var name: CellName
  /// When it was last observed; nil: never.
  package var observedAt: Timestamp?
  package var reachableHosts: Int
  /// Every declared host, sorted by name.
  package var hosts: [StatusHost]

  package init(name: CellName, observedAt: Timestamp?, hosts: [StatusHost]) {
    self.name = name
    self.observedAt = observedAt
    reachableHosts = hosts.count { $0.reachable }
    self.hosts = hosts
  }
}

/// A host in a status.
package struct StatusHost: Sendable, Equatable, Codable {
  package var name: HostName
  package var reachable: Bool
  package var unreachableReason: String?
  /// Disabled by someone else.
  package var closed: Bool
  package var maintenance: StatusMaintenance?
  /// Guests it shows, declared or not, running or off; of a host that does not answer, those last seen.
  package var guests: Int
  /// Guests of a host in maintenance, and why each is still there.
  package var remaining: [StatusGuest]
  /// True only if it is in maintenance, answers, shows no guest and takes part in no open move.
  package var drained: Bool
  /// When it was first seen so; nil: it is not, or that was not recorded.
  package var drainedSince: Timestamp?
  /// No guest is left, but what was deleted last is on disk for sure only from then on; nil: it is.
  package var settlesAt: Timestamp?
  /// When it last answered, EMPTY and in maintenance as now; it does not answer any more, as one that is switched off. Nil: it is not so.
  package var emptySince: Timestamp?
  /// True: gone for good by its manifest's word, and not asked; nil: it is not.
  package var decommissioned: Bool?
  package var overCapacity: Bool

  /// `openMoves`: unsettled moves from or to the host, and guests that may be on it; while there is one it does not count as drained.
  package init(
    name: HostName, reachable: Bool, unreachableReason: String? = nil, closed: Bool = false, maintenance: StatusMaintenance? = nil,
    guests: Int, remaining: [StatusGuest] = [], openMoves: Int = 0, drainedSince: Timestamp? = nil,
    settlesAt: Timestamp? = nil, emptySince: Timestamp? = nil, decommissioned: Bool = false, overCapacity: Bool = false
  ) {
    self.name = name
    self.reachable = reachable
    self.unreachableReason = unreachableReason
    self.closed = closed
    self.maintenance = maintenance
    self.guests = guests
    self.remaining = remaining
    drained = maintenance != nil && reachable && guests == 0 && openMoves == 0 && settlesAt == nil
    self.settlesAt = settlesAt
    self.emptySince = reachable ? nil : emptySince
    self.drainedSince = drained ? drainedSince : nil
    self.decommissioned = decommissioned ? true : nil
    self.overCapacity = overCapacity
  }
}

/// A maintenance flag in a status.
package struct StatusMaintenance: Sendable, Equatable, Codable {
  package var reason: String?
  package var ticket: String?
  package var until: Timestamp?
  /// `until` has passed.
  package var overdue: Bool

  package init(_ maintenance: Maintenance, now: Timestamp) {
    reason = maintenance.reason
    ticket = maintenance.ticket
    until = maintenance.until
    overdue = maintenance.until.map { $0 < now } ?? false
  }
}

/// A guest that is still on a host in maintenance.
package struct StatusGuest: Sendable, Equatable, Codable {
  package var instance: InstanceName
  /// Such as `moving to hv5`, `blocked: needs consent to a reboot`, `waits for its move`.
  package var why: String

  package init(instance: InstanceName, why: String) {
    self.instance = instance
    self.why = why
  }
}
