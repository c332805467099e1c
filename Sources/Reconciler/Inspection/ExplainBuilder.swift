import Fleet
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

  private let view: FleetView

  package init(_ view: FleetView) { self.view = view }

  /// `name`: a host, an instance, `cell/instance` or a uuid.
  package func explain(_ name: String) -> Subject {
    if let host = view.input.desired.hosts.first(where: { $0.name.rawValue == name }) { return .host(explain(host)) }
    if let item = view.drift.items.first(where: { matches($0, name) }) { return .instance(explain(item)) }
    for cell in view.input.observation.cells {
      if let guest = cell.instances.first(where: { $0.name.rawValue == name || $0.uuid.rawValue == name }) {
        return .instance(unmanaged(guest, cell.name))
      }
    }
    return .unknown(nearest: nearest(to: name))
  }

  private func matches(_ item: Drift.Item, _ name: String) -> Bool {
    let instance = item.instance
    return instance.name.rawValue == name || "\(instance.cell)/\(instance.name)" == name || instance.uuid?.rawValue == name.lowercased()
      || item.observations.contains { $0.uuid.rawValue == name.lowercased() }
  }

  // MARK: an instance

  private func explain(_ item: Drift.Item) -> InstanceExplanation {
    let instance = item.instance
    let uuid = item.observations.first?.uuid ?? instance.uuid
    let moves = view.plan.moves.filter { $0.instance == instance.name && $0.cell == instance.cell }
    let blocked = view.plan.blocked.filter { $0.instance == instance.name && ($0.cell ?? instance.cell) == instance.cell }
    let memory = view.input.memory
    return InstanceExplanation(
      name: instance.name, cell: instance.cell, declared: DeclaredInstance(instance), observed: item.observations.map(ObservedCopy.init),
      observedAt: view.input.observation.at, lastSeenAt: memory.lastSeen.first { $0.instance.uuid == uuid }?.at,
      verdict: verdict(item, moves, blocked), verdictText: item.text,
      violations: item.violations.map { ExplainedViolation(kind: $0.kind, text: $0.text, manifest: $0.location?.pathAndLine) },
      moves: moves,
      blocked: blocked, rules: rules(item), hosts: hosts(item), displacedFrom: uuid.flatMap { memory.displacedFrom[$0] },
      backOffUntil: uuid.flatMap { memory.backOff[$0] }, retiredDisks: memory.retiredDisks.filter { $0.uuid == uuid })
  }

  private func verdict(_ item: Drift.Item, _ moves: [Move], _ blocked: [BlockedItem]) -> InstanceExplanation.Verdict {
    switch item.bucket {
    case .missing: .missing
    case .unknown: .unknown
    case .ambiguous: .ambiguous
    case .frozen: .frozen
    case .busy: .busy
    case .backingOff: .backingOff
    case .inSync, .violating: !moves.isEmpty ? .moves : (blocked.isEmpty && item.violations.isEmpty ? .inSync : .blocked)
    }
  }

  private func rules(_ item: Drift.Item) -> [ExplainedRule] {
    view.input.desired.rules.filter { $0.selector.selects(item.instance.labels) }.map { rule in
      let broken = item.violations.first { $0.kind == .rule && $0.location == rule.location }
      return ExplainedRule(rule, kept: broken == nil, text: broken?.text ?? "")
    }
  }

  /// Every host of its cell: it is there, it could go there, or why not, as far as one host alone decides it.
  private func hosts(_ item: Drift.Item) -> [ExplainedHost] {
    let desired = view.input.desired
    guard let cell = desired.cells.first(where: { $0.name == item.instance.cell }),
      let seen = view.input.observation.cells.first(where: { $0.name == cell.name }), item.observations.count == 1,
      let guest = item.observations.first, let source = seen.hosts.first(where: { $0.name == guest.host })
    else { return [] }
    let terms = MoveTerms(declared: item.instance, policy: desired.policy(for: item.instance), cell: cell)
    return desired.hosts.filter { $0.cell == cell.name }.map { declared in
      guard let target = seen.hosts.first(where: { $0.name == declared.name }) else {
        return ExplainedHost(host: declared.name, possible: false, text: "never observed")
      }
      if target.name == source.name { return ExplainedHost(host: declared.name, possible: true, text: "it is here") }
      if let objection = objection(declared, target, guest, cell.name) {
        return ExplainedHost(host: declared.name, possible: false, text: objection)
      }
      switch MoveFeasibility.option(for: guest, from: source, to: target, terms: terms) {
      case .success(let option):
        let note = option.mode == .cold ? "by a reboot" : ""
        return ExplainedHost(host: declared.name, possible: true, mode: option.mode, text: note)
      case .failure(let refusal): return ExplainedHost(host: declared.name, possible: false, text: refusal.text)
      }
    }
  }

  private func objection(_ declared: DesiredHost, _ target: HostObservation, _ guest: InstanceObservation, _ cell: CellName) -> String? {
    if !target.reachable { return "does not answer\(target.unreachableReason.map { ": \($0)" } ?? "")" }
    if declared.maintenance != nil { return "is in maintenance (\(declared.maintenance?.location.pathAndLine ?? ""))" }
    if declared.decommissioned { return "is decommissioned" }
    if target.admission == .closed { return "was closed by someone else" }
    guard guest.power.isActive else { return nil }
    let load = load(declared, target, cell)
    let (memory, vcpus) = (load.memoryCapacityBytes - load.memoryBytes, load.vcpuCapacity - load.vcpus)
    if guest.chargedMemoryBytes > memory {
      return "has room for \(ByteFormat.text(max(0, memory))), it needs \(ByteFormat.text(guest.chargedMemoryBytes))"
    }
    return guest.vcpus > vcpus ? "has room for \(max(0, vcpus)) vCPUs, it needs \(guest.vcpus)" : nil
  }

  private func unmanaged(_ guest: InstanceObservation, _ cell: CellName) -> InstanceExplanation {
    InstanceExplanation(
      name: guest.name, cell: cell, declared: nil, observed: [ObservedCopy(guest)], observedAt: view.input.observation.at,
      verdict: .unmanaged,
      moves: view.plan.moves.filter { $0.uuid == guest.uuid }, blocked: view.plan.blocked.filter { $0.instance == guest.name })
  }

  // MARK: a host

  private func load(_ declared: DesiredHost, _ seen: HostObservation, _ cell: CellName) -> HostLoad {
    let active = view.guests(on: declared.name, in: cell).filter(\.power.isActive)
    let capacity = view.capacity(of: declared, seen)
    return HostLoad(
      memoryBytes: active.reduce(0) { $0 + $1.chargedMemoryBytes }, memoryCapacityBytes: capacity.memoryBytes,
      vcpus: active.reduce(0) { $0 + $1.vcpus }, vcpuCapacity: capacity.vcpus)
  }

  private func explain(_ host: DesiredHost) -> HostExplanation {
    let seen = view.input.observation.cells.first { $0.name == host.cell }?.hosts.first { $0.name == host.name }
    let lastSeen = view.input.memory.lastSeen.filter { $0.instance.host == host.name }.map(\.instance)
    let guests = seen?.reachable == true ? view.guests(on: host.name, in: host.cell) : lastSeen
    let names = Set(guests.map(\.name))
    return HostExplanation(
      name: host.name, declared: DeclaredHost(host, now: view.input.now), observed: seen, observedAt: view.input.observation.at,
      load: seen.flatMap { $0.reachable ? load(host, $0, host.cell) : nil },
      guests: guests.map { ExplainedGuest($0, fate: view.fate(of: $0, in: host.cell)) },
      outgoing: view.plan.moves.filter { $0.from == host.name }, incoming: view.plan.moves.filter { $0.to == host.name },
      blocked: view.plan.blocked.filter { $0.host == host.name || ($0.cell == host.cell && $0.instance.map(names.contains) == true) },
      retiredDisks: view.input.memory.retiredDisks.filter { $0.host == host.name })
  }

  // MARK: no such name

  /// Names that share the longest beginning with it.
  private func nearest(to name: String) -> [String] {
    let names = view.input.desired.hosts.map(\.name.rawValue) + view.input.desired.instances.map(\.name.rawValue)
    func shared(_ other: String) -> Int { zip(name, other).prefix { $0 == $1 }.count }
    let close = names.filter { shared($0) * 2 >= max(name.count, 1) }
    return Array(close.sorted { (-shared($0), $0) < (-shared($1), $1) }.prefix(Self.nearestNamesMax))
  }
}
