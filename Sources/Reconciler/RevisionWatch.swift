package import Execution
import Manifests

/// Reads the manifests again while moves wait: what was planned from others is not started any more.
package struct RevisionWatch: Sendable {
  private let path: String
  private let planned: CheckedManifests

  package init(path: String, planned: CheckedManifests) {
    self.path = path
    self.planned = planned
  }

  package func objection() async -> StopReason? {
    let (_, now) = await ManifestSource.load(path)
    guard let now else { return .manifestsInvalid }
    return now.contentHash == planned.contentHash && now.revision == planned.revision ? nil : .revisionChanged(now.revision)
  }
}
