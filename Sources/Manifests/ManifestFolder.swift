import Fleet

/// A folder of manifests.
package struct ManifestFolder: Sendable {
  private let path: String
  private let trust: ManifestTrust

  package init(path: String, trust: ManifestTrust = ManifestTrust()) {
    self.path = path
    self.trust = trust
  }

  /// Reads and checks everything; blocks on the disk. Whatever is wrong is in the result's diagnostics.
  ///
  /// `naming`: the files are named as a repository with this algorithm names them.
  package func load(naming algorithm: BlobID.Algorithm? = nil) -> LoadedManifests {
    let walk = FolderWalk(path)
    var diagnostics = walk.diagnostics
    var declarations = Declarations()
    if !walk.isComplete { declarations.unread.addFile() }
    var files: [ReadManifest] = []
    let contentHash = ManifestFolder.read(walk.files) { file, content in
      switch content {
      case .success(let bytes):
        if let algorithm { files.append(ReadManifest(relativePath: file.relativePath, blobID: BlobID.of(bytes, algorithm))) }
        diagnostics.append(
          bytes.withUnsafeBufferPointer { FileDecoder.decode($0, path: file.path, root: walk.root, trust: trust, into: &declarations) })
      case .failure(let problem):
        declarations.unread.addFile()
        diagnostics.error(problem.message, at: SourceLocation(file.path, .start), hint: problem.hint)
      }
    }
    let documentCount = declarations.documentCount
    var fleet: DesiredFleet?
    if !walk.files.isEmpty {
      var index = FleetIndex(declarations)
      declarations = Declarations()
      FleetChecks.run(&index, folder: walk.root, trust, &diagnostics)
      if diagnostics.errorCount == 0 { fleet = DesiredFleet(index.declarations) }
    }
    return LoadedManifests(
      fleet: fleet, diagnostics: diagnostics.sorted(), contentHash: contentHash, fileCount: walk.files.count, files: files,
      documentCount: documentCount, errorCount: diagnostics.errorCount, warningCount: diagnostics.warningCount)
  }

  /// The content hash of what is there now; blocks on the disk.
  package func contentHash() -> String { ManifestFolder.read(FolderWalk(path).files) { _, _ in } }

  /// Reads the files one after the other and returns the hash of them all.
  private static func read(
    _ files: [ManifestFile], _ use: (ManifestFile, Result<[UInt8], FileContent.Problem>) -> Void
  ) -> String {
    var hash = SHA256()
    for file in files {
      hash.update("\(file.relativePath)\0")
      let content = FileContent.read(file.path)
      if case .success(let bytes) = content {
        hash.update("\(bytes.count)\0")
        hash.update(bytes)
      } else {
        hash.update("-\0")
      }
      use(file, content)
    }
    return hash.hexDigest()
  }
}
