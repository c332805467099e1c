package import Fleet
import Planning
package import Reporting
import StateStore

/// Reads what `reconcile get` lists from the state store and the manifests; no host is contacted and nothing is planned.
package struct GetBuilder: Sendable {
  /// Moves that have ended, newest first; `history` shows more.
  static let endedMovesMax = 100

  package var manifests: CheckedManifests
  package var now: Timestamp

  package init(manifests: CheckedManifests, now: Timestamp) {
    self.manifests = manifests
    self.now = now
  }

  /// Throws `StateStoreError` if the database cannot be read.
  package func read(_ keeper: StateKeeper) async throws -> FleetLists {
    let now = now
    let view = try await FleetView.stored(manifests, keeper, now: now, plans: false)
    let (stored, newest) = try await keeper.call { store in
      (try StoredStatus(store, now: now), try store.operations(limit: Self.endedMovesMax))
    }
    let open = Set(stored.open.map(\.record.id))
    let moves =
      stored.open.reversed().compactMap { GetMove($0, by: stored.writer?.words) }
      + newest.filter { !open.contains($0.record.id) }.compactMap { GetMove($0) }
    return FleetLists(manifests: manifests, now: now, view: view, stored: stored, journalled: moves)
  }
}

/// All that can be listed of a fleet; each list is sorted by name, moves with the open ones first, then from the newest on.
package struct FleetLists: Sendable {
  let manifests: CheckedManifests
  let now: Timestamp
  /// Nil: nothing was observed yet.
  let view: FleetView?
  let stored: StoredStatus
  let journalled: [GetMove]

  package var isObserved: Bool { view != nil }

  private var desired: DesiredFleet { manifests.fleet }

  private func list<Item: GetItem>(
    _ items: [Item], _ selection: GetSelection, labels: (Item) -> [String: String]
  ) throws(GetSelection.Unknown) -> GetList<Item> {
    GetList(
      fleet: desired.name, revision: manifests.revision, at: now, observedAt: view?.input.observation.at,
      items: try selection.of(items, labels: labels))
  }

  // MARK: hosts and storages

  package func hosts(_ selection: GetSelection) throws(GetSelection.Unknown) -> GetList<GetHost> {
    let seen = seenHosts
    let hosts = desired.hosts.sorted { $0.name < $1.name }.map { host($0, seen[$0.cell]?[$0.name]) }
    return try list(hosts, selection, labels: \.labels)
  }

  private var seenHosts: [CellName: [HostName: HostObservation]] {
    let cells = (view?.input.observation.cells ?? []).map { cell in
      (cell.name, Dictionary(cell.hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
    }
    return Dictionary(cells, uniquingKeysWith: { first, _ in first })
  }

  private func host(_ declared: DesiredHost, _ seen: HostObservation?) -> GetHost {
    let status = view.map { StatusBuilder(manifests: manifests, now: now).host(declared, seen, $0, stored) }
    let reachable = seen?.reachable
    var state: GetHost.State? = reachable == true ? (seen?.admission == .open ? .open : .closed) : nil
    if declared.maintenance != nil { state = status?.drained == true ? .empty : .maintenance }
    if declared.decommissioned { state = .decommissioned }
    return GetHost(
      name: declared.name, cell: declared.cell, state: state, reachable: reachable, guests: reachable == true ? status?.guests : nil,
      load: seen.flatMap { seen in seen.reachable && seen.unmeasured == nil ? view?.load(of: declared, seen) : nil },
      maintenance: declared.maintenance.map { StatusMaintenance($0, now: now) }, unreachableReason: seen?.unreachableReason,
      emptySince: status?.emptySince, labels: declared.labels, manifest: declared.location.pathAndLine)
  }

  package func storages(_ selection: GetSelection) throws(GetSelection.Unknown) -> GetList<GetStorage> {
    let labels = Dictionary(desired.hosts.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
    let storages = (view?.input.observation.cells ?? []).flatMap { cell in
      cell.hosts.flatMap { host in host.storages.map { GetStorage($0, host: host.name, cell: cell.name) } }
    }
    return try list(storages.sorted { ($0.name, $0.cell, $0.host) < ($1.name, $1.cell, $1.host) }, selection) { labels[$0.host] ?? [:] }
  }

  // MARK: instances and moves

  package func instances(_ selection: GetSelection) throws(GetSelection.Unknown) -> GetList<GetInstance> {
    try list(instances.sorted { ($0.name, $0.cell) < ($1.name, $1.cell) }, selection, labels: \.labels)
  }

  private var instances: [GetInstance] {
    guard let view else {
      return desired.instances.map { GetInstance($0, cell: $0.cell, name: $0.name, copies: [], state: nil) }
    }
    let declared = view.drift.items.map { item in
      let broken = item.violations.map(\.text).joined(separator: "; ")
      return GetInstance(
        item.instance, cell: item.instance.cell, name: item.instance.name, copies: Self.inOrder(item.observations),
        state: GetInstance.State(item.bucket), why: item.text.isEmpty ? broken : item.text)
    }
    let known = Dictionary(grouping: view.drift.items, by: \.instance.cell).mapValues { items in
      Set(items.flatMap(\.observations).map(\.uuid))
    }
    let others = view.input.observation.cells.flatMap { cell in
      Dictionary(grouping: cell.instances.filter { known[cell.name]?.contains($0.uuid) != true }, by: \.uuid).values.map { copies in
        let copies = Self.inOrder(copies)
        return GetInstance(nil, cell: cell.name, name: copies[0].name, copies: copies, state: .unmanaged)
      }
    }
    return declared + others
  }

  /// What runs before what is off.
  private static func inOrder(_ copies: [InstanceObservation]) -> [InstanceObservation] {
    copies.filter(\.power.isActive) + copies.filter { !$0.power.isActive }
  }

  package func moves(_ selection: GetSelection) throws(GetSelection.Unknown) -> GetList<GetMove> {
    let labels = Dictionary(desired.instances.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
    return try list(journalled, selection) { labels[$0.instance] ?? [:] }
  }

  // MARK: rules and cells

  package func rules(_ selection: GetSelection) throws(GetSelection.Unknown) -> GetList<GetRule> {
    let items = Dictionary((view?.drift.items ?? []).map { ($0.instance.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rules = desired.rules.sorted { $0.name < $1.name }.map { rule in
      let members = desired.instances.filter { rule.selector.selects($0.labels) }
      let broken = members.map { items[$0.name]?.brokenRules?.filter { $0.location == rule.location } }
      let words = Set(broken.compactMap { $0 }.flatMap { $0 }.map(\.text)).sorted()
      let kept: Bool? = words.isEmpty ? (broken.contains { $0 == nil } ? nil : true) : false
      return GetRule(rule, members: members, kept: view == nil ? nil : kept, why: words.isEmpty ? nil : words.joined(separator: "; "))
    }
    return try list(rules, selection, labels: \.selector)
  }

  package func cells(_ selection: GetSelection) throws(GetSelection.Unknown) -> GetList<GetCell> {
    let hosts = Dictionary(grouping: desired.hosts, by: \.cell)
    let instances = Dictionary(grouping: desired.instances, by: \.cell)
    let inSync = Dictionary((view?.drift.items ?? []).filter { $0.bucket == .inSync }.map { ($0.instance.cell, 1) }, uniquingKeysWith: +)
    let cells = desired.cells.sorted { $0.name < $1.name }.map { cell in
      let seen = view?.input.observation.cells.first { $0.name == cell.name }
      return GetCell(
        cell, hosts: hosts[cell.name]?.count ?? 0, inMaintenance: (hosts[cell.name] ?? []).count { $0.maintenance != nil },
        instances: instances[cell.name]?.count ?? 0, observedAt: seen == nil ? nil : view?.input.observation.at,
        reachableHosts: seen?.hosts.count(where: \.reachable), inSync: seen.map { _ in inSync[cell.name] ?? 0 },
        guests: seen.map { Set($0.instances.map(\.uuid)).count })
    }
    return try list(cells, selection, labels: \.labels)
  }
}

extension GetInstance.State {
  init(_ bucket: Drift.Bucket) {
    self =
      switch bucket {
      case .inSync: .inSync
      case .violating: .violating
      case .missing: .missing
      case .unknown: .unknown
      case .ambiguous: .ambiguous
      case .frozen: .frozen
      case .moving: .moving
      case .busy: .busy
      case .backingOff: .backingOff
      }
  }
}
