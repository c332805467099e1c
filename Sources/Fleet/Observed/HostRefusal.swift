/// That a host would not take an instance: a hypervisor's own word, asked after planning and heeded by the next plan, or what is known before.
package struct HostRefusal: Sendable, Equatable, Codable {
  package enum Origin: String, Sendable, Codable {
    /// What both hosts show.
    case facts
    /// The last move there failed, and nothing has changed since.
    case earlierFailure
  }

  package var cell: CellName
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var host: HostName
  /// It concerns the instance while it runs: a reboot may take it there.
  package var onlineOnly: Bool
  /// The hypervisor's words, or a sentence of ours.
  package var text: String
  /// Nil: the hypervisor said so when it was asked.
  package var origin: Origin?

  package init(
    cell: CellName, instance: InstanceName, uuid: InstanceUUID, host: HostName, onlineOnly: Bool, text: String, origin: Origin? = nil
  ) {
    self.cell = cell
    self.instance = instance
    self.uuid = uuid
    self.host = host
    self.onlineOnly = onlineOnly
    self.text = text
    self.origin = origin
  }

  package func forbids(_ mode: MigrationMode) -> Bool { !onlineOnly || mode == .live || mode == .block }
}

extension Observation {
  /// The same look, with what its hypervisors refuse.
  package func heeding(_ refusals: [HostRefusal]) -> Observation {
    guard !refusals.isEmpty else { return self }
    var heeding = self
    var byHost: [CellName: [HostName: [HostRefusal]]] = [:]
    for refusal in refusals { byHost[refusal.cell, default: [:]][refusal.host, default: []].append(refusal) }
    for cell in heeding.cells.indices {
      guard let ours = byHost[heeding.cells[cell].name] else { continue }
      for host in heeding.cells[cell].hosts.indices {
        guard let more = ours[heeding.cells[cell].hosts[host].name] else { continue }
        var all = heeding.cells[cell].hosts[host].refusals ?? [:]
        // The firmer word stands.
        for refusal in more where all[refusal.uuid]?.onlineOnly != false { all[refusal.uuid] = refusal }
        heeding.cells[cell].hosts[host].refusals = all
      }
    }
    return heeding
  }
}
