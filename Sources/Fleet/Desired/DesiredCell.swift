/// A declared cell: hosts among which instances may migrate.
package struct DesiredCell: Sendable, Equatable, Codable {
  package var name: CellName
  package var labels: [String: String]
  package var connection: CellConnection
  package var limits: MigrationLimits
  /// Assumed rate of one migration until measured, bytes per second.
  package var networkBytesPerSecond: Int
  package var maxMovesPerPass: Int
  package var unmanaged: UnmanagedGuests
  package var migrationPolicy: PolicyName?
  package var location: SourceLocation

  package init(
    name: CellName, labels: [String: String] = [:], connection: CellConnection, limits: MigrationLimits = MigrationLimits(),
    networkBytesPerSecond: Int = 125_000_000, maxMovesPerPass: Int = 200, unmanaged: UnmanagedGuests = .block,
    migrationPolicy: PolicyName? = nil, location: SourceLocation
  ) {
    self.name = name
    self.labels = labels
    self.connection = connection
    self.limits = limits
    self.networkBytesPerSecond = networkBytesPerSecond
    self.maxMovesPerPass = maxMovesPerPass
    self.unmanaged = unmanaged
    self.migrationPolicy = migrationPolicy
    self.location = location
  }
}

/// How a cell's hypervisors are reached.
package enum CellConnection: Sendable, Equatable, Codable {
  /// Each host has its own libvirt URI.
  case libvirt
  case xenapi(XenConnection)
  case simulated(SimulatedConnection)

  package var hypervisor: String {
    switch self {
    case .libvirt: "libvirt"
    case .xenapi: "xenapi"
    case .simulated: "simulated"
    }
  }

  package var isPool: Bool { if case .xenapi = self { true } else { false } }

  /// The sources of copied disks stay until they are deleted; a pool destroys them with the move.
  package var keepsSources: Bool { !isPool }
}

/// How a XenServer or XCP-ng pool is reached; holds where the credentials are, never the credentials.
package struct XenConnection: Sendable, Equatable, Codable {
  package enum Trust: Sendable, Equatable, Codable {
    case system
    /// `sha256//BASE64` of the public key, as curl's CURLOPT_PINNEDPUBLICKEY takes it.
    case pin(String)
    case caFile(path: String)
    case insecure
  }
  package enum Credentials: Sendable, Equatable, Codable {
    /// A file of the credentials folder, which says where it may be sent.
    case named(String, path: String)
    case file(path: String)
    case environment(variable: String)
  }

  package var url: String
  package var trust: Trust
  package var credentials: Credentials?
  /// Address to use for a host instead of the one the pool names.
  package var addresses: [HostName: String]

  package init(url: String, trust: Trust = .system, credentials: Credentials? = nil, addresses: [HostName: String] = [:]) {
    self.url = url
    self.trust = trust
    self.credentials = credentials
    self.addresses = addresses
  }
}

/// Where a simulated cell's world is kept; both paths absolute or relative to the working directory, resolved from the manifest's folder.
package struct SimulatedConnection: Sendable, Equatable, Codable {
  /// The living world; changed in place by migrations.
  package var world: String
  /// Copied to `world` by the first real run if `world` does not exist; never written.
  package var initial: String?

  package init(world: String, initial: String? = nil) {
    self.world = world
    self.initial = initial
  }
}

/// Concurrent migrations.
package struct MigrationLimits: Sendable, Equatable, Codable {
  package var total: Int
  package var perHost: Int
  package var perHostIncoming: Int
  package var perHostOutgoing: Int

  package init(total: Int = 8, perHost: Int = 2, perHostIncoming: Int = 2, perHostOutgoing: Int = 2) {
    self.total = total
    self.perHost = perHost
    self.perHostIncoming = perHostIncoming
    self.perHostOutgoing = perHostOutgoing
  }
}

/// What happens to guests that no manifest names on a host in maintenance.
package enum UnmanagedGuests: String, Sendable, Codable, CaseIterable { case block, evacuate }
