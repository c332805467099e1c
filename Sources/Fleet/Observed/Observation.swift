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
  /// Every declared host, reachable or not; sorted by name.
  package var hosts: [HostObservation]
  /// One entry for each host that shows the uuid, so a doubled guest has two; sorted by uuid, then host.
  package var instances: [InstanceObservation]

  package init(name: CellName, hosts: [HostObservation], instances: [InstanceObservation]) {
    self.name = name
    self.hosts = hosts
    self.instances = instances
  }
}
