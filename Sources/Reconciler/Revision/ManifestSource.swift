import Dispatch
import Fleet
package import Manifests

/// Loads and checks manifests off Swift's cooperative threads, and says what revision they are at.
package enum ManifestSource {
  /// Times a folder that changes is read before that is said.
  static let attemptsMax = 6
  static let pauseMilliseconds = 500

  package enum Outcome: Sendable {
    case checked(CheckedManifests, LoadedManifests)
    case invalid(LoadedManifests)
    /// Nobody can say what was read: it changes, or git does not answer.
    case unsettled(String)
  }

  /// Loads and checks, without asking git.
  package static func check(
    _ path: String, _ trust: ManifestTrust, naming algorithm: BlobID.Algorithm? = nil
  ) async -> LoadedManifests {
    await offThread { ManifestFolder(path: path, trust: trust).load(naming: algorithm) }
  }

  /// Loads, checks and names what was read: the commit that holds exactly this, or contents that did not change meanwhile.
  package static func load(_ path: String, _ trust: ManifestTrust) async -> Outcome {
    let before = CrashNote.doing("reading the manifests")
    defer { CrashNote.goBack(to: before) }
    for attempt in 0..<attemptsMax {
      if attempt > 0 { try? await Task.sleep(for: .milliseconds(pauseMilliseconds)) }
      do throws(GitSilent) {
        if let outcome = try await once(path, trust) { return outcome }
      } catch {
        return .unsettled("\(error)")
      }
    }
    let hint =
      GitRepository(containing: path).flatMap { $0.isBusy ? $0.indexFolder : nil }.map {
        "a git command is at work there; if none is, one died: remove \($0)/index.lock"
      } ?? "run again when whatever changes it is done"
    return .unsettled("the manifests in '\(path)' change while they are read; nothing was done\n  hint: \(hint)")
  }

  /// Nil: what was read may be half of something.
  private static func once(_ path: String, _ trust: ManifestTrust) async throws(GitSilent) -> Outcome? {
    let repository = GitRepository(containing: path)
    let head = try await repository?.head()
    let loaded = await check(path, trust, naming: head.map(BlobID.algorithm(of:)))
    var commit: String?
    if let fleet = loaded.fleet, let repository, let head {
      commit = try await repository.lastChange(head)
      if let commit, try await repository.tree(head)?.isWhatWasRead(loaded.files, of: path) == true {
        return .checked(CheckedManifests(fleet: fleet, revision: commit, loaded), loaded)
      }
    }
    // No commit vouches for it, so it must at least stand still.
    guard repository?.isBusy != true, await offThread({ ManifestFolder(path: path).contentHash() }) == loaded.contentHash,
      try await repository?.head() == head
    else { return nil }
    guard let fleet = loaded.fleet else { return .invalid(loaded) }
    let revision = commit.map { "\($0)-dirty" } ?? "content-\(loaded.contentHash.prefix(16))"
    return .checked(CheckedManifests(fleet: fleet, revision: revision, loaded), loaded)
  }

  private static func offThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
  }
}

extension CheckedManifests {
  fileprivate init(fleet: DesiredFleet, revision: String, _ loaded: LoadedManifests) {
    self.init(fleet: fleet, revision: revision, contentHash: loaded.contentHash, warnings: loaded.diagnostics)
  }
}
