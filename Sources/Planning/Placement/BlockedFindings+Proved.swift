import Fleet

extension BlockedFindings {
  /// Instances and hosts named in one sentence.
  private static let namedMax = 6

  /// Tells of what stays blocked that nothing could have mended it, with who and where it is about, and the nearest way out.
  mutating func add(_ impossible: [Impossibility]) {
    var explained: Set<Int> = []
    for proof in impossible {
      // Where there is no room whatever the order, the order is not what is missing.
      if proof.isDeadlock, proof.guests.count < 2 || proof.guests.contains(where: explained.contains) { continue }
      explained.formUnion(proof.guests)
      let (text, hint) = words(proof)
      if case .rule(let rule) = proof.kind {
        extend(rule: input.desired.rules[facts.rules[rule].index].name, text, hint)
      }
      for guest in proof.guests { extend(guest, text, hint, isDeadlock: proof.isDeadlock) }
    }
  }

  private func words(_ proof: Impossibility) -> (text: String, hint: String) {
    let guests = named(proof.guests.map { facts.name(of: facts.guests[$0], input).rawValue })
    let hosts = named(proof.hosts.map { facts.hosts[$0].name.rawValue })
    let isOne = proof.hosts.count == 1
    switch proof.kind {
    case .tooFewSlots(let resource, let threshold, let needed, let offered):
      let (need, have, lack) = amounts(resource, threshold, needed, offered)
      return (
        "proved: \(proof.guests.count) instances that may be nowhere else (\(guests)) need \(need) on \(hosts), which \(isOne ? "has" : "have") \(have)",
        "make \(lack) more on \(isOne ? hosts : "those hosts"), let some of the instances go elsewhere, or add a host"
      )
    case .rule:
      return (
        "proved: \(guests) may only be on \(hosts), which is too few for the rule",
        "let one of them go to another host, end a maintenance there, or relax the rule"
      )
    case .deadlock:
      return (
        "proved: \(hosts) are so full that nothing on them can leave: each guest there needs room that only another's departure makes",
        nearestWayOut(proof)
      )
    }
  }

  private func named(_ names: [String]) -> String {
    let shown = names.prefix(Self.namedMax).joined(separator: ", ")
    return names.count > Self.namedMax ? "\(shown) and \(names.count - Self.namedMax) more" : shown
  }

  private func amounts(_ resource: Int, _ threshold: Int, _ needed: Int, _ offered: Int) -> (need: String, have: String, lack: String) {
    func size(_ amount: Int) -> String { resource == 0 ? "\(amount) vCPUs" : "\(gibibytes(amount)) GiB" }
    let what = resource > 1 ? " of disk space" : ""
    if threshold == 1 { return (size(needed) + what, size(offered), "room for \(size(needed - offered))\(what)") }
    let lack = needed - offered
    return (
      "\(needed) places of \(size(threshold))\(what)", "\(offered)",
      "\(lack) \(lack == 1 ? "place" : "places") of \(size(threshold))\(what)"
    )
  }

  /// The least memory, freed on one of the hosts, that lets one of the guests pass.
  private func nearestWayOut(_ proof: Impossibility) -> String {
    var least: (bytes: Int, host: Int, guest: Int)?
    for guest in proof.guests {
      for host in proof.hosts where host != facts.guests[guest].host && facts.hosts[host].usable {
        let lack = max(0, facts.guests[guest].memory - end.freeMemory(host))
        if lack > 0, least.map({ lack < $0.bytes }) ?? true { least = (lack, host, guest) }
      }
    }
    guard let least else { return "free room on one of them, or stop a guest there for a while" }
    let name = facts.name(of: facts.guests[least.guest], input)
    return "free \(gibibytes(least.bytes)) GiB on \(facts.hosts[least.host].name), so that \(name) can pass, or add a host"
  }
}

extension Impossibility {
  fileprivate var isDeadlock: Bool { if case .deadlock = kind { true } else { false } }
}
