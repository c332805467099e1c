import Dispatch
package import Manifests

/// Loads and checks manifests off Swift's cooperative threads, and says what revision they are at.
package enum ManifestSource {
  /// Loads and checks, without asking git.
  package static func check(_ path: String) async -> LoadedManifests {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: ManifestFolder(path: path).load()) }
    }
  }

  package static func load(_ path: String) async -> (loaded: LoadedManifests, checked: CheckedManifests?) {
    let loaded = await check(path)
    guard let fleet = loaded.fleet else { return (loaded, nil) }
    let revision = await Revision.of(folder: path, contentHash: loaded.contentHash)
    return (
      loaded,
      CheckedManifests(fleet: fleet, revision: revision, contentHash: loaded.contentHash, warnings: loaded.diagnostics)
    )
  }
}
