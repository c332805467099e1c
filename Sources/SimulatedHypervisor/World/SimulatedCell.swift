package import Fleet

/// One simulated cell: its hosts, every copy of every guest, and the network between the hosts.
package struct SimulatedCell: Sendable, Equatable {
  package var name: CellName
  /// What one host's migration network carries each way; concurrent migrations share it evenly.
  package var linkBytesPerSecond: Int
  package var hosts: [SimulatedHost]
  /// One entry for each host that has a copy of the guest, whatever its state.
  package var instances: [SimulatedInstance]

  package init(
    name: CellName, linkBytesPerSecond: Int = 1_250_000_000, hosts: [SimulatedHost], instances: [SimulatedInstance] = []
  ) {
    self.name = name
    self.linkBytesPerSecond = linkBytesPerSecond
    self.hosts = hosts
    self.instances = instances
  }
}

extension SimulatedCell {
  package func host(_ name: HostName) -> SimulatedHost? { hosts.first { $0.name == name } }
  func hostIndex(_ name: HostName) -> Int? { hosts.firstIndex { $0.name == name } }
  func index(of uuid: InstanceUUID, on host: HostName) -> Int? {
    instances.firstIndex { $0.uuid == uuid && $0.host == host }
  }
  package func copy(of uuid: InstanceUUID, on host: HostName) -> SimulatedInstance? {
    instances.first { $0.uuid == uuid && $0.host == host }
  }
  package func copies(of uuid: InstanceUUID) -> [SimulatedInstance] { instances.filter { $0.uuid == uuid } }

  /// Memory that running, paused and arriving guests hold on a host: a migrating guest counts on both ends.
  package func chargedMemoryBytes(on host: HostName) -> Int {
    instances.reduce(0) { $1.host == host && $1.power.holdsMemory ? $0 + $1.memoryMaxBytes + $1.overheadBytes : $0 }
  }
  package func chargedVcpus(on host: HostName) -> Int {
    instances.reduce(0) { $1.host == host && $1.power.holdsMemory ? $0 + $1.vcpus : $0 }
  }

  /// Takes `bytes` from (or, negative, gives them back to) a storage, on every host that sees the same shared one.
  mutating func charge(_ bytes: Int, to pool: StorageID, on host: HostName) {
    guard let home = self.host(host), home.storage(pool) != nil else { return }
    let identity = home.trueIdentity(pool)
    for index in hosts.indices {
      for place in hosts[index].storages.indices {
        let other = hosts[index].storages[place]
        let same =
          hosts[index].name == host
          ? other.id == pool : identity != nil && hosts[index].trueIdentity(other.id) == identity
        if same { hosts[index].storages[place].freeBytes -= bytes }
      }
    }
  }

  mutating func remove(_ uuid: InstanceUUID, from host: HostName) {
    instances.removeAll { $0.uuid == uuid && $0.host == host }
  }
}
