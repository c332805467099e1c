import Fleet
import Planning
import Reporting
import StateStore

/// Reads from the state store what planning must know beside what was just seen.
enum PassMemory {
  /// The newest moves of a name; another guest may have had it.
  private static let movesSearchedMax = 10

  static func read(
    _ store: StateStore?, _ desired: DesiredFleet, _ observation: Observation, revision: String, now: Timestamp
  ) throws -> PlanningMemory {
    guard let store else { return PlanningMemory() }
    var memory = PlanningMemory()
    for cell in observation.cells {
      let silent = cell.hosts.filter { !$0.reachable }.map(\.name)
      if !silent.isEmpty {
        memory.lastSeen += try store.instancesLastSeen(cell.name, on: silent).map {
          LastSeen(cell: cell.name, instance: FactBounds.bounded($0.instance, at: now), at: $0.at)
        }
      }
    }
    memory.quietHosts = try observation.cells.flatMap { try Emptiness.quiet(store, desired, $0, now: now) }
    let writer = store.writerAtWork()
    memory.inDoubt = try store.openOperations().filter { !$0.record.state.isFinal }.compactMap { open in
      guard let move = open.move else { return nil }
      let underWay = writer.flatMap { MoveUnderWay(open, by: $0.words) }
      return InDoubt(
        uuid: move.uuid, cell: move.cell, hosts: [move.from, move.to],
        text: underWay.map { MoveUnderWayFormat.text($0, now: now) } ?? text(of: move, open), underWay: underWay)
    }
    let backOffs = try store.backOffs(now: now, revision: revision)
    memory.backOff = backOffs.mapValues(\.until)
    memory.failing = try failing(store, backOffs, observation)
    let guests = observation.cells.flatMap(\.instances)
    memory.retiredDisks = RetiredDisks.kept(try store.retiredDisks(), desired).filter { !$0.isInserted(guests) }.map { disk in
      var disk = disk
      disk.bytes = min(max(0, disk.bytes), FactBounds.bytesMax)
      return disk
    }
    memory.needsHuman = try store.needsHuman()
    memory.displacedFrom = try store.displacedFrom()
    let failed = Avoidance.holding(try store.failedPairs(revision: revision, now: now), observation)
    memory.failedPairs = failed.isEmpty ? nil : failed
    for cell in observation.cells { try addBefore(store, desired, cell, now: now, to: &memory) }
    let known = try KnownHosts(store, desired)
    memory.hostsLeftBehind = hostsLeftBehind(known.left, desired, observation)
    RenamedHosts.apply(RenamedHosts.find(known, desired, observation), to: &memory)
    return memory
  }

  /// How long it is told that a guest went off.
  private static let wentOffMilliseconds = 24 * 3_600_000

  /// Declared names without a uuid that now stand for another guest than before, or for none; guests that ran before and are off now.
  private static func addBefore(
    _ store: StateStore, _ desired: DesiredFleet, _ cell: CellObservation, now: Timestamp, to memory: inout PlanningMemory
  ) throws {
    let names = desired.instances.filter { $0.cell == cell.name && $0.uuid == nil }.map(\.name)
    let shown = Dictionary(cell.instances.map { ($0.name, $0.uuid) }, uniquingKeysWith: { first, _ in first })
    let before = try store.before(cell.name, missing: names.filter { shown[$0] == nil })
    for name in names { if let was = before.uuids[name], was != shown[name] { memory.lastUUIDs[cell.name, default: [:]][name] = was } }
    for guest in cell.instances where guest.power == .off {
      guard let ran = before.running[guest.uuid], ran.host == guest.host, now.milliseconds(since: ran.at) <= wentOffMilliseconds else {
        continue
      }
      memory.wentOff[guest.uuid] = ran.at
    }
  }

  private static func text(of move: Move, _ open: OperationJournal) -> String {
    if let last = open.steps.last, last.step.isShutDown, let asked = last.askedAt {
      return "it was asked to shut down at \(asked), for its move from \(move.from) to \(move.to), and may still go off"
    }
    return "a move from \(move.from) to \(move.to) of an earlier run is not settled"
  }

  private static func failing(
    _ store: StateStore, _ backOffs: [InstanceUUID: BackOff], _ observation: Observation
  ) throws -> [InstanceUUID: FailingInstance] {
    let repeated = backOffs.filter { $0.value.failures >= FailingInstance.failuresMin }
    guard !repeated.isEmpty else { return [:] }
    var found: [InstanceUUID: FailingInstance] = [:]
    for instance in observation.cells.lazy.flatMap(\.instances) {
      guard let backOff = repeated[instance.uuid] else { continue }
      let last = try store.operations(limit: movesSearchedMax, instance: instance.name).first { $0.move?.uuid == instance.uuid }
      found[instance.uuid] = FailingInstance(failures: backOff.failures, text: last?.record.detail ?? "")
    }
    return found
  }

  /// Hosts that no manifest names although guests were last seen on them; that another host shows such a guest by now says nothing of this
  /// one, which nobody looks at any more.
  private static func hostsLeftBehind(
    _ known: [CellName: [HostName: HostRecord]], _ desired: DesiredFleet, _ observation: Observation
  ) -> [HostLeftBehind] {
    let declared = Set(desired.hosts.map(\.name))
    return desired.cells.flatMap { cell -> [HostLeftBehind] in
      let shown = observation.cells.first { $0.name == cell.name }?.hosts ?? []
      // A pool shows all its hosts, those as well that no manifest names; one that does not answer shows none of these.
      if cell.connection.isPool, !shown.contains(where: \.reachable) { return [] }
      let seen = Set(shown.map(\.name))
      return (known[cell.name] ?? [:])
        .filter { host, last in
          !declared.contains(host) && !seen.contains(host) && !last.instances.isEmpty && last.host?.isUndeclared != true
        }
        .map { HostLeftBehind(cell: cell.name, host: $0.key, guests: $0.value.instances.map(\.name).sorted()) }
        .sorted { $0.host < $1.host }
    }
  }
}
