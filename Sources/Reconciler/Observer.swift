package import Fleet
package import Hypervisor

/// Looks at every cell at once.
package enum Observer {
  /// How long a host may take to answer.
  package static let hostDeadline = Deadline(milliseconds: 20_000)

  /// `likelyOff`: hosts in maintenance that were EMPTY when they last answered; nobody waits long for them.
  package static func observe(
    _ hypervisors: [CellName: any Hypervisor], at now: Timestamp, likelyOff: [CellName: Set<HostName>] = [:]
  ) async -> Observation {
    let before = CrashNote.doing("looking at the hosts")
    defer { CrashNote.goBack(to: before) }
    let cells = await withTaskGroup(of: CellObservation.self) { group in
      for (cell, hypervisor) in hypervisors {
        group.addTask {
          let seen = await hypervisor.observe(deadline: hostDeadline, likelyOff: likelyOff[cell] ?? [])
          if let told = HostHearing.told { for host in seen.hosts { told(host.name, host.reachable ? nil : host.unreachableReason ?? "") } }
          return seen
        }
      }
      var cells: [CellObservation] = []
      for await cell in group { cells.append(cell) }
      return cells
    }
    return FactBounds.bounded(Observation(at: now, cells: cells.sorted { $0.name < $1.name }))
  }
}
