/// What manifests may name beyond themselves; said outside of git, by whoever runs the program.
///
/// Whoever can write a manifest could otherwise choose a file to read, or the addressee of a secret (docs/untrusted-changes.md).
package struct ManifestTrust: Sendable, Equatable {
  package static let credentialsFolderDefault = "/etc/reconcile/credentials"
  /// An environment variable that holds a login is named so.
  package static let variablePrefix = "RECONCILE_CREDENTIAL_"

  /// Where credentials are that manifests name.
  package var credentialsFolder: String
  /// Credentials may also be paths and environment variables of the manifest's choice.
  package var allowsCredentialPaths: Bool
  /// The folder of the database, in which simulated worlds may live, too.
  package var stateFolder: String
  /// Further folders that paths in manifests and in connection URIs may lead into.
  package var folders: [String]

  package init(
    credentialsFolder: String = ManifestTrust.credentialsFolderDefault, allowsCredentialPaths: Bool = false, stateFolder: String = "state",
    folders: [String] = []
  ) {
    self.credentialsFolder = credentialsFolder
    self.allowsCredentialPaths = allowsCredentialPaths
    self.stateFolder = stateFolder
    self.folders = folders
  }
}
