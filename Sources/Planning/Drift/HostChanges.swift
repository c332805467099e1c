package import Fleet

/// Which hosts are to be closed for their maintenance, and which that we closed are to be opened.
package enum HostChanges {
  /// `closingCells`: cells whose hypervisor can close a host. What somebody else closed is neither closed again nor ever opened.
  package static func needed(_ desired: DesiredFleet, _ seen: Observation, closingCells: Set<CellName>) -> [HostChange] {
    var admissions: [CellName: [HostName: HostObservation]] = [:]
    for cell in seen.cells where closingCells.contains(cell.name) {
      admissions[cell.name] = Dictionary(cell.hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    return desired.hosts.sorted { ($0.cell, $0.name) < ($1.cell, $1.name) }.compactMap { host in
      guard let observed = admissions[host.cell]?[host.name], observed.reachable else { return nil }
      switch (host.maintenance, observed.admission) {
      case (let maintenance?, .open):
        return HostChange(
          host: host.name, cell: host.cell, action: .close, text: maintenance.reason.map { "maintenance: \($0)" } ?? "maintenance",
          manifest: maintenance.location.pathAndLine)
      case (nil, .closedByUs): return HostChange(host: host.name, cell: host.cell, action: .open, text: "its maintenance has ended")
      default: return nil
      }
    }
  }
}
