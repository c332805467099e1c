package import Fleet

/// A simulated host, and the disk volumes on it that no definition there speaks of.
package struct SimulatedHost: Sendable, Equatable, Encodable {
  package var name: HostName
  package var reachable: Bool
  package var unreachableReason: String?
  package var admission: HostObservation.Admission
  package var memoryBytes: Int
  package var cpus: Int
  package var cpuModel: String
  package var offeredCPUModels: [String]?
  /// What its hypervisor calls the machine; nil: it tells none.
  package var machineUUID: String?
  package var storages: [StorageObservation]
  /// What a storage of unknown identity is in truth, by its id: what a proof finds out; nil: nothing but what `storages` says.
  package var realIdentities: [String: String]?
  package var networks: [String]
  /// Volumes beside the disks of the guests defined here: retired sources, copies on their way, leftovers.
  package var volumes: [SimulatedVolume]

  package init(
    name: HostName, reachable: Bool = true, unreachableReason: String? = nil, admission: HostObservation.Admission = .open,
    memoryBytes: Int, cpus: Int = 32, cpuModel: String = "", offeredCPUModels: [String]? = nil,
    storages: [StorageObservation] = [], realIdentities: [String: String]? = nil, networks: [String] = [], volumes: [SimulatedVolume] = []
  ) {
    self.name = name
    self.reachable = reachable
    self.unreachableReason = unreachableReason
    self.admission = admission
    self.memoryBytes = memoryBytes
    self.cpus = cpus
    self.cpuModel = cpuModel
    self.offeredCPUModels = offeredCPUModels
    self.storages = storages
    self.realIdentities = realIdentities
    self.networks = networks
    self.volumes = volumes
  }

  func storage(_ id: StorageID?) -> StorageObservation? { id.flatMap { id in storages.first { $0.id == id } } }
  /// What the storage is, whether or not anybody proved it; nil: local, or nobody knows.
  func trueIdentity(_ id: StorageID?) -> String? {
    guard let storage = storage(id) else { return nil }
    return realIdentities?[storage.id.rawValue] ?? (storage.shared == true ? storage.identity : nil)
  }
  func hasVolume(_ pool: StorageID, _ uuid: InstanceUUID, _ target: String) -> Bool {
    volumes.contains { $0.pool == pool && $0.uuid == uuid && $0.target == target }
  }
}
