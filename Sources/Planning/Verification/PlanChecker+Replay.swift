import Fleet

/// A cell as a replay goes on.
struct Replay {
  var memory: [HostName: Int] = [:]
  var vcpus: [HostName: Int] = [:]
  /// Hosts each guest counts on.
  var places: [InstanceUUID: [HostName]] = [:]
  var bodies: [InstanceUUID: InstanceObservation] = [:]
  var copied: Set<InstanceUUID> = []
  var moving: Set<InstanceUUID> = []
  var pools: [HostName: [StorageID: Int]] = [:]
  var incoming: [HostName: Int] = [:]
  var outgoing: [HostName: Int] = [:]
  var running = 0

  init(_ cell: CheckedCell, _ input: PlanningInput) {
    for (uuid, copies) in cell.shown {
      let body = cell.body(uuid)
      for copy in copies {
        guard let host = copy.host else { continue }
        if body == nil || body == copy { charge(copy, on: host) }
        if body != nil && body != copy { continue }
        places[uuid, default: []].append(host)
      }
      if let body { bodies[uuid] = body }
      for host in cell.doubts[uuid] ?? [] where places[uuid]?.contains(host) != true {
        places[uuid, default: []].append(host)
        if let copy = copies.first { charge(copy, on: host, always: true) }
      }
    }
    for guest in cell.remembered { if let host = guest.host { places[guest.uuid] = [host] } }
    for host in cell.facts.values { for storage in host.storages { pools[host.name, default: [:]][storage.id] = storage.freeBytes } }
    for disk in input.memory.retiredDisks where disk.cell == cell.desired.name { pools[disk.host]?[disk.pool]? -= disk.bytes }
  }

  mutating func charge(_ guest: InstanceObservation, on host: HostName, sign: Int = 1, always: Bool = false) {
    guard always || guest.power == .running || guest.power == .paused else { return }
    memory[host, default: 0] += sign * (guest.memoryMaxBytes + guest.overheadBytes)
    vcpus[host, default: 0] += sign * guest.vcpus
  }
}

extension PlanChecker {
  mutating func check(_ cell: CheckedCell) {
    guard !cell.moves.isEmpty else { return }
    let limit = input.maxMoves ?? cell.desired.maxMovesPerPass
    if cell.moves.count > limit { problems.append("cell \(cell.desired.name): \(cell.moves.count) moves, allowed are \(limit)") }
    checkEnd(cell, replay(cell), Replay(cell, input), CheckedRules(cell, input))
  }

  /// Plays the moves of a cell to their end.
  mutating func replay(_ cell: CheckedCell) -> Replay {
    var replay = Replay(cell, input)
    let start = replay
    let rules = CheckedRules(cell, input)
    for (index, isStart) in events(cell.moves) {
      let move = cell.moves[index]
      if isStart { begin(move, cell, &replay, start, rules) } else { finish(move, cell, &replay, start, rules) }
    }
    return replay
  }

  /// What hosts that are to be relieved have beyond their capacity: bytes and vCPUs, of which only more or less is told.
  func excess(_ cell: CheckedCell, _ replay: Replay) -> Int {
    cell.hosts.values.reduce(0) { sum, host in
      guard host.capacity.relieve, let fact = cell.facts[host.name], fact.unmeasured == nil else { return sum }
      let memory = max(0, replay.memory[host.name, default: 0] - host.capacity.memoryBytes(of: fact.memoryBytes))
      let vcpus = max(0, replay.vcpus[host.name, default: 0] - host.capacity.vcpus(of: fact.cpus))
      return sum + memory + vcpus
    }
  }

  /// Ends before starts at one instant.
  private func events(_ moves: [Move]) -> [(index: Int, isStart: Bool)] {
    var events: [(at: Int, isStart: Int, index: Int)] = []
    for (index, move) in moves.enumerated() { events += [(move.start, 1, index), (move.end, 0, index)] }
    return events.sorted { $0 < $1 }.map { ($0.index, $0.isStart == 1) }
  }

