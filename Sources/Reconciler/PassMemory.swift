import Fleet
import Planning
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
          LastSeen(cell: cell.name, instance: $0.instance, at: $0.at)
        }
      }
    }
    memory.inDoubt = try store.openMoves().filter { !$0.move.state.isFinal }.map { open in
      InDoubt(
        uuid: open.move.move.uuid, cell: open.move.move.cell, hosts: [open.move.move.from, open.move.move.to],
        text: "a move from \(open.move.move.from) to \(open.move.move.to) of an earlier run is not settled")
    }
    let backOffs = try store.backOffs(now: now, revision: revision)
    memory.backOff = backOffs.mapValues(\.until)
    memory.failing = try failing(store, backOffs, observation)
    memory.retiredDisks = try store.retiredDisks()
    memory.needsHuman = try store.needsHuman()
    memory.displacedFrom = try store.displacedFrom()
    memory.hostsLeftBehind = try hostsLeftBehind(store, desired, observation)
    return memory
  }

  private static func failing(
    _ store: StateStore, _ backOffs: [InstanceUUID: BackOff], _ observation: Observation
  ) throws -> [InstanceUUID: FailingInstance] {
    let repeated = backOffs.filter { $0.value.failures >= FailingInstance.failuresMin }
    guard !repeated.isEmpty else { return [:] }
    var found: [InstanceUUID: FailingInstance] = [:]
    for instance in observation.cells.lazy.flatMap(\.instances) {
      guard let backOff = repeated[instance.uuid] else { continue }
      let last = try store.moves(limit: movesSearchedMax, instance: instance.name).first { $0.move.move.uuid == instance.uuid }
      found[instance.uuid] = FailingInstance(failures: backOff.failures, text: last?.move.detail ?? "")
    }
    return found
  }

  /// Hosts that no manifest names although guests were last seen on them, but for guests that another host shows since.
  private static func hostsLeftBehind(
    _ store: StateStore, _ desired: DesiredFleet, _ observation: Observation
  ) throws -> [HostLeftBehind] {
    let declared = Set(desired.hosts.map(\.name))
    let active = Set(observation.cells.flatMap { $0.instances.filter { $0.host != nil && $0.power.isActive }.map(\.uuid) })
    return try desired.cells.flatMap { cell in
      try store.hostsWithGuests(cell.name, except: declared, activeElsewhere: active)
        .map { HostLeftBehind(cell: cell.name, host: $0.key, guests: $0.value) }
        .sorted { $0.host < $1.host }
    }
  }
}
