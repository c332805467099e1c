package import Fleet

/// All that is to be said of one host.
package struct HostExplanation: Sendable, Equatable, VersionedDocument {
  package static let apiVersion = "reconcile/v1"
  package static let documentKind = "HostExplanation"

  package var apiVersion: String = HostExplanation.apiVersion
  package var kind: String = HostExplanation.documentKind
  package var name: HostName
  /// Nil: no manifest names it.
  package var declared: DeclaredHost?
  /// What was last seen; `reachable` false if it does not answer now.
  package var observed: HostObservation?
  package var observedAt: Timestamp?
  package var load: HostLoad?
  /// Guests on it, sorted by name.
  package var guests: [ExplainedGuest]
  package var outgoing: [Move]
  package var incoming: [Move]
  package var blocked: [BlockedItem]
  package var retiredDisks: [RetiredDisk]
  /// No guest is left, but what was deleted last is on disk for sure only from then on; nil: it is.
  package var settlesAt: Timestamp?
  /// When it last answered, EMPTY and in maintenance as now; it does not answer any more. Nil: it is not so.
  package var emptySince: Timestamp?

  package init(
    name: HostName, declared: DeclaredHost?, observed: HostObservation?, observedAt: Timestamp? = nil, load: HostLoad? = nil,
    guests: [ExplainedGuest] = [], outgoing: [Move] = [], incoming: [Move] = [], blocked: [BlockedItem] = [],
    retiredDisks: [RetiredDisk] = [], settlesAt: Timestamp? = nil, emptySince: Timestamp? = nil
  ) {
    self.name = name
    self.declared = declared
    self.observed = observed
    self.observedAt = observedAt
    self.load = load
    self.guests = guests
    self.outgoing = outgoing
    self.incoming = incoming
    self.blocked = blocked
    self.retiredDisks = retiredDisks
    self.settlesAt = settlesAt
    self.emptySince = emptySince
  }
}

/// What a manifest says of a host.
package struct DeclaredHost: Sendable, Equatable, Codable {
  /// `path:line`.
  package var manifest: String
  package var cell: CellName
  package var labels: [String: String]
  package var connection: String?
  package var maintenance: StatusMaintenance?
  /// `path:line` of the maintenance flag.
  package var maintenanceManifest: String?
  package var decommissioned: Bool

  package init(_ host: DesiredHost, now: Timestamp) {
    manifest = host.location.pathAndLine
    cell = host.cell
    labels = host.labels
    connection = host.connection
    maintenance = host.maintenance.map { StatusMaintenance($0, now: now) }
    maintenanceManifest = host.maintenance?.location.pathAndLine
    decommissioned = host.decommissioned
  }
}

/// What guests are charged on a host, and what it may promise.
package struct HostLoad: Sendable, Equatable, Codable {
  package var memoryBytes: Int
  package var memoryCapacityBytes: Int
  package var vcpus: Int
  package var vcpuCapacity: Int

  package init(memoryBytes: Int, memoryCapacityBytes: Int, vcpus: Int, vcpuCapacity: Int) {
    self.memoryBytes = memoryBytes
    self.memoryCapacityBytes = memoryCapacityBytes
    self.vcpus = vcpus
    self.vcpuCapacity = vcpuCapacity
  }

  package var isOver: Bool { memoryBytes > memoryCapacityBytes || vcpus > vcpuCapacity }
}

/// A guest of an explained host.
package struct ExplainedGuest: Sendable, Equatable, Codable {
  package var instance: InstanceName
  package var power: InstanceObservation.Power
  package var memoryBytes: Int
  package var vcpus: Int
  /// Such as `stays`, `moves to hv5`, `blocked: needs consent to a reboot`, `not in the manifests`.
  package var fate: String

  package init(_ instance: InstanceObservation, fate: String) {
    self.instance = instance.name
    power = instance.power
    memoryBytes = instance.chargedMemoryBytes
    vcpus = instance.vcpus
    self.fate = fate
  }
}
