package import Fleet

/// Takes from a whole plan the part that is to be carried out.
package enum PlanNarrowing {
  /// Moves that are tried one by one to come along in a cell; beyond, all of the cell's do.
  static let triedMax = 64

  /// The plan with the moves of `scope`, and those that must come along: what they come after, the rest of a guest's own way, and what else
  /// keeps a rule or a room from being worse at the end than it is now. The proof stays that of the whole.
  ///
  /// `plan` is whole and checked against `input`.
  package static func narrow(_ plan: Plan, to scope: PlanScope, _ input: PlanningInput) -> Plan {
    guard !scope.isWhole else { return plan }
    var chosen = Set(plan.moves.filter(scope.contains).map(\.id))
    var companions: [PlanRest.Companion] = []
    let cells = PlanChecker.cells(plan, input)
    for cell in cells where cell.moves.contains(where: { chosen.contains($0.id) }) {
      var search = CompanionSearch(cell, input, chosen: chosen.intersection(cell.moves.map(\.id)))
      search.run()
      chosen.formUnion(search.chosen)
      companions += search.companions
    }
    let hosts = Set(plan.moves.filter { chosen.contains($0.id) }.flatMap { [$0.from, $0.to] })
    var part = plan
    part.moves = plan.moves.filter { chosen.contains($0.id) }
    let changes = (plan.hostChanges ?? []).filter { hosts.contains($0.host) || scope.contains(cell: $0.cell, hosts: [$0.host]) }
    part.hostChanges = changes.isEmpty ? nil : changes
    let left = Set(plan.moves.filter { !chosen.contains($0.id) }.map(\.from))
    let emptied = (plan.emptied ?? []).filter { hosts.contains($0.host) && !left.contains($0.host) }
    part.emptied = emptied.isEmpty ? nil : emptied
    part.blocked = plan.blocked.filter { item in
      guard item.host != nil || item.instance != nil else { return concerns(item.cell, scope, input) }
      return scope.contains(cell: item.cell, hosts: item.host.map { [$0] } ?? [], instance: item.instance)
    }
    let inside = names(in: scope, input)
    part.notInSync = plan.notInSync.filter(inside.contains)
    part.rest = PlanRest(
      scope: scope, companions: companions.sorted { position(of: $0.move, plan) < position(of: $1.move, plan) },
      moves: plan.moves.count - part.moves.count, hostChanges: (plan.hostChanges?.count ?? 0) - changes.count,
      blocked: plan.blocked.count - part.blocked.count, notInSync: plan.notInSync.count - part.notInSync.count)
    return part
  }

  /// What is said of a cell as a whole, such as that it needs too many moves, is said of each part of it.
  private static func concerns(_ cell: CellName?, _ scope: PlanScope, _ input: PlanningInput) -> Bool {
    guard let cell else { return true }
    let desired = input.desired
    return (scope.cells.isEmpty || scope.cells.contains(cell))
      && (scope.hosts.isEmpty || desired.hosts.contains { $0.cell == cell && scope.hosts.contains($0.name) })
      && (scope.instances.isEmpty || desired.instances.contains { $0.cell == cell && scope.instances.contains($0.name) })
  }

  /// Declared instances of the scope, by where they are shown now or were shown last.
  package static func names(in scope: PlanScope, _ input: PlanningInput) -> Set<InstanceName> {
    var hosts: [InstanceName: Set<HostName>] = [:]
    for cell in input.observation.cells {
      for guest in cell.instances { hosts[guest.name, default: []].formUnion(guest.host.map { [$0] } ?? []) }
    }
    for seen in input.memory.lastSeen { hosts[seen.instance.name, default: []].formUnion(seen.instance.host.map { [$0] } ?? []) }
    return Set(
      input.desired.instances.filter { scope.contains(cell: $0.cell, hosts: hosts[$0.name] ?? [], instance: $0.name) }.map(\.name))
  }

  private static func position(of id: String, _ plan: Plan) -> Int { plan.moves.firstIndex { $0.id == id } ?? plan.moves.count }
}

extension NotInSync {
  func filter(_ isWanted: (InstanceName) -> Bool) -> NotInSync {
    NotInSync(
      missing: missing.filter(isWanted), unknown: unknown.filter(isWanted), ambiguous: ambiguous.filter(isWanted),
      frozen: frozen.filter(isWanted), busy: busy.filter(isWanted), backingOff: backingOff.filter(isWanted))
  }
}
