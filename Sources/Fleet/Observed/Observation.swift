/// What one look at all hosts showed; the snapshot file is this as JSON (schema: `reconcile schema snapshot`).
package struct Observation: Sendable, Equatable, Codable {
  package static let apiVersion = "reconcile/v1"

  package var apiVersion = Observation.apiVersion
  package var kind = "Observation"
  package var at: Timestamp
  /// Sorted by name.
  package var cells: [CellObservation]

  package init(at: Timestamp, cells: [CellObservation]) {
    self.at = at
    self.cells = cells
  }
}

/// What one look at a cell showed.
package struct CellObservation: Sendable, Equatable, Codable {
  package var name: CellName
  /// Every declared host, reachable or not, and every other host that a pool has; sorted by name.
  package var hosts: [HostObservation]
  /// One entry for each host that shows the uuid, so a doubled guest has two; sorted by uuid, then host.
  package var instances: [InstanceObservation]
  /// What the driver found lying about on hosts that answered; sorted by host, kind, then name. Not in JSON if empty.
  package var leftovers: [Leftover]
  /// Where a pool puts disks that nobody places; nil: the hypervisor knows no such thing, or did not answer.
  package var defaultStorage: DefaultStorage?
  /// What about its hypervisor an operator should know, a sentence each. Not in JSON if empty.
  package var notes: [String]

  package init(
    name: CellName, hosts: [HostObservation], instances: [InstanceObservation], leftovers: [Leftover] = [],
    defaultStorage: DefaultStorage? = nil, notes: [String] = []
  ) {
    self.name = name
    self.hosts = hosts
    self.instances = instances
    self.leftovers = leftovers
    self.defaultStorage = defaultStorage
    self.notes = notes
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(CellName.self, forKey: .name)
    hosts = try container.decode([HostObservation].self, forKey: .hosts)
    instances = try container.decode([InstanceObservation].self, forKey: .instances)
    leftovers = try container.decodeIfPresent([Leftover].self, forKey: .leftovers) ?? []
    defaultStorage = try container.decodeIfPresent(DefaultStorage.self, forKey: .defaultStorage)
    notes = try container.decodeIfPresent([String].self, forKey: .notes) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(hosts, forKey: .hosts)
    try container.encode(instances, forKey: .instances)
    if !leftovers.isEmpty { try container.encode(leftovers, forKey: .leftovers) }
    try container.encodeIfPresent(defaultStorage, forKey: .defaultStorage)
    if !notes.isEmpty { try container.encode(notes, forKey: .notes) }
  }

  private enum CodingKeys: String, CodingKey { case name, hosts, instances, leftovers, defaultStorage, notes }
}

/// The storage that a pool takes for new disks.
package struct DefaultStorage: Sendable, Equatable, Codable {
  /// nil: the pool has none.
  package var id: StorageID?
  package var shared: Bool

  package init(id: StorageID?, shared: Bool) {
    self.id = id
    self.shared = shared
  }
}
