import Fleet

/// Placements that no host can satisfy, or none at present.
enum PlacementCheck {
  static func run(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let hosts = Dictionary(grouping: index.declarations.hosts, by: { $0.host.cell })
    var selected: [Selection: [DesiredHost]] = [:]
    for declared in index.declarations.instances {
      guard let placement = declared.placement else { continue }
      let instance = declared.instance
      var allowed: [DesiredHost] = []
      switch instance.placement {
      case .anywhere: continue
      case .host, .anyOf: allowed = declared.hosts.compactMap { index.host($0.name)?.host }
      case .hosts(let labels):
        let selection = Selection(cell: instance.cell, labels: labels)
        if let known = selected[selection] {
          allowed = known
        } else {
          allowed = (hosts[instance.cell] ?? []).map(\.host).filter { labels.selects($0.labels) }
          selected[selection] = allowed
        }
        if allowed.isEmpty { selectsNothing(instance, labels, index, &diagnostics) }
      }
      warnOfRepeats(declared, &diagnostics)
      if instance.required, !allowed.isEmpty, allowed.allSatisfy({ $0.maintenance != nil }) {
        warnOfMaintenance(instance, allowed, SourceLocation(instance.location.path, placement), &diagnostics)
      }
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

  private static func warnOfMaintenance(
    _ instance: DesiredInstance, _ hosts: [DesiredHost], _ place: SourceLocation, _ diagnostics: inout DiagnosticList
  ) {
    let flag = hosts[0].maintenance?.location ?? hosts[0].location
    let what = hosts.count == 1 ? "Host '\(hosts[0].name)', which is in maintenance" : "\(hosts.count) hosts, which are all in maintenance"
    diagnostics.warning(
      "Instance '\(instance.name)' is required on \(what)", at: place,
      hint: "it stays there and the host is not emptied; remove required: true, or the maintenance at \(flag)")
  }

  /// Labels as a manifest writes them, in the order of their keys.
  static func text(_ labels: [String: String]) -> String {
    "{\(labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
  }
}
