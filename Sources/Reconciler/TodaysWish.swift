import Fleet

/// Whether today's manifests still want a move that an earlier run left open.
struct TodaysWish: Sendable {
  private let desired: DesiredFleet
  private let index: PolicyIndex
  private var hosts: [String: DesiredHost] = [:]

  init(_ desired: DesiredFleet) {
    self.desired = desired
    index = PolicyIndex(desired)
    for host in desired.hosts { hosts["\(host.cell)/\(host.name)"] = host }
  }

  /// Why the move is not to be begun, or gone on with, today; nil: it is.
  func objection(to move: Move) -> String? {
    guard let destination = hosts["\(move.cell)/\(move.to)"] else { return "no manifest names \(move.to) any more" }
    if destination.decommissioned { return "\(move.to) is decommissioned" }
    if destination.maintenance != nil { return "\(move.to) is in maintenance now" }
    let source = hosts["\(move.cell)/\(move.from)"]
    let leavesMaintenance = source?.maintenance != nil || source?.decommissioned == true
    guard let instance = index.instance(uuid: move.uuid, name: move.instance, cell: move.cell) else {
      let evacuates = desired.cells.first { $0.name == move.cell }?.unmanaged == .evacuate
      return evacuates && leavesMaintenance ? nil : "no manifest names \(move.instance) any more"
    }
    if let refusal = consent(instance.allowedModes, move.mode) { return refusal }
    if move.hop || leavesMaintenance { return nil }
    return place(instance, move, destination, source)
  }

  private func consent(_ allowed: AllowedModes, _ mode: MigrationMode) -> String? {
    let consents =
      switch mode {
      case .live: allowed.live
      case .block: allowed.block
      case .cold: allowed.cold
      case .offline: true
      }
    return consents ? nil : "its manifest does not allow \(mode.rawValue) any more"
  }

  private func place(_ instance: DesiredInstance, _ move: Move, _ destination: DesiredHost, _ source: DesiredHost?) -> String? {
    let belongsHere = source.map { instance.placement.includes($0) } ?? false
    if !instance.placement.includes(destination) { return "it does not belong on \(move.to)" }
    switch move.reason.kind {
    case .placement, .return: return belongsHere ? "it belongs on \(move.from), where it is" : nil
    case .maintenance: return belongsHere ? "\(move.from) is no longer in maintenance" : nil
    case .rule, .overload, .makeRoom, .hop: return nil
    }
  }
}
