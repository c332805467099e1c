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
  package var storages: [StorageObservation]
  package var networks: [String]
  /// Volumes beside the disks of the guests defined here: retired sources, copies on their way, leftovers.
  package var volumes: [SimulatedVolume]

  package init(
    name: HostName, reachable: Bool = true, unreachableReason: String? = nil, admission: HostObservation.Admission = .open,
    memoryBytes: Int, cpus: Int = 32, cpuModel: String = "", storages: [StorageObservation] = [], networks: [String] = [],
    volumes: [SimulatedVolume] = []
  ) {
    self.name = name
    self.reachable = reachable
    self.unreachableReason = unreachableReason
    self.admission = admission
    self.memoryBytes = memoryBytes
    self.cpus = cpus
    self.cpuModel = cpuModel
    self.storages = storages
    self.networks = networks
    self.volumes = volumes
  }

  func storage(_ id: StorageID?) -> StorageObservation? { id.flatMap { id in storages.first { $0.id == id } } }
  func hasVolume(_ pool: StorageID, _ uuid: InstanceUUID, _ target: String) -> Bool {
    volumes.contains { $0.pool == pool && $0.uuid == uuid && $0.target == target }
  }
}
