/// What one look at a host showed; all but the name is zero or empty if it did not answer.
package struct HostObservation: Sendable, Equatable, Codable {
  package enum Admission: String, Sendable, Codable {
    case open
    /// Disabled by someone else: gets nothing and is not drained.
    case closed
    /// Closed by us for maintenance, and ours to open.
    case closedByUs
  }

  package var name: HostName
  package var reachable: Bool
  /// Why it did not answer; nil if it did.
  package var unreachableReason: String?
  /// True: it cannot answer, for it is not in the pool that its cell is; nil: it is, or there are no pools.
  package var isOutsidePool: Bool?
  /// True: its pool has it and no manifest names it; nil: one does.
  package var isUndeclared: Bool?
  package var admission: Admission
  /// What its hypervisor does not say of its size (a sentence): its numbers below are no measurements, so that nothing is placed there and
  /// nothing is concluded from its load; nil: it says all.
  package var unmeasured: String?
  package var memoryBytes: Int
  package var cpus: Int
  package var cpuModel: String
  /// CPU models of guests it was shown to run beside its own, sorted; nil: only its own.
  package var offeredCPUModels: [String]?
  /// Sorted by id.
  package var storages: [StorageObservation]
  /// Names of networks or bridges, sorted.
  package var networks: [String]
  /// What its hypervisor calls the machine, whatever its name (libvirt: the host's UUID, XenAPI: the host's uuid); nil: it tells none.
  package var machineUUID: String?
  /// Instances that its hypervisor would not have there; nil: it was not asked, or refused none.
  package var refusals: [InstanceUUID: HostRefusal]?

  package init(
    name: HostName, reachable: Bool = true, unreachableReason: String? = nil, isOutsidePool: Bool? = nil, isUndeclared: Bool? = nil,
    admission: Admission = .open,
    unmeasured: String? = nil, memoryBytes: Int = 0, cpus: Int = 0, cpuModel: String = "", offeredCPUModels: [String]? = nil,
    storages: [StorageObservation] = [],
    networks: [String] = [], machineUUID: String? = nil
  ) {
    self.name = name
    self.reachable = reachable
    self.unreachableReason = unreachableReason
    self.isOutsidePool = isOutsidePool
    self.isUndeclared = isUndeclared
    self.admission = admission
    self.unmeasured = unmeasured
    self.memoryBytes = memoryBytes
    self.cpus = cpus
    self.cpuModel = cpuModel
    self.offeredCPUModels = offeredCPUModels
    self.storages = storages
    self.networks = networks
    self.machineUUID = machineUUID
  }

  /// Whether a guest that needs `model` of its host can run here; nil needs nothing.
  package func runs(cpuModel model: String?) -> Bool {
    guard let model else { return true }
    return model == cpuModel || offeredCPUModels?.contains(model) == true
  }
}

/// A storage (pool, SR) as one host sees it.
package struct StorageObservation: Sendable, Equatable, Codable {
  package var id: StorageID
  /// What proves that two hosts see the same storage (network source, token); nil: not proved.
  package var identity: String?
  /// True: proved shared under `identity`; false: proved to be another storage than any that is proved; nil: unknown, never treated as
  /// shared, and nothing is copied to it.
  package var shared: Bool?
  /// What a proof must have been made for (pool uuid, type, target path); nil: it needs none, or none can be had.
  package var source: String?
  /// True: disks are copied from and to it only where the manifest names the pool to copy to; nil: wherever it is local.
  package var needsNaming: Bool?
  /// A gauge: left out of the fingerprint.
  package var freeBytes: Int

  package init(
    id: StorageID, identity: String? = nil, shared: Bool?, source: String? = nil, needsNaming: Bool? = nil, freeBytes: Int
  ) {
    self.id = id
    self.identity = identity
    self.shared = shared
    self.source = source
    self.needsNaming = needsNaming
    self.freeBytes = freeBytes
  }

  /// It could be proved shared or local, and is not.
  package var needsProof: Bool { shared == nil && source != nil }
}
