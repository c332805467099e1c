package import Fleet

/// All that is to be said of one instance.
package struct InstanceExplanation: Sendable, Equatable, VersionedDocument {
  package static let apiVersion = "reconcile/v1"
  package static let documentKind = "InstanceExplanation"

  /// Where the instance stands.
  package enum Verdict: String, Sendable, Codable, CaseIterable {
    case inSync, moves, blocked, missing, unknown, ambiguous, frozen, moving, busy, backingOff
    /// No manifest names it.
    case unmanaged
  }

  package var apiVersion: String = InstanceExplanation.apiVersion
  package var kind: String = InstanceExplanation.documentKind
  package var name: InstanceName
  package var cell: CellName?
  /// Nil: no manifest names it.
  package var declared: DeclaredInstance?
  /// One for each host that shows it.
  package var observed: [ObservedCopy]
  package var observedAt: Timestamp?
  /// When its host, which does not answer, last showed it.
  package var lastSeenAt: Timestamp?
  package var verdict: Verdict
  /// Why, in a sentence; empty if the violations and blocked items say it.
  package var verdictText: String
  package var violations: [ExplainedViolation]
  /// Its moves in the plan, in order.
  package var moves: [Move]
  package var blocked: [BlockedItem]
  package var rules: [ExplainedRule]
  /// Every host of its cell; empty: not worked out.
  package var hosts: [ExplainedHost]
  /// The host that maintenance displaced it from.
  package var displacedFrom: HostName?
  package var backOffUntil: Timestamp?
  package var retiredDisks: [RetiredDisk]

  package init(
    name: InstanceName, cell: CellName? = nil, declared: DeclaredInstance?, observed: [ObservedCopy], observedAt: Timestamp? = nil,
    lastSeenAt: Timestamp? = nil, verdict: Verdict, verdictText: String = "", violations: [ExplainedViolation] = [], moves: [Move] = [],
    blocked: [BlockedItem] = [], rules: [ExplainedRule] = [], hosts: [ExplainedHost] = [], displacedFrom: HostName? = nil,
    backOffUntil: Timestamp? = nil, retiredDisks: [RetiredDisk] = []
  ) {
    self.name = name
    self.cell = cell
    self.declared = declared
    self.observed = observed
    self.observedAt = observedAt
    self.lastSeenAt = lastSeenAt
    self.verdict = verdict
    self.verdictText = verdictText
    self.violations = violations
    self.moves = moves
    self.blocked = blocked
    self.rules = rules
    self.hosts = hosts
    self.displacedFrom = displacedFrom
    self.backOffUntil = backOffUntil
    self.retiredDisks = retiredDisks
  }
}

/// What a manifest says of an instance.
package struct DeclaredInstance: Sendable, Equatable, Codable {
  /// `path:line` of the instance.
  package var manifest: String
  /// `path:line` of its placement.
  package var placementManifest: String
  package var cell: CellName
  package var uuid: InstanceUUID?
  package var labels: [String: String]
  /// `on hv1 or hv2`.
  package var placement: String
  package var required: Bool
  /// Modes it consents to while it runs.
  package var allowedModes: [MigrationMode]
  package var policy: PolicyName?
  package var targetStorage: [String: StorageID]

  package init(_ instance: DesiredInstance) {
    manifest = instance.location.pathAndLine
    placementManifest = instance.placementLocation.pathAndLine
    cell = instance.cell
    uuid = instance.uuid
    labels = instance.labels
    placement = DeclarationWords.placement(instance)
    required = instance.required
    allowedModes = DeclarationWords.modes(instance.allowedModes)
    policy = instance.policy
    targetStorage = instance.targetStorage
  }
}

/// One copy of an instance, as a host shows it.
package struct ObservedCopy: Sendable, Equatable, Codable {
  package var uuid: InstanceUUID
  package var host: HostName?
  package var power: InstanceObservation.Power
  package var memoryBytes: Int
  package var vcpus: Int
  package var disks: [DiskObservation]
  package var blockers: [BlockerCode]
  package var busy: Bool

  package init(_ instance: InstanceObservation) {
    uuid = instance.uuid
    host = instance.host
    power = instance.power
    memoryBytes = instance.chargedMemoryBytes
    vcpus = instance.vcpus
    disks = instance.disks
    blockers = instance.blockers
    busy = instance.busy
  }
}
