package import Fleet

/// What a folder of manifests declares and what is wrong with it.
package struct LoadedManifests: Sendable {
  /// Nil if there is any error.
  package var fleet: DesiredFleet?
  /// Errors and warnings by place, those without a place first.
  package var diagnostics: [Diagnostic]
  /// SHA-256 over the relative paths and bytes of all manifests, in the order of their paths.
  package var contentHash: String
  package var fileCount: Int
  /// What was read, if it was asked for by git's names.
  package var files: [ReadManifest] = []
  package var documentCount: Int
  /// Counts those that `diagnostics` has no room for, too.
  package var errorCount: Int
  package var warningCount: Int
}

/// A file as it was read.
package struct ReadManifest: Sendable, Equatable {
  /// Below the folder.
  package var relativePath: String
  /// What git calls these contents.
  package var blobID: String

  package init(relativePath: String, blobID: String) {
    self.relativePath = relativePath
    self.blobID = blobID
  }
}
