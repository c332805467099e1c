package import Execution
package import Manifests

/// Reads the manifests again while moves wait: what was planned from others is not started any more.
package struct RevisionWatch: Sendable {
  private let path: String
  private let trust: ManifestTrust
  private let planned: CheckedManifests

  package init(path: String, trust: ManifestTrust, planned: CheckedManifests) {
    self.path = path
    self.trust = trust
    self.planned = planned
  }

  package func objection() async -> StopReason? {
    switch await ManifestSource.load(path, trust) {
    case .invalid: return .manifestsInvalid
    // The contents are about to be others, or nobody knows which they are.
    case .unsettled: return .revisionChanged("a revision that is not settled")
    case .checked(let now, _):
      return now.contentHash == planned.contentHash && now.revision == planned.revision ? nil : .revisionChanged(now.revision)
    }
  }
}
