import Fleet

extension BlockedFindings {
  /// Hosts looked at to explain one guest; more would only lengthen the text.
  static let hostsExplainedMax = 64

  /// Why a guest stays where it should not, from the firmest reason to the loosest.
  mutating func why(_ id: Int) -> Finding {
    let guest = facts.guests[id]
    let placement = facts.placements[guest.placement]
    let here = facts.hosts[guest.host].name
    let words = guest.declared.map { input.desired.instances[$0].placement.words } ?? "any host"
    if placement.required, violations.isOnMaintenance(guest), placement.allowed.isEmpty {
      return Finding(
        reason: .requiredOnMaintenance, text: "it is required on \(words), and host \(here) is in maintenance",
        hint: "drop required: true to let it be displaced, or end the maintenance of \(here)")
    }
    let candidates = candidates(placement.allowed, not: guest.host)
    if candidates.isEmpty { return noHost(placement, words) }
    var options: [(host: Int, option: MoveOption)] = []
    var refusals: [(host: Int, refusal: MoveRefusal)] = []
    for host in candidates {
      switch finder.option(id, to: host) {
      case .success(let option): options.append((host, option))
      case .failure(let refusal): refusals.append((host, refusal))
      }
    }
    guard !options.isEmpty else { return noMode(refusals) }
    return noRoom(id, guest, options)
  }

  /// Hosts it might go to, the roomiest first where they are many.
  private mutating func candidates(_ allowed: HostSet, not here: Int) -> [Int] {
    var hosts: [Int]
    switch allowed {
    case .some(let some): hosts = some.filter { facts.hosts[$0].usable && $0 != here }
    case .all: hosts = facts.hosts.indices.filter { facts.hosts[$0].usable && $0 != here }
    }
    guard hosts.count > Self.hostsExplainedMax else { return hosts }
    let roomy = roomiest.map { hosts.contains($0) ? [$0] : [] } ?? []
    hosts = Array(hosts.prefix(Self.hostsExplainedMax))
    return roomy + hosts.filter { !roomy.contains($0) }
  }

  private func noHost(_ placement: PlacementFacts, _ words: String) -> Finding {
    guard case .some(let home) = placement.home else {
      return Finding(reason: .noHost, text: "no host of cell \(facts.cell.name) may receive it", hint: "open a host or end a maintenance")
    }
    if home.isEmpty {
      return Finding(
        reason: .noHost, text: "it belongs on \(words), and there is no such host", hint: "label a host, or change its placement")
    }
    let states = home.prefix(8).map { "\(facts.hosts[$0].name) \(state(facts.hosts[$0]))" }
    return Finding(
      reason: .noHost, text: "it belongs on \(words), and none of those may receive it: \(states.joined(separator: ", "))",
      hint: "make one of them receive again, or widen its placement")
  }

  private func state(_ host: HostFacts) -> String {
    if host.declared == nil { return "is not declared" }
    if host.maintenance { return "is in maintenance" }
    if host.observed.flatMap({ facts.observation.hosts[$0].isOutsidePool }) == true { return "is not in the pool" }
    if !host.reachable { return "does not answer" }
    if host.usable { return "has it already" }
    if host.unmeasured != nil { return "does not say how large it is" }
    return host.observed.map { facts.observation.hosts[$0].admission == .closed } ?? false ? "is closed" : "is decommissioned"
  }

  private func noMode(_ refusals: [(host: Int, refusal: MoveRefusal)]) -> Finding {
    let consent = refusals.first { $0.refusal.reason == .needsConsent }
    guard let shown = consent ?? refusals.first else { return Finding(reason: .noMode, text: "no host was found", hint: "add a host") }
    let others =
      switch refusals.count - 1 {
      case 0: ""
      case 1: " (the other host refuses it too)"
      case let count: " (the other \(count) hosts refuse it too)"
      }
    return Finding(
      reason: consent == nil ? .noMode : .needsConsent,
      text: "it cannot go to \(facts.hosts[shown.host].name): \(shown.refusal.text)\(others)",
      hint: shown.refusal.hint)
  }

