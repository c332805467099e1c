package import Fleet

/// One legal way to take an instance from one host to another, with what it costs.
package struct MoveOption: Sendable, Equatable {
  package var mode: MigrationMode
  package var storage: StorageMode
  package var disks: [DiskMove]
  /// Over the network: memory of live and block moves, and copied disks.
  package var bytes: Int
  /// Price by the table of docs/planning.md; dimensionless.
  package var cost: Int
  /// Predicted seconds at the rate assumed for the cell.
  package var seconds: Int
  /// Room the copies need in each pool of the destination, in bytes; sorted by pool.
  package var poolNeeds: [PoolNeed]

  package struct PoolNeed: Sendable, Equatable {
    package var pool: StorageID
    package var bytes: Int
  }

  /// True if some disk is copied: such an instance moves once in a plan, never over a hop.
  package var copies: Bool { !poolNeeds.isEmpty }
}

/// Why no mode takes an instance from one host to another.
package struct MoveRefusal: Error, Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case noMode
    /// A cold move would do, but the manifest does not consent to a reboot.
    case needsConsent
  }
  package var reason: Reason
  package var text: String
  package var hint: String
}

/// What beside the two hosts decides how an instance may be moved.
package struct MoveTerms: Sendable, Hashable {
  package var allowed: AllowedModes
  package var targetStorage: [String: StorageID]
  /// Rate of one migration, bytes per second.
  package var bytesPerSecond: Int
  /// Unmanaged guests are moved live or not at all, not even offline.
  package var liveOnly: Bool
  /// The cell is a XenServer or XCP-ng pool: what helps there is another thing than with libvirt.
  package var isPool: Bool

  package init(
    allowed: AllowedModes, targetStorage: [String: StorageID] = [:], bytesPerSecond: Int, liveOnly: Bool = false, isPool: Bool = false
  ) {
    self.isPool = isPool
    self.allowed = allowed
    self.targetStorage = targetStorage
    self.bytesPerSecond = max(1, bytesPerSecond)
    self.liveOnly = liveOnly
  }

  /// The terms of a declared instance, or of an unmanaged guest (`declared` nil): live only.
  package init(declared: DesiredInstance?, policy: MigrationPolicy, cell: DesiredCell) {
    let limit = policy.bandwidthBytesPerSecond
    let rate = limit > 0 ? min(limit, cell.networkBytesPerSecond) : cell.networkBytesPerSecond
    self.init(
      allowed: declared?.allowedModes ?? AllowedModes(live: true, block: false, cold: false), targetStorage: declared?.targetStorage ?? [:],
      bytesPerSecond: rate, liveOnly: declared == nil, isPool: cell.connection.isPool)
  }
}
