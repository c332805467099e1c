import Fleet
import Reporting
import StateStore

extension StatusBuilder {
  /// While the manifests are invalid: what the last plan said and what its cells showed last.
  ///
  /// Maintenance flags and capacities are in the manifests only, so no host counts as drained.
  func addLastPlan(to report: StatusReport, backOffs: [InstanceUUID: Timestamp], _ keeper: StateKeeper) async throws -> StatusReport {
    var report = report
    guard let last = try await keeper.call({ try LastPlan($0) }) else {
      report.warnings.append("no plan was made yet, so there is nothing else to show")
      return report
    }
    let waiting = last.waiting
    let blockedThen = last.plan.blocked
    report.blocked = blockedThen + report.blocked.filter { item in !blockedThen.contains { $0.instance == item.instance } }
    report.notInSync = last.plan.notInSync
    report.drift = waiting.count
    report.inSync = last.plan.inSync + Set(last.plan.moves.map(\.uuid)).count - waiting.count
    report.cells = last.cells.map(\.status)
    report.backOff = Self.backOff(backOffs, last.cells.map(\.seen))
    let seen = last.cells.map(\.seen)
    report.leftovers = try await keeper.call { try LeftoverFinder.find(seen, $0) }
    report.warnings.append(
      "what is blocked and in sync is as the plan of \(TimeFormat.text(last.at)) had it; maintenance flags are not known, so no host counts as empty"
    )
    return report
  }
}

/// The plan stored last, and what its cells showed last.
private struct LastPlan: Sendable {
  var plan: Plan
  var at: Timestamp
  var cells: [Cell]

  struct Cell: Sendable {
    var seen: CellObservation
    var at: Timestamp
    /// Guests that hosts which do not answer showed last.
    var lastSeen: [HostName: Int]

    var status: StatusCell {
      let guests = Dictionary(seen.instances.compactMap { $0.host.map { ($0, 1) } }, uniquingKeysWith: +)
      return StatusCell(
        name: seen.name, observedAt: at,
        hosts: seen.hosts.map { host in
          StatusHost(
            name: host.name, reachable: host.reachable, unreachableReason: host.unreachableReason, closed: host.admission == .closed,
            guests: (host.reachable ? guests : lastSeen)[host.name] ?? 0)
        })
    }
  }

  /// Nil: there is none.
  init?(_ store: StateStore) throws {
    guard let (plan, at) = try store.latestPlan() else { return nil }
    (self.plan, self.at) = (plan, at)
    cells = try plan.fingerprints.keys.sorted().compactMap { name in
      guard let (seen, at) = try store.latestObservation(name) else { return nil }
      let silent = seen.hosts.filter { !$0.reachable }.map(\.name)
      let known = try store.instancesLastSeen(name, on: silent)
      return Cell(seen: seen, at: at, lastSeen: Dictionary(known.map { ($0.host, 1) }, uniquingKeysWith: +))
    }
  }

  /// Guests that are not where the plan's last move of each wanted them.
  var waiting: Set<InstanceUUID> {
    let ends = Dictionary(plan.moves.map { ($0.uuid, $0.to) }, uniquingKeysWith: { _, later in later })
    let there = cells.flatMap(\.seen.instances).filter { $0.host != nil && $0.host == ends[$0.uuid] }
    return Set(ends.keys).subtracting(there.map(\.uuid))
  }
}
