import Fleet

/// Placements that no host can satisfy, or none at present.
enum PlacementCheck {
  static func run(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let hosts = Dictionary(grouping: index.declarations.hosts, by: { $0.host.cell })
    var selected: [Selection: [DesiredHost]] = [:]
    for position in index.declarations.instances.indices where index.declarations.instances[position].placement != nil {
      let declared = index.declarations.instances[position]
      guard case .hosts(let labels) = declared.instance.placement else {
        warnOfRepeats(declared, &diagnostics)
        if declared.instance.required { warnOfMaintenance(declared, declared.hosts.compactMap { index.host($0.name)?.host }, &diagnostics) }
        continue
      }
      let selection = Selection(cell: declared.instance.cell, labels: labels)
      let allowed = selected[selection] ?? (hosts[selection.cell] ?? []).map(\.host).filter { labels.selects($0.labels) }
      selected[selection] = allowed
      if allowed.isEmpty { selectsNothing(declared.instance, labels, index, &diagnostics) }
      if declared.instance.required { warnOfMaintenance(declared, allowed, &diagnostics) }
    }
  }

  private struct Selection: Hashable {
    let cell: CellName
    let labels: [String: String]
  }

  private static func selectsNothing(
    _ instance: DesiredInstance, _ labels: [String: String], _ index: FleetIndex, _ diagnostics: inout DiagnosticList
  ) {
    guard index.hostsAreComplete, index.cells[instance.cell.rawValue] != nil else { return }
    let elsewhere = index.declarations.hosts.first { labels.selects($0.host.labels) }?.host
    diagnostics.error(
      "no Host of cell '\(instance.cell)' has the labels \(text(labels))", at: instance.placementLocation,
      hint: elsewhere.map { "Host '\($0.name)' of cell '\($0.cell)' has them; no migration leaves a cell" }
        ?? "give them to a host under metadata: labels:, or select others")
  }

  private static func warnOfRepeats(_ declared: DeclaredInstance, _ diagnostics: inout DiagnosticList) {
    guard declared.hosts.count > 1 else { return }
    var seen: Set<String> = []
    for host in declared.hosts where !seen.insert(host.name).inserted {
      diagnostics.warning(
        "'anyOf' names Host '\(host.name)' twice", at: SourceLocation(declared.instance.location.path, host.mark), hint: "keep one")
    }
  }

  private static func warnOfMaintenance(_ declared: DeclaredInstance, _ hosts: [DesiredHost], _ diagnostics: inout DiagnosticList) {
    guard let first = hosts.first, hosts.allSatisfy({ $0.maintenance != nil }) else { return }
    let flag = first.maintenance?.location ?? first.location
    let what = hosts.count == 1 ? "Host '\(first.name)', which is in maintenance" : "\(hosts.count) hosts, which are all in maintenance"
    diagnostics.warning(
      "Instance '\(declared.instance.name)' is required on \(what)", at: declared.instance.placementLocation,
      hint: "it stays there and the host is not emptied; remove required: true, or the maintenance at \(flag)")
  }

  /// Labels as a manifest writes them, in the order of their keys.
  static func text(_ labels: [String: String]) -> String {
    "{\(labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
  }
}
