import Fleet

/// What stays violated in a cell after its legs, why, and the nearest way out.
struct BlockedFindings {
  let facts: CellFacts
  let input: PlanningInput
  let violations: Violations
  let finder: LegFinder
  let end: EndState
  /// It is proved that no plan mends more.
  private let isSettled: Bool
  private(set) var items: [BlockedItem] = []
  /// Index in `items` of each guest that has one.
  private var itemOf: [Int: Int] = [:]
  /// Usable host with the most free memory, for guests that may go anywhere.
  private(set) lazy var roomiest: Int? = facts.hosts.indices.filter { facts.hosts[$0].usable }.max {
    end.freeMemory($0) < end.freeMemory($1)
  }
  /// Guests that stay although they should go.
  private(set) var stuck: [Int] = []

  /// Guests that have an item.
  var instances: Set<Int> { Set(itemOf.keys) }
  /// Something that might have been mended is not.
  var isUnmended: Bool { !stuck.isEmpty || items.contains { $0.reason == .rule || $0.reason == .overCapacity } }

  init(_ facts: CellFacts, _ input: PlanningInput, _ violations: Violations, _ finder: LegFinder, legs: [Leg], isSettled: Bool) {
    self.facts = facts
    self.isSettled = isSettled
    self.input = input
    self.violations = violations
    self.finder = finder
    end = EndState(facts, legs)
  }

  mutating func collect() {
    addHosts()
    addHumanMatters()
    addStrangers()
    for (id, guest) in facts.guests.enumerated() where guest.movable && guest.declared != nil {
      var ended = guest
      ended.host = end.host(of: id)
      if violations.isOnMaintenance(ended) || violations.isMisplaced(ended) { stuck.append(id) }
    }
    for guest in stuck { add(guest, why(guest)) }
    addRules()
    addOverloads()
  }

  // MARK: - Hosts, strangers and what a human must look at

  private mutating func addHosts() {
    let silent = facts.hosts.filter { host in
      // Gone for good, by the operator's own word.
      !host.reachable && host.emptySince == nil && host.declared != nil && !host.decommissioned
        && host.observed.flatMap { facts.observation.hosts[$0].isOutsidePool } != true
    }
    var together: [String: [HostName]] = [:]
    if case .xenapi = facts.cell.connection {
      for host in silent { if let reason = reason(host) { together[reason, default: []].append(host.name) } }
    }
    for host in silent {
      guard let index = host.declared else { continue }
      let why = reason(host).map { ": \($0)" } ?? ""
      // A pool's hosts are all asked through one connection: its fault is one finding.
      if let reason = reason(host), let names = together[reason], names.count > 1 {
        if names[0] == host.name { items.append(silence(of: names, reason)) }
        continue
      }
      items.append(
        BlockedItem(
          host: host.name, cell: facts.cell.name, reason: .unreachable, text: "host \(host.name) does not answer\(why)",
          hint: "make it answer; until then its instances are unknown and stay charged on it",
          manifest: input.desired.hosts[index].location.pathAndLine))
    }
  }

  private func reason(_ host: HostFacts) -> String? { host.observed.flatMap { facts.observation.hosts[$0].unreachableReason } }

  private func silence(of names: [HostName], _ reason: String) -> BlockedItem {
    let isAll = names.count == facts.hosts.count { $0.declared != nil }
    let shown = names.prefix(PoolSetup.namesMax).map(\.rawValue).joined(separator: ", ")
    let more = names.count > PoolSetup.namesMax ? " and \(names.count - PoolSetup.namesMax) more" : ""
    return BlockedItem(
      cell: facts.cell.name, reason: .unreachable,
      text: isAll
        ? "none of the \(names.count) hosts of cell \(facts.cell.name) answers: \(reason)"
        : "hosts \(shown)\(more) of cell \(facts.cell.name) do not answer: \(reason)",
      hint: "make them answer; until then their instances are unknown and stay charged on them", manifest: facts.cell.location.pathAndLine)
  }

  private mutating func addHumanMatters() {
    for declared in facts.declared where declared.bucket == .frozen {
      guard let uuid = declared.observed.first.map({ facts.observation.instances[$0].uuid }), let item = input.memory.needsHuman[uuid]
      else { continue }
      items.append(item)
    }
  }

  private mutating func addStrangers() {
    for id in facts.strangers where end.hostOf[id] == nil {
      let guest = facts.guests[id]
      let host = facts.hosts[guest.host]
      guard host.reachable else { continue }
      let name = facts.name(of: guest, input)
      var text = "guest \(name) stands on host \(host.name), which is in maintenance, and no manifest names it"
      var hint = "declare it, move it by hand, or set spec.unmanaged: evacuate in cell \(facts.cell.name)"
      if guest.movable {
        let finding = why(id)
        text += "; \(finding.text)"
        hint = finding.hint
      } else if facts.cell.unmanaged == .evacuate {
        let seen = facts.observation(of: guest, input)
        text +=
          seen.power.isActive
          ? "; someone else works on it or its state is in question" : "; it is off, and unmanaged guests are only moved live"
        hint = "declare it or move it by hand"
      }
      add(id, Finding(reason: .unmanaged, text: text, hint: hint))
    }
  }

