import Fleet

/// What there is to mend in a cell.
struct Tasks {
  /// Movable guests that should not stay where they are, in the order of their ids.
  private(set) var movers: [Int] = []
  let moverSet: Set<Int>
  /// Required rules that are broken.
  let rules: [Int]
  /// Hosts to be relieved that are over their capacity.
  private(set) var overloaded: [Int] = []

  init(_ facts: CellFacts, _ violations: Violations) {
    for (id, guest) in facts.guests.enumerated() where guest.movable {
      if violations.isOnMaintenance(guest) || violations.isMisplaced(guest) { movers.append(id) }
    }
    moverSet = Set(movers)
    rules = violations.offenders.keys.sorted()
    for (id, host) in facts.hosts.enumerated() where host.relieve && host.isMeasured && !host.maintenance && host.isOver {
      overloaded.append(id)
    }
  }

  var isEmpty: Bool { movers.isEmpty && rules.isEmpty && overloaded.isEmpty }
}
