import Fleet
import Manifests
import Planning
package import Reporting

/// Finds what a name means and all that is to be said of it.
package struct ExplainBuilder: Sendable {
  package enum Subject: Sendable {
    case instance(InstanceExplanation)
    case host(HostExplanation)
    /// Nothing has that name; the nearest names, at most a few.
    case unknown(nearest: [String])
  }

  static let nearestNamesMax = 3

  let view: FleetView

  package init(_ view: FleetView) { self.view = view }

  /// `name`: a host, an instance, `cell/instance` or a uuid.
  package func explain(_ name: String) -> Subject {
    if let host = view.input.desired.hosts.first(where: { $0.name.rawValue == name }) { return .host(explain(host)) }
    if let item = view.drift.items.first(where: { matches($0, name) }) { return .instance(explain(item)) }
    for cell in view.input.observation.cells {
      if let guest = cell.instances.first(where: { matches($0, in: cell.name, name) }) { return .instance(unmanaged(guest, cell)) }
    }
    return .unknown(nearest: nearest(to: name))
  }

  private func matches(_ item: Drift.Item, _ name: String) -> Bool {
    let instance = item.instance
    return instance.name.rawValue == name || "\(instance.cell)/\(instance.name)" == name || instance.uuid?.rawValue == name.lowercased()
      || item.observations.contains { $0.uuid.rawValue == name.lowercased() }
  }

  private func matches(_ guest: InstanceObservation, in cell: CellName, _ name: String) -> Bool {
    guest.name.rawValue == name || "\(cell)/\(guest.name)" == name || guest.uuid.rawValue == name.lowercased()
  }

  // MARK: an instance

  private func explain(_ item: Drift.Item) -> InstanceExplanation {
    let instance = item.instance
    // A manifest need not give the uuid; a host that does not answer showed it last.
    let lastSeen = view.input.memory.lastSeen.first {
      $0.cell == instance.cell && (instance.uuid == nil ? $0.instance.name == instance.name : $0.instance.uuid == instance.uuid)
    }
    let uuid = item.observations.first?.uuid ?? instance.uuid ?? lastSeen?.instance.uuid
    let moves = view.plan.moves.filter { $0.instance == instance.name && $0.cell == instance.cell }
    let blocked = view.plan.blocked.filter { $0.instance == instance.name && ($0.cell ?? instance.cell) == instance.cell }
    let memory = view.input.memory
    return InstanceExplanation(
      name: instance.name, cell: instance.cell, declared: DeclaredInstance(instance), observed: item.observations.map(ObservedCopy.init),
      observedAt: view.input.observation.at, lastSeenAt: lastSeen?.at,
      verdict: verdict(item, moves, blocked), verdictText: item.text,
      violations: item.violations.map { ExplainedViolation(kind: $0.kind, text: $0.text, manifest: $0.location?.pathAndLine) },
      moves: moves,
      blocked: blocked, rules: rules(item), hosts: hosts(item),
      displacedFrom: uuid.flatMap { memory.displacedFrom[$0] }.flatMap { isDisplaced(item, from: $0) ? $0 : nil },
      backOffUntil: uuid.flatMap { memory.backOff[$0] }, retiredDisks: memory.retiredDisks.filter { $0.uuid == uuid })
  }

  /// Only what belongs on a host that is in maintenance comes back to it; that the guest once left a host is no reason.
  private func isDisplaced(_ item: Drift.Item, from host: HostName) -> Bool {
    let instance = item.instance
    guard instance.placement != .anywhere,
      let home = view.input.desired.hosts.first(where: { $0.cell == instance.cell && $0.name == host })
    else { return false }
    return home.maintenance != nil && instance.placement.includes(home) && !item.observations.contains { $0.host == host }
  }

  private func verdict(_ item: Drift.Item, _ moves: [Move], _ blocked: [BlockedItem]) -> InstanceExplanation.Verdict {
    switch item.bucket {
    case .missing: .missing
    case .unknown: .unknown
    case .ambiguous: .ambiguous
    case .frozen: .frozen
    case .moving: .moving
    case .busy: .busy
    case .backingOff: .backingOff
    case .inSync, .violating: !moves.isEmpty ? .moves : (blocked.isEmpty && item.violations.isEmpty ? .inSync : .blocked)
    }
  }

  private func rules(_ item: Drift.Item) -> [ExplainedRule] {
    view.input.desired.rules.filter { $0.selector.selects(item.instance.labels) }.map { rule in
      let broken = item.brokenRules?.first { $0.location == rule.location }
      return ExplainedRule(rule, kept: item.brokenRules.map { _ in broken == nil }, text: broken?.text ?? "")
    }
  }

  private func unmanaged(_ guest: InstanceObservation, _ cell: CellObservation) -> InstanceExplanation {
    InstanceExplanation(
      name: guest.name, cell: cell.name, declared: nil, observed: cell.instances.filter { $0.uuid == guest.uuid }.map(ObservedCopy.init),
      observedAt: view.input.observation.at, verdict: .unmanaged,
      moves: view.plan.moves.filter { $0.uuid == guest.uuid && $0.cell == cell.name },
      blocked: view.plan.blocked.filter { $0.instance == guest.name && ($0.cell ?? cell.name) == cell.name })
  }

  // MARK: a host

  private func explain(_ host: DesiredHost) -> HostExplanation {
    let seen = view.input.observation.cells.first { $0.name == host.cell }?.hosts.first { $0.name == host.name }
    let guests =
      seen?.reachable == true ? view.guests(on: host.name, in: host.cell) : view.guestsLastSeen(on: host.name, in: host.cell)
    let names = Set(guests.map(\.name))
    return HostExplanation(
      name: host.name, declared: DeclaredHost(host, now: view.input.now), observed: seen, observedAt: view.input.observation.at,
      load: seen.flatMap { $0.reachable ? view.load(of: host, $0) : nil },
      guests: guests.map { ExplainedGuest($0, fate: view.fate(of: $0, in: host.cell)) },
      outgoing: view.plan.moves.filter { $0.from == host.name }, incoming: view.plan.moves.filter { $0.to == host.name },
      blocked: view.plan.blocked.filter { $0.host == host.name || ($0.cell == host.cell && $0.instance.map(names.contains) == true) },
      retiredDisks: view.input.memory.retiredDisks.filter { $0.host == host.name },
      settlesAt: Emptiness.settlesAt(host.name, view.lastLeftAt, view.input.now),
      emptySince: view.quietSince(host))
  }

  // MARK: no such name

  /// The name a typing error turns into it, then those that share the longest beginning with it.
  private func nearest(to name: String) -> [String] {
    let seen = view.input.observation.cells.flatMap { $0.instances.map(\.name.rawValue) }
    let names = Set(view.input.desired.hosts.map(\.name.rawValue) + view.input.desired.instances.map(\.name.rawValue) + seen).sorted()
    let typed = NearestName.of(name, in: names)
    func shared(_ other: String) -> Int { zip(name, other).prefix { $0 == $1 }.count }
    let close = names.filter { $0 != typed && shared($0) * 2 >= max(name.count, 1) }
    let ranked = (typed.map { [$0] } ?? []) + close.sorted { (-shared($0), $0) < (-shared($1), $1) }
    return Array(ranked.prefix(Self.nearestNamesMax))
  }
}
