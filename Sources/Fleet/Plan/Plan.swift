/// What a pass would do, why, and the proof that less would not do (schema: `reconcile schema plan`).
package struct Plan: Sendable, Equatable, Codable {
  package static let apiVersion = "reconcile/v1"

  package var apiVersion = Plan.apiVersion
  package var kind = "Plan"
  package var fleet: String
  /// Git commit of the manifests (`-dirty` if changed since), or a content hash outside git.
  package var revision: String
  /// SHA-256 of the manifests' content, so that two `-dirty` states differ; nil if nobody set it.
  package var manifestsHash: String?
  /// SHA-256 of what planning used of each cell.
  package var fingerprints: [CellName: String]
  package var observedAt: Timestamp
  package var objective: Objective
  package var proof: PlanProof
  /// In order of start, then id.
  package var moves: [Move]
  package var blocked: [BlockedItem]
  package var notInSync: NotInSync
  /// Declared instances that another run, which is alive, moves now; nil: none.
  package var underWay: [MoveUnderWay]?
  /// Guests that no manifest names; nil: none was seen.
  package var unmanaged: GuestsInNoManifest?
  package var warnings: [String]
  /// Declared instances that need no move.
  package var inSync: Int
  /// What the plan rests on that earlier runs proved of storages; nil: nothing, or a run made the proofs itself.
  package var storageProofs: StorageProofUse?
  /// Hosts closed and opened before the moves; nil: none.
  package var hostChanges: [HostChange]?
  /// What the hypervisors refused of earlier drafts of this plan, which it was made around; nil: nothing.
  package var refusals: [HostRefusal]?
  /// Hosts in maintenance that its moves leave empty, the first one first; nil: none.
  package var emptied: [EmptiedHost]?
  /// What was left out, of a plan that is carried out in part; nil: it is whole.
  package var rest: PlanRest?
  /// SHA-256 of all the rest, in a plan that was written to a file; nil: it never was.
  package var digest: String?

  package init(
    fleet: String, revision: String, manifestsHash: String? = nil, fingerprints: [CellName: String], observedAt: Timestamp,
    objective: Objective, proof: PlanProof, moves: [Move], blocked: [BlockedItem], notInSync: NotInSync, warnings: [String] = [],
    inSync: Int, storageProofs: StorageProofUse? = nil
  ) {
    self.fleet = fleet
    self.revision = revision
    self.manifestsHash = manifestsHash
    self.fingerprints = fingerprints
    self.observedAt = observedAt
    self.objective = objective
    self.proof = proof
    self.moves = moves
    self.blocked = blocked
    self.notInSync = notInSync
    self.warnings = warnings
    self.inSync = inSync
    self.storageProofs = storageProofs
  }
}

/// A host in maintenance that the moves of a plan leave empty.
package struct EmptiedHost: Sendable, Equatable, Codable {
  package var host: HostName
  package var cell: CellName
  /// From the plan's start to the end of the last move off it, if each takes as long as predicted.
  package var seconds: Int

  package init(host: HostName, cell: CellName, seconds: Int) {
    self.host = host
    self.cell = cell
    self.seconds = seconds
  }
}

/// Which of levels 3 and 4 of the objective comes first.
package enum Objective: String, Sendable, Codable, CaseIterable { case moves, cost }

/// Declared instances that a plan does not touch because their state is in question; each list is sorted.
package struct NotInSync: Sendable, Equatable, Codable {
  /// No host shows it.
  package var missing: [InstanceName]
  /// The host it was last seen on does not answer.
  package var unknown: [InstanceName]
  /// Two uuids carry its name.
  package var ambiguous: [InstanceName]
  /// It looks doubled, or an intent on it is in doubt.
  package var frozen: [InstanceName]
  /// Someone else's job or mark is on it.
  package var busy: [InstanceName]
  package var backingOff: [InstanceName]

  package init(
    missing: [InstanceName] = [], unknown: [InstanceName] = [], ambiguous: [InstanceName] = [], frozen: [InstanceName] = [],
    busy: [InstanceName] = [], backingOff: [InstanceName] = []
  ) {
    self.missing = missing
    self.unknown = unknown
    self.ambiguous = ambiguous
    self.frozen = frozen
    self.busy = busy
    self.backingOff = backingOff
  }

  package var count: Int { missing.count + unknown.count + ambiguous.count + frozen.count + busy.count + backingOff.count }
  package var isEmpty: Bool { count == 0 }
}

/// Something declared that cannot be had now, why, and the nearest way out.
package struct BlockedItem: Sendable, Equatable, Codable {
  package enum Reason: String, Sendable, Codable {
    /// No mode the facts and the manifest allow reaches any legal host.
    case noMode
    /// It would have to be rebooted and the manifest gives no consent.
    case needsConsent
    /// No legal host has room, even after every allowed shuffle tried.
    case noCapacity
    /// Larger than any host it may use.
    case tooLarge
    /// No host is left that its placement allows.
    case noHost
    /// It is `required` on a host in maintenance.
    case requiredOnMaintenance
    /// A guest no manifest names stands on a host in maintenance.
    case unmanaged
    /// A rule cannot be satisfied.
    case rule
    /// No order of moves exists, even over a third host.
    case deadlock
    /// The cell needs more moves than its limit allows.
    case tooManyMoves
    /// A host left the manifests although guests are known on it.
    case hostLeftManifests
    /// The host is over its capacity and may not be relieved, or cannot be.
    case overCapacity
    /// Its moves failed again and again; it is tried again, more and more rarely.
    case keepsFailing
    /// The planner contradicted itself about the cell: a fault of ours.
    case planningFailed
    /// It went down while we migrated it: look at it by hand.
    case crashedDuringMigration
    /// It is on no host any more although it was there before our move.
    case lost
    /// The host does not answer.
    case unreachable
    /// The host could not be closed to new guests before its drain, or opened after it.
    case hostNotChanged
  }

  package var instance: InstanceName?
  package var host: HostName?
  package var rule: RuleName?
  package var cell: CellName?
  package var reason: Reason
  package var text: String
  /// The nearest unblock.
  package var hint: String
  /// `path:line` of what declares it.
  package var manifest: String?

  package init(
    instance: InstanceName? = nil, host: HostName? = nil, rule: RuleName? = nil, cell: CellName? = nil, reason: Reason, text: String,
    hint: String, manifest: String? = nil
  ) {
    self.instance = instance
    self.host = host
    self.rule = rule
    self.cell = cell
    self.reason = reason
    self.text = text
    self.hint = hint
    self.manifest = manifest
  }
}
