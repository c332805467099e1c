import Fleet

/// Members of a required rule whose placements pin them to hosts that break it.
enum PinnedMembersCheck {
  static func run(_ rule: PlacementRule, _ members: [PinnedMember], _ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    var pinned: [CellName: [(instance: InstanceName, unit: String)]] = [:]
    for member in members {
      let host = index.declarations.hosts[member.host].host
      let unit: String? =
        switch rule.across {
        case .host: host.name.rawValue
        case .label(let label): host.labels[label]
        }
      if let unit { pinned[member.cell, default: []].append((member.instance, unit)) }
    }
    for (_, pins) in pinned.sorted(by: { $0.key < $1.key }) {
      switch rule.kind {
      case .together: checkTogether(rule, pins, &diagnostics)
      case .separate(let maximum): checkSeparate(rule, maximum, pins, &diagnostics)
      case .spread: break
      }
    }
  }

  private static func checkTogether(
    _ rule: PlacementRule, _ pins: [(instance: InstanceName, unit: String)], _ diagnostics: inout DiagnosticList
  ) {
    guard let first = pins.first, let other = pins.first(where: { $0.unit != first.unit }) else { return }
    diagnostics.warning(
      "PlacementRule '\(rule.name)' wants its instances on one \(rule.across.unit), their placements pin '\(first.instance)' to "
        + "'\(first.unit)' and '\(other.instance)' to '\(other.unit)'",
      at: rule.location, hint: "change one of the placements; until then one of rule and placements stays broken")
  }

  private static func checkSeparate(
    _ rule: PlacementRule, _ maximum: Int, _ pins: [(instance: InstanceName, unit: String)], _ diagnostics: inout DiagnosticList
  ) {
    let crowded = Dictionary(grouping: pins, by: \.unit).filter { $0.value.count > maximum }
    for (unit, pins) in crowded.sorted(by: { $0.key < $1.key }) {
      diagnostics.warning(
        "PlacementRule '\(rule.name)' allows \(maximum) on one \(rule.across.unit), placements pin \(pins.count) to '\(unit)', such as "
          + "'\(pins[0].instance)' and '\(pins[1].instance)'",
        at: rule.location, hint: "change their placements; until then one of rule and placements stays broken")
    }
  }
}
