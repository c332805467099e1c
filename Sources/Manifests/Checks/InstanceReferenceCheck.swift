import Fleet

/// What Instances name: their cell, their policy, the hosts they belong on.
enum InstanceReferenceCheck {
  static func run(_ index: inout FleetIndex, _ diagnostics: inout DiagnosticList) {
    let onlyCell = index.declarations.cells.count == 1 ? index.declarations.cells.first?.cell.name : nil
    for position in index.declarations.instances.indices {
      if let onlyCell, !index.declarations.instances[position].cellIsGiven {
        index.declarations.instances[position].instance.cell = onlyCell
      }
      if isFine(index.declarations.instances[position], index) { continue }
      let declared = index.declarations.instances[position]
      let path = declared.instance.location.path
      if let cell = declared.cell {
        if index.cells[cell.name] == nil { index.unknown(.cell, cell, path: path, &diagnostics) }
      } else if !declared.cellIsGiven, onlyCell == nil {
        missingCell(declared.instance, index, &diagnostics)
      }
      if let policy = declared.policy, index.policies[policy.name] == nil {
        index.unknown(.migrationPolicy, policy, path: path, &diagnostics)
      }
      for host in declared.hosts { check(host, of: declared, &index, &diagnostics) }
    }
  }

  /// True if everything the instance names is there; almost all are, so it is asked first.
  private static func isFine(_ declared: DeclaredInstance, _ index: FleetIndex) -> Bool {
    let cell = declared.instance.cell
    guard index.cells[cell.rawValue] != nil else { return false }
    if let policy = declared.policy, index.policies[policy.name] == nil { return false }
    return declared.hosts.allSatisfy { reference in
      index.hosts[reference.name].map { index.declarations.hosts[$0].host.cell == cell } ?? false
    }
  }

  private static func missingCell(_ instance: DesiredInstance, _ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let cells = index.declarations.cells
    guard !cells.isEmpty || index.declarations.unread.isEmpty else { return }
    let found = cells.isEmpty ? "the fleet has no Cell" : "the fleet has \(cells.count) cells"
    diagnostics.error(
      "Instance '\(instance.name)' names no 'cell', and \(found)", at: instance.location,
      hint: "add cell: \(cells.first?.cell.name.rawValue ?? "east") under spec\(cells.isEmpty ? ", and declare that Cell" : "")")
  }

  private static func check(
    _ reference: Reference, of declared: DeclaredInstance, _ index: inout FleetIndex, _ diagnostics: inout DiagnosticList
  ) {
    guard let host = index.host(reference.name) else {
      return index.unknown(.host, reference, path: declared.instance.location.path, &diagnostics)
    }
    let cell = declared.instance.cell.rawValue
    guard let other = host.cell?.name, !cell.isEmpty, other != cell else { return }
    diagnostics.error(
      "Host '\(reference.name)' is in cell '\(other)', Instance '\(declared.instance.name)' in '\(cell)'",
      at: SourceLocation(declared.instance.location.path, reference.mark), hint: "no migration leaves a cell: name a host of '\(cell)'")
  }
}
