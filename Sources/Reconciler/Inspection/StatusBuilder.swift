package import Fleet
import Planning
package import Reporting
import StateStore

/// Builds the status of a fleet from the state store and the manifests; no host is contacted.
package struct StatusBuilder: Sendable {
  /// Nil: they are invalid now; the status then shows what is stored.
  package var manifests: CheckedManifests?
  package var invalid: String?
  package var now: Timestamp

  package init(manifests: CheckedManifests?, invalid: String? = nil, now: Timestamp) {
    self.manifests = manifests
    self.invalid = invalid
    self.now = now
  }

  package func build(_ keeper: StateKeeper) async throws -> StatusReport {
    let now = now
    let view: FleetView? =
      if let manifests { try await FleetView.stored(manifests, keeper, now: now) } else { nil }
    let stored = try await keeper.call { try StoredStatus($0, now: now) }
    var report = StatusReport(
      at: now, fleet: manifests?.fleet.name ?? stored.lastPass?.fleet ?? "",
      revision: manifests?.revision ?? stored.lastPass?.revision ?? "",
      lastPass: stored.lastPass, cells: [], inSync: view?.plan.inSync ?? 0, drift: 0,
      openMoves: stored.open.compactMap { StatusMove($0, by: stored.writer?.words) },
      blocked: (view?.plan.blocked ?? stored.needsHuman) + stored.hostsNotChanged(manifests?.fleet, view?.input.observation),
      notInSync: view?.plan.notInSync ?? NotInSync(), retiredDisks: stored.retired)
    if let invalid { report.warnings.append("the manifests are invalid now, so nothing new is started: \(invalid)") }
    guard let view else {
      if manifests == nil { return try await addLastPlan(to: report, backOffs: stored.backOffs, keeper) }
      report.warnings.append("nothing was observed yet: run 'reconcile' or 'reconcile probe'")
      return report
    }
    report.warnings += view.plan.warnings
    report.unmanaged = view.plan.unmanaged
    report.drift = Set(view.plan.moves.map(\.uuid)).count
    report.cells = view.input.desired.cells.map { cell($0.name, view, stored) }
    report.backOff = Self.backOff(view.input.memory.backOff, view.input.observation.cells)
    let seen = view.input.observation.cells
    report.leftovers = try await keeper.call { try LeftoverFinder.find(seen, $0) }
    report.warnings += try await keeper.call { try LeftoverFinder.keptDisksThatStay($0) }
    report.storageProofs = view.storageProofs
    report.retiredDisks = RetiredDisks.kept(report.retiredDisks, view.input.desired)
    report.retiredDisks.removeAll { $0.isInserted(seen.flatMap(\.instances)) }
    return report
  }

  // MARK: hosts

  private func cell(_ name: CellName, _ view: FleetView, _ stored: StoredStatus) -> StatusCell {
    let seen = view.input.observation.cells.first { $0.name == name }
    let hosts = Dictionary((seen?.hosts ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let declared = view.input.desired.hosts.filter { $0.cell == name }
    return StatusCell(
      name: name, observedAt: seen == nil ? nil : view.input.observation.at, hosts: declared.map { host($0, hosts[$0.name], view, stored) })
  }

  func host(_ declared: DesiredHost, _ seen: HostObservation?, _ view: FleetView, _ stored: StoredStatus) -> StatusHost {
    let reachable = seen?.reachable ?? false
    let guests =
      reachable ? view.guests(on: declared.name, in: declared.cell) : view.guestsLastSeen(on: declared.name, in: declared.cell)
    let over = seen.map { $0.reachable && $0.unmeasured == nil && view.load(of: declared, $0).isOver } ?? false
    let remaining =
      declared.maintenance == nil ? [] : guests.map { StatusGuest(instance: $0.name, why: view.fate(of: $0, in: declared.cell)) }
    let open = stored.open.count { $0.record.operation.hosts.contains(declared.name) }
    return StatusHost(
      name: declared.name, reachable: reachable, unreachableReason: seen == nil ? "never observed" : seen?.unreachableReason,
      closed: seen?.admission == .closed, maintenance: declared.maintenance.map { StatusMaintenance($0, now: now) }, guests: guests.count,
      remaining: remaining, openMoves: open + view.strays(in: declared.cell),
      settlesAt: declared.maintenance == nil ? nil : Emptiness.settlesAt(declared.name, view.lastLeftAt, now),
      emptySince: view.quietSince(declared), decommissioned: declared.decommissioned, overCapacity: over)
  }

  // MARK: back-offs

  static func backOff(_ until: [InstanceUUID: Timestamp], _ cells: [CellObservation]) -> [StatusBackOff] {
    let names = Dictionary(cells.flatMap { $0.instances.map { ($0.uuid, $0.name) } }, uniquingKeysWith: { first, _ in first })
    return until.sorted { $0.key < $1.key }.map { uuid, until in
      StatusBackOff(instance: names[uuid] ?? InstanceName(uuid.rawValue), uuid: uuid, until: until)
    }
  }
}

/// What the state store says beside the observations.
struct StoredStatus: Sendable {
  var lastPass: PassRecord?
  var open: [OperationJournal]
  var writer: WriterAtWork?
  var retired: [RetiredDisk]
  var needsHuman: [BlockedItem]
  /// Under any revision; with valid manifests those of the revision count.
  var backOffs: [InstanceUUID: Timestamp]

  /// Of each host the last time it was closed or opened by us.
  private var lastHostChanges: [HostName: OperationJournal]

  /// Hosts whose change did not come off the last time, though today's manifests want it and nobody made it by hand since.
  func hostsNotChanged(_ desired: DesiredFleet?, _ seen: Observation?) -> [BlockedItem] {
    (desired?.hosts ?? []).compactMap { host in
      guard let last = lastHostChanges[host.name], case .hostChange(let change) = last.record.operation, change.cell == host.cell,
        (change.action == .close) == (host.maintenance != nil)
      else { return nil }
      let observed = seen?.cells.first { $0.name == host.cell }?.hosts.first { $0.name == host.name }
      guard observed?.admission == (change.action == .close ? .open : .closedByUs) else { return nil }
      if last.record.state == .failed { return change.blockedItem(why: last.record.detail) }
      guard last.isOpen, writer == nil else { return nil }
      return change.blockedItem(why: "an earlier run ended while it did that; the next run settles it")
    }
  }

  init(_ store: StateStore, now: Timestamp) throws {
    lastHostChanges = try store.lastHostChanges()
    lastPass = try store.passes(limit: 1).first
    open = try store.openOperations()
    writer = store.writerAtWork()
    retired = try store.retiredDisks()
    needsHuman = try store.needsHuman().sorted { $0.key < $1.key }.map(\.value)
    backOffs = try store.backOffs(now: now).mapValues(\.until)
  }
}
