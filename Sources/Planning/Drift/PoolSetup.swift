import Fleet

/// What about a pool makes moves impossible or unsafe, with what to do about it; nothing is blocked for it alone.
enum PoolSetup {
  /// Hosts named in a warning.
  static let namesMax = 5

  static func warnings(_ facts: CellFacts, _ input: PlanningInput) -> [String] {
    [insecure(facts), outside(facts), localDefault(facts, input)].compactMap { $0 } + undeclared(facts, input)
      + facts.observation.notes.map { "cell \(facts.cell.name): \($0)" }
  }

  private static func insecure(_ facts: CellFacts) -> String? {
    guard case .xenapi(let connection) = facts.cell.connection, connection.trust == .insecure else { return nil }
    return
      "cell \(facts.cell.name) says insecure: true: whoever answers at \(connection.url) is believed and given the password; pin its key instead"
  }

  private static func outside(_ facts: CellFacts) -> String? {
    let names = facts.observation.hosts.filter { $0.isOutsidePool == true }.map(\.name.rawValue)
    guard !names.isEmpty else { return nil }
    let more = names.count > namesMax ? " and \(names.count - namesMax) more" : ""
    return
      "cell \(facts.cell.name): the pool has no single host \(names.prefix(namesMax).joined(separator: ", "))\(more): join it (xe pool-join), or give its name or uuid in the pool as spec.connection; nothing moves there"
  }

  /// A pool shows all its hosts, those as well that no manifest names.
  private static func undeclared(_ facts: CellFacts, _ input: PlanningInput) -> [String] {
    guard case .xenapi = facts.cell.connection else { return [] }
    return facts.hosts.indices.filter { facts.hosts[$0].declared == nil && facts.hosts[$0].observed != nil }.map { id in
      let host = facts.hosts[id].name
      let seen = facts.guests.filter { $0.host == id && $0.declared != nil }
      let guests = seen.map { facts.name(of: $0, input).rawValue }.sorted()
      let advice = "nothing goes there; declare it as a Host"
      guard !guests.isEmpty else { return "cell \(facts.cell.name): \(host) is in the pool, and no manifest declares it: \(advice)" }
      let more = guests.count > namesMax ? " and \(guests.count - namesMax) more" : ""
      let isRunning = seen.allSatisfy { facts.observation(of: $0, input).power.isActive }
      let run = guests.count == 1 ? (isRunning ? "runs" : "is") : (isRunning ? "run" : "are")
      return
        "cell \(facts.cell.name): \(guests.prefix(namesMax).joined(separator: ", "))\(more) \(run) on \(host) of the pool, which no manifest declares: \(advice)"
    }
  }

  /// Only where somebody would move a guest without copying its disks, and there is somewhere to go.
  private static func localDefault(_ facts: CellFacts, _ input: PlanningInput) -> String? {
    guard let storage = facts.observation.defaultStorage, !storage.shared, facts.hosts.filter(\.isMeasured).count > 1,
      facts.declared.contains(where: { input.desired.instances[$0.index].allowedModes.live })
    else { return nil }
    let what = storage.id.map { "default storage \($0) is not shared" } ?? "has no default storage"
    return
      "cell \(facts.cell.name): the pool\(storage.id == nil ? "" : "'s") \(what), so disks made without naming one can only be copied: add shared storage (NFS) and make it the default (xe pool-param-set default-SR=)"
  }
}
