package import Fleet
package import Hypervisor

/// Looks at every cell at once.
package enum Observer {
  /// How long a host may take to answer.
  package static let hostDeadline = Deadline(milliseconds: 20_000)

  package static func observe(_ hypervisors: [CellName: any Hypervisor], at now: Timestamp) async -> Observation {
    let cells = await withTaskGroup(of: CellObservation.self) { group in
      for (_, hypervisor) in hypervisors { group.addTask { await hypervisor.observe(deadline: hostDeadline) } }
      var cells: [CellObservation] = []
      for await cell in group { cells.append(cell) }
      return cells
    }
    return Observation(at: now, cells: cells.sorted { $0.name < $1.name })
  }
}
