import Fleet

extension DesiredFleet {
  /// The fleet of declarations that passed all checks; nil if there is no Fleet document.
  init?(_ declarations: Declarations) {
    guard let fleet = declarations.fleets.first else { return nil }
    let xenCells = Set(declarations.cells.map(\.cell).filter { $0.connection.hypervisor == "xenapi" }.map(\.name))
    self.init(
      name: fleet.name,
      cells: declarations.cells.map(\.cell).sortedUnlessSorted(by: \.name),
      hosts: declarations.hosts.map { declared in
        var host = declared.host
        guard xenCells.contains(host.cell) else { return host }
        if host.connection == nil { host.connection = host.name.rawValue }
        // A pool says what is left for guests: its own domain and what the hypervisor takes are off already.
        if !declared.reservedMemoryIsGiven { host.capacity.reservedMemoryBytes = 0 }
        return host
      }.sortedUnlessSorted(by: \.name),
      instances: declarations.instances.map(\.instance).sortedUnlessSorted(by: \.name),
      rules: declarations.rules.map(\.rule).sortedUnlessSorted(by: \.name),
      policies: declarations.policies.sortedUnlessSorted(by: \.name), location: fleet.location)
  }
}

extension Array {
  /// Sorted; a large fleet is mostly written in order already, which one look over it shows.
  fileprivate func sortedUnlessSorted(by key: (Element) -> some Comparable) -> [Element] {
    zip(self, dropFirst()).allSatisfy { key($0) <= key($1) } ? self : sorted { key($0) < key($1) }
  }
}
