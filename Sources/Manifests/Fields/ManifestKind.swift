/// The kinds of document.
enum ManifestKind: String, CaseIterable, Sendable {
  case fleet = "Fleet"
  case cell = "Cell"
  case host = "Host"
  case instance = "Instance"
  case placementRule = "PlacementRule"
  case migrationPolicy = "MigrationPolicy"

  static let apiVersion = "reconcile/v1"

  var specTable: ObjectTable {
    switch self {
    case .fleet: FleetSpecKey.table
    case .cell: CellSpecKey.table
    case .host: HostSpecKey.table
    case .instance: InstanceSpecKey.table
    case .placementRule: PlacementRuleSpecKey.table
    case .migrationPolicy: MigrationPolicySpecKey.table
    }
  }

  /// True if a document without `spec` lacks something.
  var needsSpec: Bool { !specTable.required.isEmpty }

  var summary: String {
    switch self {
    case .fleet: "The fleet: exactly one, its name is the fleet's identity."
    case .cell: "Hosts among which instances may migrate: a libvirt site or one XenServer pool."
    case .host: "A host of a cell."
    case .instance: "A virtual machine and where it belongs."
    case .placementRule: "A rule over the instances its labels select."
    case .migrationPolicy: "How migrations are driven; a key left out has the built-in value."
    }
  }
}

/// The keys of every document.
enum DocumentKey: Int, FieldKey {
  case apiVersion, kind, metadata, spec

  static let table = ObjectTable("the document", DocumentKey.self)

  var field: Field {
    switch self {
    case .apiVersion:
      Field("apiVersion", .choice([ManifestKind.apiVersion]), .required, example: ManifestKind.apiVersion, "The version of this format.")
    case .kind:
      Field("kind", .choice(ManifestKind.allCases.map(\.rawValue)), .required, example: "Host", "What the document declares.")
    case .metadata: Field("metadata", .object(MetadataKey.table), .required, example: "{name: hv1}", "The object's name and labels.")
    case .spec:
      Field(
        "spec", .either(ManifestKind.allCases.map { .object($0.specTable) }), .optional, example: "{cell: east}",
        "What is declared of the object; depends on the kind.")
    }
  }
}

/// The keys of `metadata`.
enum MetadataKey: Int, FieldKey {
  case name, labels

  static let table = ObjectTable("metadata", MetadataKey.self)

  var field: Field {
    switch self {
    case .name: Field("name", .text(.name), .required, example: "hv1", "The object's name, unique among the objects of its kind.")
    case .labels:
      Field(
        "labels", .labels, .defaulted("{}"), example: "{zone: a, rack: r7}",
        "Keys and values that selectors and rules go by; at most \(ManifestLimits.labelsMax).")
    }
  }
}

/// A Fleet has no spec yet; the mapping may stand there empty.
enum FleetSpecKey: FieldKey {
  static let table = ObjectTable("spec of a Fleet", FleetSpecKey.self)
  static let allCases: [FleetSpecKey] = []

  init?(rawValue: Int) { nil }
  var rawValue: Int { switch self {} }
  var field: Field { switch self {} }
}
