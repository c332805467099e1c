import Fleet

/// The keys of the configuration file.
enum ConfigurationKey: Int, FieldKey {
  case apiVersion, kind, manifests, state, credentials, allowPaths, allowCredentialPaths, interval, objective
  case color, quiet, logFormat, notify

  static let kindName = "Configuration"
  static let table = ObjectTable("the configuration", ConfigurationKey.self)

  var field: Field {
    switch self {
    case .apiVersion:
      Field("apiVersion", .choice([ManifestKind.apiVersion]), .required, example: ManifestKind.apiVersion, "The version of this format.")
    case .kind: Field("kind", .choice([Self.kindName]), .required, example: Self.kindName, "What the document is.")
    case .manifests:
      Field(
        "manifests", .text(.path), .defaulted(Configuration.manifestsDefault), example: "/etc/reconcile/manifests",
        "Folder of the manifests, read recursively.")
    case .state:
      Field(
        "state", .text(.path), .defaulted(Configuration.stateDefault), example: "/var/lib/reconcile/reconcile.db", "The SQLite database.")
    case .credentials:
      Field(
        "credentials", .text(.path), .optional, example: ManifestTrust.credentialsFolderDefault,
        "Folder of the credentials that manifests name; else $CREDENTIALS_DIRECTORY, else \(ManifestTrust.credentialsFolderDefault).")
    case .allowPaths:
      Field(
        "allowPaths", .list(.text(.path)), .defaulted("[]"), example: "[/etc/pki]",
        "Further folders that paths in manifests and connection URIs may lead into.")
    case .allowCredentialPaths:
      Field(
        "allowCredentialPaths", .flag, .defaulted("false"), example: "false",
        "Manifests may name files and RECONCILE_CREDENTIAL_… variables as credentials.")
    default: runningField
    }
  }

  private var runningField: Field {
    switch self {
    case .interval:
      Field(
        "interval", .quantity(.duration, Configuration.intervalMilliseconds), .defaulted("60s"), example: "60s",
        "From the start of one pass of 'watch' to the start of the next.")
    case .objective:
      Field(
        "objective", .choice(Objective.allCases.map(\.rawValue)), .defaulted("moves"), example: "cost",
        "What is least after safety and reboots: the number of moves, or their cost.")
    case .color:
      Field(
        "color", .choice(Configuration.Colour.allCases.map(\.rawValue)), .defaulted("auto"), example: "never", "Colour of the output.")
    case .quiet: Field("quiet", .flag, .defaulted("false"), example: "true", "No notes and no progress.")
    case .logFormat:
      Field(
        "logFormat", .choice(Configuration.LogFormat.allCases.map(\.rawValue)), .defaulted("text"), example: "json",
        "How 'watch' prints: text, or a JSON object a line.")
    case .notify:
      Field(
        "notify", .list(.object(NotifyKey.table)), .defaulted("[]"), example: "[{kind: slack, urlFile: slack-url}]",
        "Who is told what happens.")
    default: preconditionFailure("'\(self)' stands in the other half")
    }
  }
}

extension NotificationTarget.Kind {
  /// What an entry of this kind cannot do without.
  var neededKey: NotifyKey { self == .command ? .command : .urlFile }

  /// What says nothing to this kind.
  var foreignKeys: [NotifyKey] {
    switch self {
    case .command: [.urlFile, .secretFile]
    case .webhook: [.command]
    case .slack, .alertmanager: [.command, .secretFile]
    }
  }
}

/// The keys of one entry of `notify`.
enum NotifyKey: Int, FieldKey {
  case name, kind, urlFile, secretFile, command, events, minSeverity

  static let table = ObjectTable("an entry of notify", NotifyKey.self)

  var field: Field {
    switch self {
    case .name: Field("name", .text(.name), .optional, example: "ops", "What messages call it; its kind, if it is not given.")
    case .kind:
      Field(
        "kind", .choice(NotificationTarget.Kind.allCases.map(\.rawValue)), .required, example: "webhook",
        "How it is told: a signed JSON document, a message of Slack's form, an alert of Alertmanager's, or a program.")
    case .urlFile:
      Field(
        "urlFile", .text(.path), .optional, example: "/etc/reconcile/credentials/ops-url",
        "A file that holds the address, https or http; for all kinds but command.")
    case .secretFile:
      Field(
        "secretFile", .text(.path), .optional, example: "/etc/reconcile/credentials/ops-secret",
        "A file that holds the key a webhook is signed with (X-Signature); only for kind webhook.")
    case .command:
      Field(
        "command", .list(.text(.any)), .optional, example: "[/usr/local/bin/page, oncall]",
        "The program and its arguments, for kind command; it reads the JSON document from standard input.")
    case .events:
      Field(
        "events", .choices(NotificationEvent.allCases.map(\.rawValue)), .optional, example: "[moveFailed, needsHuman]",
        "What it is told; everything, if it is not given.")
    case .minSeverity:
      Field(
        "minSeverity", .choice(NotificationSeverity.allCases.map(\.rawValue)), .defaulted("info"), example: "warning",
        "What is less is not told.")
    }
  }
}
