/// The keys of an Instance's `spec`.
enum InstanceSpecKey: Int, FieldKey {
  case cell, uuid, placement, targetStorage, migration

  static let table = ObjectTable("spec of an Instance", InstanceSpecKey.self)

  var field: Field {
    switch self {
    case .cell:
      Field("cell", .text(.name), .optional, example: "east", "The Cell the instance lives in; may be left out in a fleet of one cell.")
    case .uuid:
      Field(
        "uuid", .text(.uuid), .optional, example: "6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10",
        "The hypervisor's UUID; absent: the instance is matched by name within its cell.")
    case .placement:
      Field(
        "placement", .object(PlacementKey.table), .optional, example: "{host: hv1}",
        "The hosts it belongs on: one of host, anyOf and hosts; absent: anywhere in the cell.")
    case .targetStorage:
      Field(
        "targetStorage", .texts(key: "disk target", value: .any, example: "fast"), .defaulted("{}"), example: "{vda: fast}",
        "The pool to copy a local disk to; absent: the pool of the same name.")
    case .migration:
      Field("migration", .object(MigrationKey.table), .optional, example: "{policy: gentle, allow: [live, block]}", "How it may be moved.")
    }
  }
}

/// The keys of an Instance's `spec.placement`.
enum PlacementKey: Int, FieldKey {
  case host, anyOf, hosts, required

  static let table = ObjectTable("placement", PlacementKey.self, rules: [.one(of: [.host, .anyOf, .hosts])])

  var field: Field {
    switch self {
    case .host: Field("host", .text(.name), .optional, example: "hv1", "It belongs on this Host.")
    case .anyOf: Field("anyOf", .names, .optional, example: "[hv1, hv2]", "It belongs on one of these Hosts.")
    case .hosts:
      Field(
        "hosts", .object(SelectorKey.table), .optional, example: "{labels: {zone: a}}", "It belongs on one of the Hosts with these labels.")
    case .required:
      Field(
        "required", .flag, .defaulted("false"), example: "true",
        "true: never elsewhere, not even while its host is in maintenance (which it then blocks).")
    }
  }
}

/// The keys of a selector.
enum SelectorKey: Int, FieldKey {
  case labels

  static let table = ObjectTable("the selector", SelectorKey.self, rules: [.notEmpty(.labels)])

  var field: Field {
    Field("labels", .labels, .required, example: "{app: web}", "Labels that must all be there with these values; at least one.")
  }
}

/// The keys of an Instance's `spec.migration`.
enum MigrationKey: Int, FieldKey {
  case policy, allow

  static let table = ObjectTable("migration", MigrationKey.self)

  var field: Field {
    switch self {
    case .policy:
      Field("policy", .text(.name), .optional, example: "gentle", "A MigrationPolicy; absent: its cell's, else the built-in one.")
    case .allow:
      Field(
        "allow", .choices(["live", "block", "cold"]), .defaulted("[live, block]"), example: "[live, block, cold]",
        "The modes it may be moved in while it runs; cold is consent to a reboot.")
    }
  }
}
