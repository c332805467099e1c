/// A declared host.
package struct DesiredHost: Sendable, Equatable, Codable {
  package var name: HostName
  package var labels: [String: String]
  package var cell: CellName
  /// libvirt: the URI. xenapi: name or uuid in the pool. simulated: nil, the name is the key.
  package var connection: String?
  package var migrationAddress: String?
  package var maintenance: Maintenance?
  package var capacity: CapacityPolicy
  /// True for a host that is being taken out of the fleet although guests are still known on it.
  package var decommissioned: Bool
  package var location: SourceLocation

  package init(
    name: HostName, labels: [String: String] = [:], cell: CellName, connection: String? = nil, migrationAddress: String? = nil,
    maintenance: Maintenance? = nil, capacity: CapacityPolicy = CapacityPolicy(), decommissioned: Bool = false, location: SourceLocation
  ) {
    self.name = name
    self.labels = labels
    self.cell = cell
    self.connection = connection
    self.migrationAddress = migrationAddress
    self.maintenance = maintenance
    self.capacity = capacity
    self.decommissioned = decommissioned
    self.location = location
  }
}

/// A host's maintenance flag, set; `until` only makes the report say "overdue".
package struct Maintenance: Sendable, Equatable, Codable {
  package var reason: String?
  package var ticket: String?
  package var until: Timestamp?
  package var location: SourceLocation

  package init(reason: String? = nil, ticket: String? = nil, until: Timestamp? = nil, location: SourceLocation) {
    self.reason = reason
    self.ticket = ticket
    self.until = until
    self.location = location
  }
}

/// How much of a host may be promised to guests.
package struct CapacityPolicy: Sendable, Equatable, Codable {
  package var vcpuOvercommit: Double
  package var memoryOvercommit: Double
  package var reservedMemoryBytes: Int
  package var reservedVcpus: Int
  /// True: a host over its capacity is relieved by moves, not only reported.
  package var relieve: Bool

  package init(
    vcpuOvercommit: Double = 4, memoryOvercommit: Double = 1, reservedMemoryBytes: Int = 4 << 30, reservedVcpus: Int = 0,
    relieve: Bool = false
  ) {
    self.vcpuOvercommit = vcpuOvercommit
    self.memoryOvercommit = memoryOvercommit
    self.reservedMemoryBytes = reservedMemoryBytes
    self.reservedVcpus = reservedVcpus
    self.relieve = relieve
  }

  /// Bytes that guests may be charged on a host of `memoryBytes`.
  package func memoryBytes(of memoryBytes: Int) -> Int { Int(Double(max(0, memoryBytes - reservedMemoryBytes)) * memoryOvercommit) }
  /// vCPUs that guests may be charged on a host of `cpus` processors.
  package func vcpus(of cpus: Int) -> Int { Int(Double(max(0, cpus - reservedVcpus)) * vcpuOvercommit + 1e-9) }
}
