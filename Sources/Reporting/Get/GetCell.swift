package import Fleet

/// A cell in a list.
package struct GetCell: GetItem {
  package var name: CellName
  /// `libvirt`, `xenapi` or `simulated`.
  package var hypervisor: String
  /// Declared hosts.
  package var hosts: Int
  /// Hosts that answered; nil: nothing was observed yet.
  package var reachableHosts: Int?
  /// Declared hosts in maintenance.
  package var inMaintenance: Int
  /// Declared instances.
  package var instances: Int
  /// Declared instances that need nothing; nil: nothing was observed yet.
  package var inSync: Int?
  /// Guests that hosts which answered show, declared or not; nil: nothing was observed yet.
  package var guests: Int?
  package var observedAt: Timestamp?
  package var labels: [String: String]
  /// `path:line`.
  package var manifest: String

  package init(
    _ cell: DesiredCell, hosts: Int, inMaintenance: Int, instances: Int, observedAt: Timestamp? = nil, reachableHosts: Int? = nil,
    inSync: Int? = nil, guests: Int? = nil
  ) {
    name = cell.name
    hypervisor = cell.connection.hypervisor
    self.hosts = hosts
    self.reachableHosts = reachableHosts
    self.inMaintenance = inMaintenance
    self.instances = instances
    self.inSync = inSync
    self.guests = guests
    self.observedAt = observedAt
    labels = cell.labels
    manifest = cell.location.pathAndLine
  }
}

extension GetCell {
  package static var getKind: GetKind { .cells }
  package var title: String { name.rawValue }
  package var aliases: [String] { [] }
  package var cellNames: [CellName] { [name] }

  package static var columns: [GetColumn<GetCell>] {
    [
      GetColumn(header: "NAME") { cell, _ in .word(cell.name.rawValue, .strong) },
      GetColumn(header: "HYPERVISOR") { cell, _ in .word(cell.hypervisor) },
      GetColumn(header: "HOSTS", alignment: .trailing) { cell, _ in .count(cell.hosts) },
      GetColumn(header: "ANSWERED", alignment: .trailing) { cell, _ in .count(cell.reachableHosts) },
      GetColumn(header: "MAINTENANCE", alignment: .trailing) { cell, _ in .count(cell.inMaintenance) },
      GetColumn(header: "INSTANCES", alignment: .trailing) { cell, _ in .count(cell.instances) },
      GetColumn(header: "IN-SYNC", alignment: .trailing) { cell, _ in .count(cell.inSync) },
      GetColumn(header: "GUESTS", alignment: .trailing, isWide: true) { cell, _ in .count(cell.guests) },
      GetColumn(header: "OBSERVED", isWide: true) { cell, now in .time(cell.observedAt, now) },
      GetColumn(header: "LABELS", isWide: true) { cell, _ in .labels(cell.labels) },
    ]
  }
}