  private func noRoom(_ id: Int, _ guest: GuestFacts, _ options: [(host: Int, option: MoveOption)]) -> Finding {
    func needs(_ size: String) -> String { "needs \(size) and \(guest.vcpus) vCPUs" }
    let fitting = options.filter {
      guest.memory <= facts.hosts[$0.host].memoryCapacity && guest.vcpus <= facts.hosts[$0.host].vcpuCapacity
    }
    if fitting.isEmpty, let largest = options.max(by: { facts.hosts[$0.host].memoryCapacity < facts.hosts[$1.host].memoryCapacity })?.host {
      let host = facts.hosts[largest]
      let (needed, room) = sizes(need: guest.memory, room: host.memoryCapacity)
      return Finding(
        reason: .tooLarge,
        text: "it \(needs(needed)), and the largest host it may use, \(host.name), has \(room) and \(host.vcpuCapacity) vCPUs",
        hint: "add a larger host, or raise spec.capacity of \(host.name)")
    }
    let roomy = fitting.filter { guest.memory <= end.freeMemory($0.host) && guest.vcpus <= end.freeVcpus($0.host) }
    if roomy.isEmpty { return full(id, guest, fitting.map(\.host)) }
    let spacious = roomy.filter { candidate in
      candidate.option.poolNeeds.allSatisfy { $0.bytes <= end.poolRoom(candidate.host, $0.pool) }
    }
    if spacious.isEmpty, let first = roomy.first,
      let need = first.option.poolNeeds.first(where: { $0.bytes > end.poolRoom(first.host, $0.pool) })
    {
      let (needed, room) = sizes(need: need.bytes, room: max(0, end.poolRoom(first.host, need.pool)))
      return Finding(
        reason: .noCapacity,
        text: "its disks need \(needed) in pool \(need.pool) of \(facts.hosts[first.host].name), which has \(room)",
        hint: "free space in that pool, or name another with spec.targetStorage")
    }
    return vetoed(id, spacious.map(\.host))
  }

  private func full(_ id: Int, _ guest: GuestFacts, _ hosts: [Int]) -> Finding {
    // Room that others hold which should leave but are stuck themselves: then it is the order that is missing, not the room.
    let leaving = stuck.filter { $0 != id }
    for host in hosts {
      let gone = leaving.filter { end.host(of: $0) == host }
      let memory = gone.reduce(end.freeMemory(host)) { $0 + facts.guests[$1].memory }
      let vcpus = gone.reduce(end.freeVcpus(host)) { $0 + facts.guests[$1].vcpus }
      if !gone.isEmpty, guest.memory <= memory, guest.vcpus <= vcpus {
        let names = gone.prefix(3).map { facts.name(of: facts.guests[$0], input).rawValue }.joined(separator: ", ")
        return Finding(
          reason: .deadlock,
          text:
            "it needs \(gibibytes(guest.memory)) GiB and \(guest.vcpus) vCPUs; \(facts.hosts[host].name) has room only once \(names) left it, and no order of moves lets both pass",
          hint: "free \(gibibytes(guest.memory)) GiB on a third host, or stop one of them for a while")
      }
    }
    let best = hosts.max { end.freeMemory($0) < end.freeMemory($1) } ?? hosts[0]
    let vcpus = max(0, end.freeVcpus(best))
    let lack = max(0, guest.memory - end.freeMemory(best))
    let freed =
      lack > 0 ? "free \(size(lack)) on \(facts.hosts[best].name)" : "free \(guest.vcpus - vcpus) vCPUs on \(facts.hosts[best].name)"
    let (needed, room) = sizes(need: guest.memory, room: max(0, end.freeMemory(best)))
    return Finding(
      reason: .noCapacity,
      text: "it needs \(needed) and \(guest.vcpus) vCPUs, most room is \(room) and \(vcpus) vCPUs on \(facts.hosts[best].name)",
      hint: hint(freed + ", or add a host", unsettled: freed))
  }

  /// There is room, so a rule stands in the way, or the order of moves does.
  private func vetoed(_ id: Int, _ hosts: [Int]) -> Finding {
    for rule in facts.rulesOfGuest[id] ?? [] where facts.rules[rule].required {
      let vetoed = hosts.allSatisfy { host in
        let counts = facts.rules[rule].counts({ $0 == id ? host : end.host(of: $0) }, alsoOn: { facts.guests[$0].alsoOn })
        let start = violations.startCounts[rule]
        return facts.rules[rule].excess(counts) > facts.rules[rule].excess(start)
          || (facts.rules[rule].always
            && !facts.rules[rule].alwaysAllows(
              from: facts.rules[rule].unit(ofHost: end.host(of: id)), to: facts.rules[rule].unit(ofHost: host), end.counts(of: rule),
              start: start))
      }
      if vetoed || facts.rules[rule].always {
        let desired = input.desired.rules[facts.rules[rule].index]
        return Finding(
          reason: .rule, text: "hosts have room, but rule \(desired.name) (\(desired.location.pathAndLine)) allows none of them",
          hint: hint("add a host the rule leaves free, or relax the rule", unsettled: "relax the rule"))
      }
    }
    return Finding(
      reason: (facts.rulesOfGuest[id] ?? []).isEmpty ? .deadlock : .rule,
      text: "\(facts.hosts[hosts[0]].name) would take it, but no plan that was found puts it there without breaking something else",
      hint: "free room on a host it may use, or relax the rules of its instances")
  }
}
