/// The keys of a Cell's `spec`.
enum CellSpecKey: Int, FieldKey {
  case hypervisor, connection, limits, networkRate, maxMovesPerPass, unmanaged, migrationPolicy

  static let table = ObjectTable(
    "spec of a Cell", CellSpecKey.self,
    rules: [
      .when(.hypervisor, is: [.string("libvirt")], forbids: [.connection]),
      .when(
        .hypervisor, is: .string("simulated"), requires: .connection, as: .either([.text(.world), .object(SimulatedConnectionKey.table)])),
      .when(.hypervisor, is: .string("xenapi"), requires: .connection, as: .object(XenConnectionKey.table)),
    ])

  var field: Field {
    switch self {
    case .hypervisor:
      Field("hypervisor", .choice(["libvirt", "xenapi", "simulated"]), .required, example: "libvirt", "What the cell's hosts run.")
    case .connection:
      Field(
        "connection", .either([.text(.world), .object(SimulatedConnectionKey.table), .object(XenConnectionKey.table)]), .optional,
        example: "{url: https://pool-master, credentials: {name: pool1}}",
        "xenapi: how the pool is reached, required. simulated: the world file, required. libvirt: not allowed, each Host has its own.")
    case .limits:
      Field("limits", .object(MigrationLimitsKey.table), .optional, example: "{total: 8, perHost: 2}", "Concurrent migrations.")
    case .networkRate:
      Field(
        "networkRate", .quantity(.rate, 125_000...125_000_000_000), .defaulted("1Gbit/s"), example: "10Gbit/s",
        "The rate of one migration, assumed until measured.")
    case .maxMovesPerPass:
      Field(
        "maxMovesPerPass", .integer(1...1_000_000), .defaulted("200"), example: "200",
        "A pass that needs more moves in this cell is refused whole for it; lifted by --max-moves.")
    case .unmanaged:
      Field(
        "unmanaged", .choice(["block", "evacuate"]), .defaulted("block"), example: "evacuate",
        "Guests that no manifest names on a host in maintenance: block lists them, evacuate moves them live.")
    case .migrationPolicy:
      Field(
        "migrationPolicy", .text(.name), .optional, example: "gentle",
        "The MigrationPolicy of instances that name none; absent: the built-in one.")
    }
  }
}

/// The keys of a Cell's `spec.limits`.
enum MigrationLimitsKey: Int, FieldKey {
  case total, perHost, perHostIncoming, perHostOutgoing

  static let table = ObjectTable("limits", MigrationLimitsKey.self)

  var field: Field {
    switch self {
    case .total: Field("total", .integer(1...10_000), .defaulted("8"), example: "8", "Migrations at once in the cell.")
    case .perHost: Field("perHost", .integer(1...1000), .defaulted("2"), example: "2", "Migrations at once that touch one host.")
    case .perHostIncoming: Field("perHostIncoming", .integer(1...1000), .defaulted("2"), example: "2", "Migrations at once to one host.")
    case .perHostOutgoing: Field("perHostOutgoing", .integer(1...1000), .defaulted("2"), example: "2", "Migrations at once from one host.")
    }
  }
}

/// The keys of a simulated Cell's `spec.connection`, if it is a mapping.
enum SimulatedConnectionKey: Int, FieldKey {
  case world, initial

  static let table = ObjectTable("connection of a simulated Cell", SimulatedConnectionKey.self)

  var field: Field {
    switch self {
    case .world:
      Field(
        "world", .text(.world), .required, example: "../state/east.json", "The world file, relative to this file; migrations change it.")
    case .initial:
      Field(
        "initial", .text(.path), .optional, example: "world/east.json",
        "Copied to world by the first real run if world does not exist; never written.")
    }
  }
}

/// The keys of a xenapi Cell's `spec.connection`.
enum XenConnectionKey: Int, FieldKey {
  case url, pin, caFile, insecure, credentials, addresses

  static let table = ObjectTable(
    "connection of a xenapi Cell", XenConnectionKey.self,
    rules: [
      .given(.pin, forbids: [.caFile]), .when(.insecure, is: [.literal("true")], forbids: [.pin, .caFile]),
      .unless(.insecure, is: .literal("true"), begins: .url, with: "https://"),
    ])

  var field: Field {
    switch self {
    case .url: Field("url", .text(.xenURL), .required, example: "https://pool-master.example", "The pool master.")
    case .pin:
      Field(
        "pin", .text(.pin), .optional, example: "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "The only public keys that are trusted, one for each member of the pool; not together with caFile or insecure.")
    case .caFile:
      Field(
        "caFile", .text(.path), .optional, example: "pool-ca.pem", "PEM file of the authorities that are trusted, relative to this file.")
    case .insecure:
      Field(
        "insecure", .flag, .defaulted("false"), example: "true", "true: no certificate is checked and http:// is allowed. For a lab only.")
    case .credentials:
      Field("credentials", .object(XenCredentialsKey.table), .required, example: "{name: pool1}", "Where user and password are.")
    case .addresses:
      Field(
        "addresses", .texts(key: "Host", value: .endpoint, example: "10.0.8.11"), .defaulted("{}"), example: "{hv1: 10.0.8.11}",
        "The address to use for a Host instead of the one the pool names; the port of url where it has none.")
    }
  }
}

/// The keys of `credentials`; one of the three.
enum XenCredentialsKey: Int, FieldKey {
  case name, file, env

  static let table = ObjectTable(
    "credentials", XenCredentialsKey.self, rules: [.one(of: [.name, .file, .env]), .begins(.env, with: ManifestTrust.variablePrefix)])

  var field: Field {
    switch self {
    case .name:
      Field(
        "name", .text(.name), .optional, example: "pool1",
        "A file of this name in the credentials folder, which says user, password and the addresses they may be sent to (docs/xenapi.md).")
    case .file:
      Field(
        "file", .text(.path), .optional, example: "xen.credentials",
        "Only with --allow-credential-paths: a file of two lines, user and password, that only its owner may read (mode 600); relative to this one."
      )
    case .env:
      Field(
        "env", .text(.variable), .optional, example: "RECONCILE_CREDENTIAL_POOL1",
        "Only with --allow-credential-paths: an environment variable RECONCILE_CREDENTIAL_… that holds USER:PASSWORD.")
    }
  }
}
