/// A hypervisor's own word that a host would not take an instance, asked after planning and heeded by the next plan.
package struct HostRefusal: Sendable, Equatable, Codable {
  package var cell: CellName
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var host: HostName
  /// It concerns the instance while it runs: a reboot may take it there.
  package var onlineOnly: Bool
  /// The hypervisor's words.
  package var text: String

  package init(cell: CellName, instance: InstanceName, uuid: InstanceUUID, host: HostName, onlineOnly: Bool, text: String) {
    self.cell = cell
    self.instance = instance
    self.uuid = uuid
    self.host = host
    self.onlineOnly = onlineOnly
    self.text = text
  }

  package func forbids(_ mode: MigrationMode) -> Bool { !onlineOnly || mode == .live || mode == .block }
}

extension Observation {
  /// The same look, with what its hypervisors refuse.
  package func heeding(_ refusals: [HostRefusal]) -> Observation {
    guard !refusals.isEmpty else { return self }
    var heeding = self
    for cell in heeding.cells.indices {
      for host in heeding.cells[cell].hosts.indices {
        let (name, place) = (heeding.cells[cell].name, heeding.cells[cell].hosts[host].name)
        for refusal in refusals where refusal.cell == name && refusal.host == place {
          // The firmer word stands.
          if heeding.cells[cell].hosts[host].refusals?[refusal.uuid]?.onlineOnly == false { continue }
          heeding.cells[cell].hosts[host].refusals = (heeding.cells[cell].hosts[host].refusals ?? [:]).merging([refusal.uuid: refusal]) {
            $1
          }
        }
      }
    }
    return heeding
  }
}
