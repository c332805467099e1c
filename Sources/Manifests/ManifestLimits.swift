/// Every limit on what a folder of manifests may hold; beyond one it is refused with an error that names it.
package enum ManifestLimits {
  package static let fileBytesMax = 64 << 20
  package static let folderBytesMax = 1 << 30
  package static let filesMax = 200_000
  /// Entries of all folders together, manifests or not.
  package static let folderEntriesMax = 2_000_000
  package static let folderDepthMax = 64
  package static let documentsMax = 1_000_000
  package static let yamlDepthMax = 64
  /// Keys and values of one document.
  package static let nodesPerDocumentMax = 200_000
  package static let textBytesMax = 4096
  /// One scalar of any kind; beyond, the file is not read on.
  package static let scalarBytesMax = 1 << 20
  package static let labelsMax = 64
  /// Entries of one `addresses`, `targetStorage` or `anyOf`.
  package static let listEntriesMax = 10_000
  /// Memberships looked at to find rules and placements that contradict each other.
  package static let ruleComparisonsMax = 50_000_000
  /// Errors and warnings kept; what is beyond is counted.
  package static let diagnosticsMax = 10_000
  /// Names compared to find "did you mean", over one load.
  package static let suggestionsMax = 200
  /// A file cut short by a syntax error is searched for names it may declare up to this size.
  package static let salvagedFileBytesMax = 8 << 20
}
