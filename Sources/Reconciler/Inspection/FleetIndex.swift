import Fleet
import Planning

/// Where in a fleet's observation, drift and plan a host or a guest is spoken of, so that a look at every host stays linear.
struct FleetIndex: Sendable {
  struct HostKey: Hashable, Sendable {
    var cell: CellName
    var host: HostName
  }
  struct GuestKey: Hashable, Sendable {
    var cell: CellName
    var uuid: InstanceUUID
  }

  /// What each host shows, sorted by name.
  let guests: [HostKey: [InstanceObservation]]
  /// Running guests on no host, and not understood; a guest on a host that no manifest names is none.
  let strays: [CellName: Int]
  /// What each host that does not answer showed last, sorted by name.
  let lastSeen: [HostKey: [InstanceObservation]]
  /// In `Drift.items`.
  let items: [GuestKey: Int]
  /// In `Plan.moves`: where a guest ends.
  let lastMoves: [GuestKey: Int]
  /// In `Plan.blocked`.
  let blocked: [InstanceName: [Int]]

  init(_ input: PlanningInput, _ drift: Drift, _ plan: Plan) {
    guests = Self.byHost(input.observation.cells.flatMap { cell in cell.instances.map { (cell.name, $0) } })
    strays = Dictionary(
      input.observation.cells.map { cell in (cell.name, cell.instances.count { $0.power.isActive && $0.host == nil && $0.busy }) },
      uniquingKeysWith: +)
    lastSeen = Self.byHost(input.memory.lastSeen.map { ($0.cell, $0.instance) })
    var remembered: [CellName: [InstanceName: InstanceUUID]] = [:]
    for seen in input.memory.lastSeen { remembered[seen.cell, default: [:]][seen.instance.name] = seen.instance.uuid }
    var items: [GuestKey: Int] = [:]
    for (index, item) in drift.items.enumerated() {
      for observation in item.observations { items[GuestKey(cell: item.instance.cell, uuid: observation.uuid)] = index }
      // What no host shows now is known by what its host, which does not answer, showed last.
      guard item.observations.isEmpty else { continue }
      let uuid = item.instance.uuid ?? remembered[item.instance.cell]?[item.instance.name]
      if let uuid { items[GuestKey(cell: item.instance.cell, uuid: uuid)] = index }
    }
    self.items = items
    lastMoves = Dictionary(
      plan.moves.enumerated().map { (GuestKey(cell: $1.cell, uuid: $1.uuid), $0) }, uniquingKeysWith: { _, later in later })
    var blocked: [InstanceName: [Int]] = [:]
    for (index, item) in plan.blocked.enumerated() {
      if let name = item.instance { blocked[name, default: []].append(index) }
    }
    self.blocked = blocked
  }

  private static func byHost(_ guests: [(cell: CellName, guest: InstanceObservation)]) -> [HostKey: [InstanceObservation]] {
    var found: [HostKey: [InstanceObservation]] = [:]
    for (cell, guest) in guests {
      if let host = guest.host { found[HostKey(cell: cell, host: host), default: []].append(guest) }
    }
    return found.mapValues { $0.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) } }
  }
}