  private mutating func begin(_ move: Move, _ cell: CheckedCell, _ replay: inout Replay, _ start: Replay, _ rules: CheckedRules) {
    let tag = "\(move.id) (\(move.instance) \(move.from) to \(move.to))"
    guard let guest = replay.bodies[move.uuid], guest.host == move.from, replay.places[move.uuid] == [move.from],
      !replay.moving.contains(move.uuid)
    else {
      return problems.append("\(tag): it is not there, or not only there")
    }
    guard let from = cell.facts[move.from], let to = cell.facts[move.to], move.from != move.to else {
      return problems.append("\(tag): not two known hosts")
    }
    let manifest = cell.manifests[move.uuid]
    if let why = untouchable(move.uuid, guest, cell) { problems.append("\(tag): \(why)") }
    if (manifest?.name ?? guest.name) != move.instance { problems.append("\(tag): its name is \(manifest?.name ?? guest.name)") }
    if !cell.mayReceive(move.to) { problems.append("\(tag): \(move.to) may not receive") }
    if let why = modeProblem(move, guest, manifest, from, to) { problems.append("\(tag): \(why)") }
    if replay.copied.contains(move.uuid) { problems.append("\(tag): a guest whose disks were copied moves again") }
    if move.hop && move.disks.contains(where: { $0.action == .copy }) { problems.append("\(tag): a hop copies disks") }
    if manifest?.required == true, !cell.mayEnd(manifest, on: move.to) { problems.append("\(tag): it is required elsewhere") }
    take(move, tag, guest, cell, &replay)
    if let rule = rules.worse(replay, than: start, moved: manifest) {
      problems.append("\(tag): rule \(rule), which holds always, is worse than at the start")
    }
  }

  private func untouchable(_ uuid: InstanceUUID, _ guest: InstanceObservation, _ cell: CheckedCell) -> String? {
    if cell.ambiguous.contains(uuid) { return "its name is ambiguous" }
    if cell.doubts[uuid] != nil || input.memory.needsHuman[uuid] != nil { return "it is frozen" }
    if guest.busy { return "it is busy" }
    if let until = input.memory.backOff[uuid], until > input.now { return "it is backing off" }
    if cell.manifests[uuid] == nil {
      let leaves = cell.shown[uuid]?.first?.host.flatMap { cell.hosts[$0]?.maintenance } != nil
      if cell.desired.unmanaged != .evacuate || !leaves { return "no manifest names it" }
    }
    return nil
  }

  private mutating func take(_ move: Move, _ tag: String, _ guest: InstanceObservation, _ cell: CheckedCell, _ replay: inout Replay) {
    replay.moving.insert(move.uuid)
    replay.places[move.uuid, default: []].append(move.to)
    replay.charge(guest, on: move.to)
    if let host = cell.hosts[move.to], let fact = cell.facts[move.to] {
      let (memory, vcpus) = (host.capacity.memoryBytes(of: fact.memoryBytes), host.capacity.vcpus(of: fact.cpus))
      if replay.memory[move.to, default: 0] > memory {
        problems.append("\(tag): \(replay.memory[move.to, default: 0]) bytes on it, it has \(memory)")
      }
      if replay.vcpus[move.to, default: 0] > vcpus {
        problems.append("\(tag): \(replay.vcpus[move.to, default: 0]) vCPUs on it, it has \(vcpus)")
      }
    }
    for disk in move.disks where disk.action == .copy {
      replay.copied.insert(move.uuid)
      guard let pool = disk.toPool, let source = guest.disks.first(where: { $0.target == disk.target }) else { continue }
      replay.pools[move.to, default: [:]][pool, default: 0] -= max(source.virtualBytes, source.allocatedBytes)
      if replay.pools[move.to]?[pool] ?? 0 < 0 { problems.append("\(tag): pool \(pool) is too small") }
    }
    replay.outgoing[move.from, default: 0] += 1
    replay.incoming[move.to, default: 0] += 1
    replay.running += 1
    let limits = cell.desired.limits
    if replay.running > max(1, limits.total) { problems.append("\(tag): \(replay.running) at once in the cell") }
    if replay.outgoing[move.from, default: 0] > max(1, limits.perHostOutgoing) { problems.append("\(tag): too many leave \(move.from)") }
    if replay.incoming[move.to, default: 0] > max(1, limits.perHostIncoming) { problems.append("\(tag): too many come to \(move.to)") }
    for host in [move.from, move.to] where replay.incoming[host, default: 0] + replay.outgoing[host, default: 0] > max(1, limits.perHost) {
      problems.append("\(tag): too many at once on \(host)")
    }
  }

