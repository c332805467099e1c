/// Migrations carried out one at a time towards a target, wherever there is room.
///
/// One at a time is the most permissive order: what cannot be reached so cannot be reached at all. A move into a host that has room for everything
/// that comes to it harms nobody and goes first; then moves that leave a host others wait for; then the rest.
struct LegOrder: Sendable {
  let facts: SequenceFacts
  /// End host of each item; changed when a detour ends on a host that is as good.
  private(set) var target: [Int]
  private(set) var position: [Int]
  private(set) var movesMade: [Int]
  private(set) var room: RoomState
  private(set) var end: SequenceEnd
  private(set) var legs: [SequenceLeg] = []
  /// Precedence that earlier attempts gave to items that were left waiting (squeaky wheel; Joslin, Clements 1999).
  private let urgency: [Int]
  private let isAnyUrgent: Bool
  private let isTight: [Bool]
  /// Items whose target the host is or was; those that are elsewhere now wait for it.
  private var comers: [[Int]]
  private var queue = KeyedHeap()
  private var isQueued: [Bool]
  /// Items on a detour: they go on only when nobody else can, or they would take the room they made.
  private var late: [Int] = []

  init(_ facts: SequenceFacts, target: [Int], running: [RunningMigration], urgency: [Int]) {
    self.facts = facts
    self.target = target
    self.urgency = urgency
    isAnyUrgent = urgency.contains { $0 > 0 }
    position = facts.startOf
    movesMade = [Int](repeating: 0, count: target.count)
    room = RoomState(facts, running)
    end = SequenceEnd(facts, target, room)
    for migration in running {
      room.finish(migration.item, from: migration.from, to: migration.to)
      position[migration.item] = migration.to
      movesMade[migration.item] = 1
    }
    comers = [[Int]](repeating: [], count: facts.problem.hosts.count)
    isQueued = [Bool](repeating: false, count: target.count)
    let moving = target.indices.filter { [position] in target[$0] != position[$0] }
    for item in moving { comers[target[item]].append(item) }
    isTight = Self.tightHosts(facts, room, comers)
    for item in moving { enqueue(item) }
  }

  /// Hosts that cannot hold what they have and all that comes.
  private static func tightHosts(_ facts: SequenceFacts, _ room: RoomState, _ comers: [[Int]]) -> [Bool] {
    let count = facts.resourceCount
    var use = room.use
    return comers.indices.map { host in
      if comers[host].isEmpty { return false }
      for item in comers[host] {
        for resource in 0..<count { use[host * count + resource] += facts.demand[facts.classOf[item] * count + resource] }
        for need in facts.arrival(item, to: host) { use[host * count + need.resource] += need.amount }
      }
      return (0..<count).contains { use[host * count + $0] > facts.problem.capacity[host * count + $0] }
    }
  }

  /// Items that are not where they end; sorted.
  var waiting: [Int] { target.indices.filter { target[$0] != position[$0] } }

  /// Items that came or want to come to the host.
  func waitingOrThere(_ host: Int) -> [Int] { comers[host] }

  /// True if the item may end on the host instead of where it is to end.
  mutating func endsAsWell(_ item: Int, on host: Int) -> Bool { target[item] == host || end.allows(item, on: host) }

  // MARK: - Running

  private static let urgencyShift = 44
  private static let rankShift = 40

  private mutating func enqueue(_ item: Int) {
    guard !isQueued[item] else { return }
    isQueued[item] = true
    let (from, to) = (position[item], target[item])
    let rank = !isTight[to] ? 0 : isTight[from] ? 1 : 2
    let seconds = min(facts.seconds(item, to: to), 1 << Self.rankShift - 1)
    queue.push(rank << Self.rankShift - urgency[item] << Self.urgencyShift - seconds, item)
  }

  /// Moves what can be moved until nothing can.
  mutating func run() {
    var held: [Int] = []
    while true {
      while let (_, item) = queue.pop() {
        isQueued[item] = false
        guard position[item] != target[item], mayGo(item, to: target[item]) else { continue }
        if isHeld(item) { held.append(item) } else { go(item, to: target[item]) }
      }
      if held.isEmpty {
        guard !late.isEmpty else { return }
        for item in late { enqueue(item) }
        late = []
        continue
      }
      let item = held.removeFirst()
      if position[item] != target[item], mayGo(item, to: target[item]) { go(item, to: target[item]) }
      for other in held { enqueue(other) }
      held = []
    }
  }

  /// True if the item would take room that a more urgent one waits for.
  private func isHeld(_ item: Int) -> Bool {
    let host = target[item]
    guard isAnyUrgent, isTight[host] else { return false }
    return comers[host].contains {
      urgency[$0] > urgency[item] && target[$0] == host && position[$0] != host && !room.fits($0, on: host, beside: item)
    }
  }

  func mayGo(_ item: Int, to host: Int) -> Bool {
    facts.mayMove(item, from: position[item], to: host, hasMoved: movesMade[item] > 0)
      && room.canMove(item, from: position[item], to: host)
  }

  /// Moves the item and nobody else.
  mutating func put(_ item: Int, on host: Int) {
    let from = position[item]
    room.move(item, from: from, to: host)
    position[item] = host
    movesMade[item] += 1
    legs.append(SequenceLeg(item: item, from: from, to: host))
    if facts.startOf[item] == target[item], !comers[target[item]].contains(item) { comers[target[item]].append(item) }
  }

  /// Makes all of these moves; each of the items ends where its last one goes, or where it is.
  mutating func makeAll(_ legs: [SequenceLeg], of items: [Int]) {
    var lastHost: [Int: Int] = [:]
    for leg in legs { lastHost[leg.item] = leg.to }
    for item in items { retarget(item, to: lastHost[item] ?? position[item]) }
    for leg in legs { go(leg.item, to: leg.to) }
  }

  /// Moves the item and lets those that wait for its room try again.
  mutating func go(_ item: Int, to host: Int) {
    let from = position[item]
    put(item, on: host)
    for other in comers[from] where target[other] == from && position[other] != from { enqueue(other) }
    for group in facts.alwaysGroups[facts.classOf[item]] where !facts.problem.hasSameUnit(group, from, host) {
      for other in facts.problem.groups[group].members where target[other] != position[other] { enqueue(other) }
    }
    if host != target[item] { late.append(item) }
  }

  // MARK: - Changing one's mind

  /// Takes back the last moves until so many are left.
  mutating func undo(to count: Int) {
    while legs.count > count {
      let leg = legs.removeLast()
      room.undo(leg.item, from: leg.from, to: leg.to)
      position[leg.item] = leg.from
      movesMade[leg.item] -= 1
    }
  }

  /// Takes the moves of some items out of the order. They must be all that touched their hosts and groups.
  mutating func rollBack(_ isRolledBack: (Int) -> Bool) {
    for leg in legs.reversed() where isRolledBack(leg.item) {
      room.undo(leg.item, from: leg.from, to: leg.to)
      position[leg.item] = leg.from
      movesMade[leg.item] -= 1
    }
    legs.removeAll { isRolledBack($0.item) }
  }

  /// Lets the item end on another host.
  mutating func retarget(_ item: Int, to host: Int) {
    guard target[item] != host else { return }
    end.relocate(item, from: target[item], to: host)
    target[item] = host
    comers[host].append(item)
  }
}

extension PlacementProblem {
  func hasSameUnit(_ group: Int, _ one: Int, _ other: Int) -> Bool { unit(group, of: one) == unit(group, of: other) }
}