  /// More hosts are advised only where it is proved that these will not do.
  func hint(_ settled: String, unsettled: String) -> String {
    isSettled ? settled : "\(unsettled); the search ended before this was settled, so there may be a way without"
  }

  // MARK: - Rules and capacity

  private mutating func addRules() {
    for id in facts.rules.indices where facts.rules[id].required && end.excess(of: id) > 0 {
      let desired = input.desired.rules[facts.rules[id].index]
      let fixed = facts.rules[id].members.filter { !facts.guests[$0].movable }.count
      let fixedOnes = fixed > 0 ? "\(fixed) of its instances cannot be moved now; or " : ""
      items.append(
        BlockedItem(
          rule: desired.name, cell: facts.cell.name, reason: .rule,
          text: "rule \(desired.name) cannot be kept in cell \(facts.cell.name): \(facts.rules[id].words(end.counts(of: id)))",
          hint: fixedOnes + hint("add hosts its instances may use, or relax the rule", unsettled: "relax the rule"),
          manifest: desired.location.pathAndLine))
    }
  }

  private mutating func addOverloads() {
    for (id, host) in facts.hosts.enumerated() where host.relieve && host.isMeasured && !host.maintenance && end.isOver(id) {
      guard let index = host.declared else { continue }
      let memory = "\(gibibytes(end.memory[id])) of \(gibibytes(host.memoryCapacity)) GiB"
      items.append(
        BlockedItem(
          host: host.name, cell: facts.cell.name, reason: .overCapacity,
          text: "host \(host.name) cannot be relieved: \(memory) and \(end.vcpus[id]) of \(host.vcpuCapacity) vCPUs are charged",
          hint: hint("add a host with room, or raise its spec.capacity", unsettled: "raise its spec.capacity"),
          manifest: input.desired.hosts[index].location.pathAndLine))
    }
  }

  private mutating func add(_ id: Int, _ finding: Finding) {
    let guest = facts.guests[id]
    let desired = guest.declared.map { input.desired.instances[$0] }
    itemOf[id] = items.count
    items.append(
      BlockedItem(
        instance: facts.name(of: guest, input), host: facts.hosts[guest.host].name, cell: facts.cell.name, reason: finding.reason,
        text: finding.text,
        hint: finding.hint, manifest: desired?.placementLocation.pathAndLine))
  }

  /// Reasons that a proof says more of; the others are firmer than any.
  private static let explained: Set<BlockedItem.Reason> = [.noCapacity, .deadlock, .rule]

  mutating func extend(_ guest: Int, _ text: String, _ hint: String, isDeadlock: Bool) {
    guard let index = itemOf[guest], Self.explained.contains(items[index].reason) else { return }
    items[index].text += "; \(text)"
    items[index].hint = hint
    if isDeadlock { items[index].reason = .deadlock }
  }

  mutating func extend(rule: RuleName, _ text: String, _ hint: String) {
    for index in items.indices where items[index].rule == rule {
      items[index].text += "; \(text)"
      items[index].hint = hint
    }
  }

  struct Finding {
    var reason: BlockedItem.Reason
    var text: String
    var hint: String
  }
}

extension BlockedItem {
  static func hostLeft(_ left: HostLeftBehind) -> BlockedItem {
    let shown = left.guests.prefix(5).map(\.rawValue).joined(separator: ", ")
    let more = left.guests.count > 5 ? " and \(left.guests.count - 5) more" : ""
    return BlockedItem(
      host: left.host, cell: left.cell, reason: .hostLeftManifests,
      text: "host \(left.host) left the manifests while guests are known on it: \(shown)\(more)",
      hint: "declare it again, with decommissioned: true once its guests may be forgotten")
  }

  static func planningFailed(_ cell: DesiredCell, _ failure: PlannerFailure) -> BlockedItem {
    BlockedItem(
      cell: cell.name, reason: .planningFailed,
      text: "cell \(cell.name) could not be planned: \(failure.text); nothing in it is moved, and other cells go on",
      hint: "this is a fault of reconcile: report it with the manifests and the snapshot that a warning names",
      manifest: cell.location.pathAndLine)
  }

  static func tooManyMoves(_ cell: DesiredCell, needed: Int, limit: Int) -> BlockedItem {
    BlockedItem(
      cell: cell.name, reason: .tooManyMoves,
      text: "cell \(cell.name) needs \(needed) moves and its limit is \(limit): nothing in it is moved",
      hint: "check the plan with --dry-run --max-moves \(needed), then run with --max-moves \(needed) or raise spec.maxMovesPerPass",
      manifest: cell.location.pathAndLine)
  }
}
