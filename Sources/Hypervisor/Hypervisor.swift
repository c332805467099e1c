package import Fleet

/// One cell's hypervisors, as every driver shows them.
///
/// A driver is told who writes (fleet, writer, epoch) when it is made; `begin` puts that writer's mark on the instance, reads it back, and
/// refuses with `otherWriter` if another writer's is there (an expired one too, unless the driver was made to take over).
/// Every call has a deadline; none throws because a host is down except `begin` and `control`.
package protocol Hypervisor: Sendable {
  var capabilities: HypervisorCapabilities { get }

  /// Looks at every declared host at once; a host that does not answer by the deadline is in the result, unreachable.
  func observe(deadline: Deadline) async -> CellObservation

  /// The same, without waiting long for hosts that are most likely switched off.
  func observe(deadline: Deadline, likelyOff: Set<HostName>) async -> CellObservation

  /// Finds out which storages are one, by token volumes made through one host's pool, looked for through every pool of the others, and removed.
  ///
  /// An effect: only real runs and `reconcile probe` ask for it. Proofs are of storages with `needsProof` on hosts that answered:
  /// - one that also is a storage whose identity is known without proof gets that identity;
  /// - `shared: false` if no other host that answered showed a token of it; one that did not answer has no proof, and lowers none;
  /// - what could not be settled by the deadline has no proof. A driver whose storages need none gives none.
  func proveStorage(deadline: Deadline) async -> [StorageProof]

  /// What each host shows of one instance; unreachable hosts say so.
  func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence]

  /// The steps a move takes on this hypervisor; pure.
  func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step]

  /// What stands in the way of a step now; read-only.
  func check(_ step: Step, deadline: Deadline) async -> [Obstacle]

  /// The same of a step whose earlier ones, `earlier`, are still to be carried out: what they will change does not stand in its way.
  func check(_ step: Step, after earlier: [Step], deadline: Deadline) async -> [Obstacle]

  /// What the hypervisor's own checks say of moves that were planned, each asked about once; read-only.
  ///
  /// A driver whose checks are all its own has nothing to add: what it knows is in the observation.
  func words(on moves: [(move: Move, policy: MigrationPolicy)], deadline: Deadline) async -> HypervisorsWord

  /// Starts a step, once for each intent: a second call with the same intent finds the first one's job.
  func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef

  /// The job an intent started, if the hypervisor still knows it.
  func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef?

  func progress(of job: JobRef, deadline: Deadline) async -> JobProgress

  func control(_ job: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError)

  /// Takes our own mark off an instance once its move has ended; another writer's mark is left.
  ///
  /// `home`: where the guest was seen to live; only there, and only while it lives there still, it starts with its host again if it did
  /// before. Copies on the other hosts neither start with their host nor by themselves. Nil: nobody saw it live on one host alone.
  func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async

  /// Whether our mark for this very intent is on the instance on one of the step's hosts: what is journalled but left no trace never
  /// began. Nil: a host that may show it does not answer, or this hypervisor leaves none.
  func hasTrace(of intent: IntentID, step: Step, deadline: Deadline) async -> Bool?

  /// When the volume of a kept disk was last changed, by its host's own clock; nil: not known.
  func changedAt(_ volume: String?, in pool: StorageID, on host: HostName, deadline: Deadline) async -> Timestamp?

  /// True if a move that is about to end made that copy; false: it was there before, or that is not to be known.
  func isOwnCopy(_ disk: RetiredDisk, deadline: Deadline) async -> Bool

  /// Says "look again": something changed. Never carries a fact.
  func wakeups() -> AsyncStream<Void>
}

extension Hypervisor {
  /// A driver that asks one server for all its hosts waits for none of them.
  package func observe(deadline: Deadline, likelyOff: Set<HostName>) async -> CellObservation { await observe(deadline: deadline) }
  /// A driver whose checks look at nothing that an earlier step changes, but presence.
  package func check(_ step: Step, after earlier: [Step], deadline: Deadline) async -> [Obstacle] {
    await check(step, deadline: deadline)
  }
  package func hasTrace(of intent: IntentID, step: Step, deadline: Deadline) async -> Bool? { nil }
  package func changedAt(_ volume: String?, in pool: StorageID, on host: HostName, deadline: Deadline) async -> Timestamp? { nil }
  package func isOwnCopy(_ disk: RetiredDisk, deadline: Deadline) async -> Bool { false }
  package func words(on moves: [(move: Move, policy: MigrationPolicy)], deadline: Deadline) async -> HypervisorsWord {
    HypervisorsWord()
  }
}

/// What a hypervisor says of planned moves.
package struct HypervisorsWord: Sendable, Equatable {
  package var refusals: [HostRefusal]
  /// Moves it could not be asked about, each a sentence.
  package var unanswered: [String]

  package init(refusals: [HostRefusal] = [], unanswered: [String] = []) {
    self.refusals = refusals
    self.unanswered = unanswered
  }
}

/// What a driver can do; what it cannot is refused before a move is planned.
package struct HypervisorCapabilities: Sendable, Equatable {
  package var modes: Set<MigrationMode>
  package var postCopy: Bool
  package var encryption: Bool
  /// Hosts can be closed to new guests, and opened again, for everybody who places guests there.
  package var closesHosts: Bool
  /// A migrated guest can arrive paused, and be let run by a step of its own.
  package var pausedArrival: Bool
  /// Migrations with copied disks that a host takes part in at once; nil: as many as the manifest's limits allow.
  package var copiesPerHostMax: Int?
  /// The source of a copied disk stays where it is until it is deleted; false: the hypervisor deletes it with the move.
  package var keepsSources: Bool

  package init(
    modes: Set<MigrationMode>, postCopy: Bool, encryption: Bool, closesHosts: Bool = false, pausedArrival: Bool = false,
    copiesPerHostMax: Int? = nil, keepsSources: Bool = true
  ) {
    self.modes = modes
    self.postCopy = postCopy
    self.encryption = encryption
    self.closesHosts = closesHosts
    self.pausedArrival = pausedArrival
    self.copiesPerHostMax = copiesPerHostMax
    self.keepsSources = keepsSources
  }
}

/// How long a call may wait for a host, from now.
package struct Deadline: Sendable, Equatable {
  package var milliseconds: Int
  package init(milliseconds: Int) { self.milliseconds = milliseconds }
}

/// An error of the world; its kind says what may have happened and so what to do next.
package struct HypervisorError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable, Codable {
    /// Proved: no effect. Trying again unchanged will not help.
    case refusedNothingHappened
    /// It may or may not have happened: observe both hosts.
    case unknownOutcome
    /// Proved: no effect; the same call may go through later.
    case retryLater
    /// Proved: no effect; another writer's mark is on the instance.
    case otherWriter
    /// Proved: no effect; the guest is not where, or as, the step expects it.
    case overtaken
  }
  package var kind: Kind
  package var text: String
  /// Whose fault it is; nil: that of what was asked for, the pair of guest and destination where there are two.
  package var blame: Blame?

  package init(_ kind: Kind, _ text: String, blame: Blame? = nil) {
    self.kind = kind
    self.text = text
    self.blame = blame
  }

  package var description: String { text }
}