  private mutating func finish(_ move: Move, _ cell: CheckedCell, _ replay: inout Replay, _ start: Replay, _ rules: CheckedRules) {
    guard replay.moving.remove(move.uuid) != nil, let guest = replay.bodies[move.uuid] else { return }
    replay.charge(guest, on: move.from, sign: -1)
    replay.places[move.uuid] = [move.to]
    replay.outgoing[move.from, default: 0] -= 1
    replay.incoming[move.to, default: 0] -= 1
    replay.running -= 1
    if let from = cell.facts[move.from], let to = cell.facts[move.to] { replay.bodies[move.uuid] = moved(guest, from, to) }
    if let rule = rules.worse(replay, than: start, moved: cell.manifests[move.uuid]) {
      problems.append("\(move.id): rule \(rule), which holds always, is worse than at the start once it has ended")
    }
  }

  // MARK: - The end

  private mutating func checkEnd(_ cell: CheckedCell, _ end: Replay, _ start: Replay, _ rules: CheckedRules) {
    if end.running != 0 { problems.append("cell \(cell.desired.name): the plan ends while moves run") }
    var last: [InstanceUUID: Int] = [:]
    for (index, move) in cell.moves.enumerated() { last[move.uuid] = index }
    let broken = rules.broken(start)
    var hasCause = !broken.isEmpty
    for (index, move) in cell.moves.enumerated() {
      if move.hop != (last[move.uuid] != index) { problems.append("\(move.id): hop must be set on all moves of an instance but the last") }
      guard last[move.uuid] == index, let first = start.places[move.uuid]?.first else { continue }
      let manifest = cell.manifests[move.uuid]
      if move.to != first, !cell.mayEnd(manifest, on: move.to) { problems.append("\(move.id): \(move.instance) may not end on \(move.to)") }
      if !isTrue(move.reason.kind, first, manifest, cell, start, broken) {
        problems.append("\(move.id): its reason \(move.reason.kind) does not hold")
      }
    }
    for uuid in start.bodies.keys {
      guard let host = start.places[uuid]?.first, !hasCause else { continue }
      hasCause = isOut(host, cell.manifests[uuid], cell)
    }
    hasCause = hasCause || cell.hosts.keys.contains { isOver($0, cell, start) }
    if !hasCause { problems.append("cell \(cell.desired.name): moves, although nothing is violated") }
    for rule in rules.worse(end, thanAtEndOf: start) { problems.append("rule \(rule) ends worse than it began") }
  }

  /// On a host in maintenance, or where its manifest does not want it.
  private func isOut(_ host: HostName, _ manifest: DesiredInstance?, _ cell: CheckedCell) -> Bool {
    cell.hosts[host]?.maintenance != nil || !cell.mayEnd(manifest, on: host)
  }

  private func isOver(_ host: HostName, _ cell: CheckedCell, _ replay: Replay) -> Bool {
    guard let wanted = cell.hosts[host], let fact = cell.facts[host], fact.unmeasured == nil, wanted.capacity.relieve
    else { return false }
    return replay.memory[host, default: 0] > wanted.capacity.memoryBytes(of: fact.memoryBytes)
      || replay.vcpus[host, default: 0] > wanted.capacity.vcpus(of: fact.cpus)
  }

  private func isTrue(
    _ kind: MoveReason.Kind, _ first: HostName, _ manifest: DesiredInstance?, _ cell: CheckedCell, _ start: Replay,
    _ broken: [PlacementRule]
  ) -> Bool {
    switch kind {
    case .maintenance: cell.hosts[first]?.maintenance != nil
    case .placement, .return: !cell.mayEnd(manifest, on: first)
    case .rule:
      broken.contains { rule in manifest.map { instance in rule.selector.allSatisfy { instance.labels[$0.key] == $0.value } } ?? false }
    case .overload: isOver(first, cell, start)
    case .makeRoom, .hop: true
    }
  }
}
