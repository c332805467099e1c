/// The keys of a Host's `spec`.
enum HostSpecKey: Int, FieldKey {
  case cell, connection, migrationAddress, maintenance, capacity, decommissioned

  static let table = ObjectTable("spec of a Host", HostSpecKey.self)

  var field: Field {
    switch self {
    case .cell: Field("cell", .text(.name), .required, example: "east", "The Cell the host belongs to.")
    case .connection:
      Field(
        "connection", .text(.any), .optional, example: "qemu+tls://hv1.example/system",
        "libvirt: the host's URI, required. xenapi: its name or uuid in the pool, if that is not metadata.name. simulated: not allowed.")
    case .migrationAddress:
      Field(
        "migrationAddress", .text(.address), .optional, example: "10.0.9.11",
        "The host's address on a separate migration network; absent: of libvirt hosts the connection's, if that is an IP address, else the hypervisor's choice."
      )
    case .maintenance:
      Field(
        "maintenance", .either([.flag, .object(MaintenanceKey.table)]), .defaulted("false"), example: "true",
        "true: the host is emptied and kept empty.")
    case .capacity:
      Field(
        "capacity", .object(CapacityKey.table), .optional, example: "{vcpuOvercommit: 4.0, reservedMemory: 4GiB}",
        "How much of the host may be promised to guests.")
    case .decommissioned:
      Field(
        "decommissioned", .flag, .defaulted("false"), example: "true", "true: the host leaves the fleet; say so before its document goes.")
    }
  }
}

/// The keys of a Host's `spec.maintenance`, if it is a mapping.
enum MaintenanceKey: Int, FieldKey {
  case enabled, reason, ticket, until

  static let table = ObjectTable("maintenance", MaintenanceKey.self)

  var field: Field {
    switch self {
    case .enabled: Field("enabled", .flag, .required, example: "true", "The flag itself.")
    case .reason: Field("reason", .text(.any), .optional, example: "firmware update", "Why, for reports.")
    case .ticket: Field("ticket", .text(.any), .optional, example: "OPS-1234", "A ticket, for reports.")
    case .until:
      Field(
        "until", .text(.time), .optional, example: "2026-11-23T18:00:00Z", "When it should be over; only makes reports say \"overdue\".")
    }
  }
}

/// The keys of a Host's `spec.capacity`.
enum CapacityKey: Int, FieldKey {
  case vcpuOvercommit, memoryOvercommit, reservedMemory, reservedVcpus, relieve

  static let table = ObjectTable("capacity", CapacityKey.self)

  var field: Field {
    switch self {
    case .vcpuOvercommit:
      Field("vcpuOvercommit", .decimal(0.1...100), .defaulted("4.0"), example: "4.0", "Guests' vCPUs for each processor.")
    case .memoryOvercommit:
      Field("memoryOvercommit", .decimal(0.1...10), .defaulted("1.0"), example: "1.0", "Guests' memory for each byte of the host's.")
    case .reservedMemory:
      Field(
        "reservedMemory", .quantity(.size, 0...(64 << 40)), .optional, example: "4GiB",
        "Memory kept for the host itself: 4GiB if not given; in a pool 0, for it takes off its own domain's by itself.")
    case .reservedVcpus:
      Field("reservedVcpus", .integer(0...65_536), .defaulted("0"), example: "2", "Processors kept for the host itself.")
    case .relieve:
      Field(
        "relieve", .flag, .defaulted("false"), example: "true", "true: a host over its capacity is relieved by moves; false: only reported."
      )
    }
  }
}
