package import Fleet

/// What `reconcile history --output json` prints; newest first.
package struct HistoryDocument: Sendable, Equatable, VersionedDocument {
  package static let apiVersion = "reconcile/v1"
  package static let documentKind = "History"

  package var apiVersion: String = HistoryDocument.apiVersion
  package var kind: String = HistoryDocument.documentKind
  package var passes: [PassRecord]
  package var moves: [HistoryMove]
  /// What was done to hosts and kept disks beside the moves; nil: nothing.
  package var beside: [HistoryBeside]?

  package init(passes: [PassRecord], moves: [HistoryMove], beside: [HistoryBeside] = []) {
    self.passes = passes
    self.moves = moves
    self.beside = beside.isEmpty ? nil : beside
  }
}
