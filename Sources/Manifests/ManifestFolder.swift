import Fleet

/// A folder of manifests.
package struct ManifestFolder: Sendable {
  private let path: String

  package init(path: String) { self.path = path }

  /// Reads and checks everything; blocks on the disk. Whatever is wrong is in the result's diagnostics.
  package func load() -> LoadedManifests {
    let walk = FolderWalk(path)
    var diagnostics = walk.diagnostics
    var declarations = Declarations()
    if !walk.isComplete { declarations.unread.addFile() }
    let contentHash = ManifestFolder.read(walk.files, &declarations, &diagnostics)
    let documentCount = declarations.documentCount
    var fleet: DesiredFleet?
    if !walk.files.isEmpty {
      var index = FleetIndex(declarations)
      declarations = Declarations()
      FleetChecks.run(&index, folder: walk.root, &diagnostics)
      if diagnostics.errorCount == 0 { fleet = DesiredFleet(index.declarations) }
    }
    return LoadedManifests(
      fleet: fleet, diagnostics: diagnostics.sorted(), contentHash: contentHash, fileCount: walk.files.count, documentCount: documentCount,
      errorCount: diagnostics.errorCount, warningCount: diagnostics.warningCount)
  }

  /// Decodes the files one after the other and returns the hash of them all.
  private static func read(_ files: [ManifestFile], _ declarations: inout Declarations, _ diagnostics: inout DiagnosticList) -> String {
    var hash = SHA256()
    for file in files {
      hash.update("\(file.relativePath)\0")
      switch FileContent.read(file.path) {
      case .success(let bytes):
        hash.update("\(bytes.count)\0")
        hash.update(bytes)
        diagnostics.append(bytes.withUnsafeBufferPointer { FileDecoder.decode($0, path: file.path, into: &declarations) })
      case .failure(let problem):
        hash.update("-\0")
        declarations.unread.addFile()
        diagnostics.error(problem.message, at: SourceLocation(file.path, .start), hint: problem.hint)
      }
    }
    return hash.hexDigest()
  }
}
