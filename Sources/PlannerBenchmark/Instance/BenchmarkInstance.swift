/// An estate of the planner benchmark as its file says it, every reference resolved (format: Benchmarks/planner/README.md).
package struct BenchmarkInstance: Sendable {
  package var name: String
  package var names: NameTable
  package var hosts: [BenchmarkHost]
  package var vms: [BenchmarkVM]
  package var groups: [BenchmarkGroup]
  package var limits: BenchmarkLimits
}

package struct BenchmarkHost: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case up
    /// Keeps its VMs, receives none.
    case disabled
    /// Must end empty; never a destination.
    case maintenance
  }
  package var id: Name
  package var cell: Name
  package var zone: Name
  /// floor(`pcpu` · `ratio` + 1e-9).
  package var vcpu: Int
  /// MiB.
  package var ram: Int
  /// Local, GiB.
  package var disk: Int
  /// CPU model level.
  package var cpu: Int
  /// Sorted.
  package var pools: [Name]
  /// Sorted.
  package var labels: [Name]
  package var state: State
}

package struct BenchmarkVM: Sendable {
  package enum Storage: String, Sendable, CaseIterable {
    case shared, volume, local
  }
  package var id: Name
  /// Index of the host it is on.
  package var host: Int
  package var vcpu: Int
  /// MiB.
  package var ram: Int
  /// GiB.
  package var disk: Int
  package var storage: Storage
  /// nil for local storage.
  package var pool: Name?
  /// Lowest CPU model level it may be sent to.
  package var cpu: Int
  /// False: it moves only cold.
  package var isLive: Bool
  /// Index of the host it must end on.
  package var pin: Int?
  /// All of them must be on its host; sorted.
  package var labels: [Name]
  /// Empty: any; sorted.
  package var zones: [Name]

  /// Local disk that it takes on a host, GiB.
  package var localDisk: Int { storage == .local ? disk : 0 }
}

package struct BenchmarkGroup: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case anti, affinity, spread
  }
  package enum Scope: String, Sendable, CaseIterable {
    case host, zone
  }
  package var id: Name
  package var kind: Kind
  package var scope: Scope
  /// Members a unit (`anti`) or skew (`spread`).
  package var max: Int
  package var isContinuous: Bool
  /// Indices of VMs, sorted.
  package var vms: [Int]
}

/// Migrations at once, and their rate.
package struct BenchmarkLimits: Sendable, Equatable {
  package var host: Int
  package var zoneLink: Int
  package var total: Int
  package var mibPerSecond: Int

  package init(host: Int, zoneLink: Int, total: Int, mibPerSecond: Int) {
    self.host = host
    self.zoneLink = zoneLink
    self.total = total
    self.mibPerSecond = mibPerSecond
  }
}
