/// Which part of a plan is to be carried out; of each kind that is named one must fit, and a kind that is not named fits.
package struct PlanScope: Sendable, Equatable, Codable {
  package var cells: [CellName]
  /// Moves from and to these.
  package var hosts: [HostName]
  package var instances: [InstanceName]

  package init(cells: [CellName] = [], hosts: [HostName] = [], instances: [InstanceName] = []) {
    self.cells = cells
    self.hosts = hosts
    self.instances = instances
  }

  package var isWhole: Bool { cells.isEmpty && hosts.isEmpty && instances.isEmpty }

  /// `hosts` and `instance` of what is asked about; nil: it is about none, and what names one does not fit.
  package func contains(cell: CellName?, hosts: Set<HostName> = [], instance: InstanceName? = nil) -> Bool {
    (cells.isEmpty || cell.map(cells.contains) ?? false) && (self.hosts.isEmpty || !hosts.isDisjoint(with: self.hosts))
      && (instances.isEmpty || instance.map(instances.contains) ?? false)
  }

  package func contains(_ move: Move) -> Bool { contains(cell: move.cell, hosts: [move.from, move.to], instance: move.instance) }

  /// As the command line named it: `cell east, host hv1`.
  package var words: String {
    func list(_ kind: String, _ names: [String]) -> [String] {
      names.isEmpty ? [] : ["\(kind)\(names.count == 1 ? "" : "s") \(names.joined(separator: " or "))"]
    }
    return (list("cell", cells.map(\.rawValue)) + list("host", hosts.map(\.rawValue)) + list("instance", instances.map(\.rawValue)))
      .joined(separator: ", ")
  }
}

/// What was left out of a plan that was made whole and is carried out in part.
package struct PlanRest: Sendable, Equatable, Codable {
  package struct Companion: Sendable, Equatable, Codable {
    /// The id of a move outside the scope that comes along.
    package var move: String
    package var why: String

    package init(move: String, why: String) {
      self.move = move
      self.why = why
    }
  }

  package var scope: PlanScope
  package var companions: [Companion]
  package var moves: Int
  package var hostChanges: Int
  package var blocked: Int
  package var notInSync: Int

  package init(scope: PlanScope, companions: [Companion], moves: Int, hostChanges: Int, blocked: Int, notInSync: Int) {
    self.scope = scope
    self.companions = companions
    self.moves = moves
    self.hostChanges = hostChanges
    self.blocked = blocked
    self.notInSync = notInSync
  }
}
