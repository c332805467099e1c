package import Fleet

/// The state of a fleet as the state store knows it (JSON of `reconcile status`; schema: `reconcile schema status`).
package struct StatusReport: Sendable, Equatable, VersionedDocument {
  package static let apiVersion = "reconcile/v1"
  package static let documentKind = "Status"

  package var apiVersion: String = StatusReport.apiVersion
  package var kind: String = StatusReport.documentKind
  package var at: Timestamp
  package var fleet: String
  /// Of the manifests now.
  package var revision: String
  /// Nil: there was none yet.
  package var lastPass: PassRecord?
  /// Sorted by name.
  package var cells: [StatusCell]
  /// Declared instances that need nothing.
  package var inSync: Int
  /// Declared instances that are not where they belong.
  package var drift: Int
  package var openMoves: [StatusMove]
  package var blocked: [BlockedItem]
  package var notInSync: NotInSync
  package var backOff: [StatusBackOff]
  package var retiredDisks: [RetiredDisk]
  package var leftovers: [StatusLeftover]
  /// What earlier runs proved of the storages shown; nil: nothing that needs a proof.
  package var storageProofs: StorageProofUse?
  /// Nil: no `watch` has used this database.
  package var watch: StatusWatch?
  /// Guests that no manifest names; nil: none was seen.
  package var unmanaged: GuestsInNoManifest?
  package var warnings: [String]

  package init(
    at: Timestamp, fleet: String, revision: String, lastPass: PassRecord? = nil, cells: [StatusCell], inSync: Int, drift: Int,
    openMoves: [StatusMove] = [], blocked: [BlockedItem] = [], notInSync: NotInSync = NotInSync(), backOff: [StatusBackOff] = [],
    retiredDisks: [RetiredDisk] = [], leftovers: [StatusLeftover] = [], storageProofs: StorageProofUse? = nil,
    watch: StatusWatch? = nil, warnings: [String] = []
  ) {
    self.at = at
    self.fleet = fleet
    self.revision = revision
    self.lastPass = lastPass
    self.cells = cells
    self.inSync = inSync
    self.drift = drift
    self.openMoves = openMoves
    self.blocked = blocked
    self.notInSync = notInSync
    self.backOff = backOff
    self.retiredDisks = retiredDisks
    self.leftovers = leftovers
    self.storageProofs = storageProofs
    self.watch = watch
    self.warnings = warnings
  }
}
