import ArgumentParser
import Fleet
import Manifests
import Reconciler

/// Where the manifests and the state are; every command that looks at a fleet takes them.
struct FleetOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .customLong("manifests")],
    help: ArgumentHelp(
      "Folder of the manifests, read recursively (default: \(Configuration.manifestsDefault)).", valueName: "folder"))
  var givenManifests: String?

  @OptionGroup var database: DatabaseOptions

  @OptionGroup(title: "Trust (docs/untrusted-changes.md)") var trust: TrustOptions

  var manifests: String { Settings.current.value(givenManifests, \.manifests) ?? Configuration.manifestsDefault }
  var state: String { database.state }

  /// What the manifests may name beyond themselves.
  var manifestTrust: ManifestTrust {
    let settings = Settings.current
    let given =
      settings.value(trust.credentials, \.credentials) ?? Terminal.environment("CREDENTIALS_DIRECTORY")
      ?? ManifestTrust.credentialsFolderDefault
    let slash = state.lastIndex(of: "/")
    let stateFolder = slash.map { $0 == state.startIndex ? "/" : String(state[..<$0]) } ?? "."
    return ManifestTrust(
      credentialsFolder: given, allowsCredentialPaths: allowsCredentialPaths, stateFolder: stateFolder,
      folders: settings.value(trust.allowPath.isEmpty ? nil : trust.allowPath, \.allowPaths) ?? [])
  }

  private var allowsCredentialPaths: Bool {
    Settings.current.value(trust.allowCredentialPaths ? true : nil, \.allowCredentialPaths) ?? false
  }

  /// Said at each start, since it hands a choice to whoever writes manifests.
  func warn() {
    guard allowsCredentialPaths else { return }
    StandardStreams.printError(
      "warning: --allow-credential-paths: whoever writes manifests chooses which secret is sent where; name credentials instead")
  }
}

/// Where the state is.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .customLong("state"),
    help: ArgumentHelp("The SQLite database (default: \(Configuration.stateDefault)).", valueName: "file"))
  var givenState: String?

  var state: String { Settings.current.value(givenState, \.state) ?? Configuration.stateDefault }
}

/// What manifests may name beyond themselves; here and not in git.
struct TrustOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of the credentials that manifests name (default: $CREDENTIALS_DIRECTORY, else \(ManifestTrust.credentialsFolderDefault)).",
      valueName: "folder"))
  var credentials: String?

  @Flag(
    name: .customLong("allow-credential-paths"),
    help: "Let manifests name files and RECONCILE_CREDENTIAL_… variables as credentials.")
  var allowCredentialPaths = false

  @Option(
    name: .customLong("allow-path"),
    help: ArgumentHelp("Let paths in manifests and connection URIs lead into this folder; may be given again.", valueName: "folder"))
  var allowPath: [String] = []
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

enum TextOrJSON: String, ExpressibleByArgument, CaseIterable { case text, json }

extension Objective: ExpressibleByArgument {}
