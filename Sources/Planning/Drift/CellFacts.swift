import Fleet

/// One cell with dense ids in place of names: what drift, placement and schedule work on.
struct CellFacts: Equatable {
  let cell: DesiredCell
  let observation: CellObservation
  /// Sorted by name, so that a lower id is an earlier name.
  var hosts: [HostFacts] = []
  /// Everything that stands on a host, declared or not.
  var guests: [GuestFacts] = []
  /// Entry 0: anywhere.
  var placements: [PlacementFacts] = []
  var rules: [RuleFacts] = []
  /// Rules by guest; empty when the cell has no rules.
  var rulesOfGuest: [Int: [Int]] = [:]
  /// Declared instances of this cell, in the order of the manifests.
  var declared: [DeclaredFacts] = []
  /// Guests that no manifest names on hosts in maintenance.
  var strangers: [Int] = []
  var warnings: [String] = []
  /// Bytes that copies may take of each pool of each host.
  var poolRoom: [PoolKey: Int] = [:]

  struct PoolKey: Hashable {
    var host: Int
    var pool: StorageID
  }
}

/// A host as planning sees it.
struct HostFacts: Equatable {
  var name: HostName
  /// Index in `DesiredFleet.hosts`; nil: no manifest names it.
  var declared: Int?
  /// Index in the cell's observation; nil: not in it.
  var observed: Int?
  /// The flag of its manifest.
  var maintenance = false
  var reachable = false
  /// Gone for good, by the operator's own word.
  var decommissioned = false
  /// When it last answered, then EMPTY and in maintenance as now: it is off for that, as far as anybody can tell; nil: it is not so.
  var emptySince: Timestamp?
  /// May receive: declared, reachable, open, neither in maintenance nor leaving the fleet.
  var usable = false
  var relieve = false
  /// What is not known of its size; nil: nothing.
  var unmeasured: String?
  var memoryCapacity = 0
  var vcpuCapacity = 0
  /// Charged at the start.
  var memory = 0
  var vcpus = 0

  var isOver: Bool { memory > memoryCapacity || vcpus > vcpuCapacity }
  /// Its capacity is known and is to be heeded.
  var isMeasured: Bool { declared != nil && reachable && unmeasured == nil }
}

/// A guest as planning sees it.
struct GuestFacts: Equatable {
  /// Index in the cell's observation, or in `PlanningMemory.lastSeen` if `remembered`.
  var source: Int
  var remembered = false
  /// Index in `DesiredFleet.instances`; nil: no manifest names it.
  var declared: Int?
  var host: Int
  /// Further hosts that are charged for it because it may be there too.
  var alsoOn: [Int] = []
  /// Charged; an off guest is charged its disks only.
  var memory = 0
  var vcpus = 0
  var movable = false
  /// Index in `CellFacts.placements`.
  var placement = 0
}

/// Where an instance may be.
struct PlacementFacts: Equatable {
  /// The hosts its manifest names.
  var home = HostSet.all
  /// Where a move may leave it.
  var allowed = HostSet.all
  /// Where it may stop on the way.
  var hops = HostSet.all
  /// Every host its manifest names is in maintenance, so it goes elsewhere for the time being.
  var displaced = false
  var required = false
}

/// A declared instance and what was seen of it.
struct DeclaredFacts: Equatable {
  /// Index in `DesiredFleet.instances`.
  var index: Int
  /// Indices in the cell's observation.
  var observed: [Int]
  var bucket: Drift.Bucket
  /// Why it is in that bucket, where there is more to say than the bucket's name.
  var text: String
  /// Its guest; nil: it stands on no host.
  var guest: Int?
}

extension CellFacts {
  /// What hosts show and no manifest names, each guest once.
  var unmanaged: [InstanceName] {
    var seen: Set<InstanceUUID> = []
    return guests.filter { $0.declared == nil && !$0.remembered }.map { observation.instances[$0.source] }
      .filter { seen.insert($0.uuid).inserted }.map(\.name)
  }

  func observation(of guest: GuestFacts, _ input: PlanningInput) -> InstanceObservation {
    guest.remembered ? input.memory.lastSeen[guest.source].instance : observation.instances[guest.source]
  }

  func name(of guest: GuestFacts, _ input: PlanningInput) -> InstanceName {
    if let declared = guest.declared { return input.desired.instances[declared].name }
    return observation(of: guest, input).name
  }
}
