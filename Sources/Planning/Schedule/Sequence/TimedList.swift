/// When each migration of a table starts: at every instant what fits, the most pressing first.
///
/// A migration that cannot start waits at one thing that stops it (slots of a host, room on one, a link, the total, a group) and is looked at
/// again only when that changes; so the work grows with the moves and not with moves times instants. If `keepsOrder`, a move takes room on a
/// host that is short of it only if all that come earlier in the table still find room there: then the schedule never gets stuck, because the
/// first move of the table that has not started can always start once the others have ended.
struct TimedList {
  let facts: SequenceFacts
  let table: LegTable
  private let keepsOrder: Bool
  private let setup: TimedSetup
  /// Seconds from the start of each migration to the end of what waits for it.
  private let tails: [Int]

  private(set) var starts: [Int]
  private(set) var startedCount = 0
  private(set) var makespan = 0
  /// The migration whose end let each one start; -1: none.
  private(set) var releasedBy: [Int]

  private var room: RoomState
  private var incoming: [Int]
  private var outgoing: [Int]
  private var linkUse: [Int]
  private var runningTotal = 0
  private var groupBusy: [Int: Int] = [:]
  /// Seconds of what has not started, coming to and leaving each host.
  private var loadIn: [Int]
  private var loadOut: [Int]
  private var queues: [KeyedHeap]
  private var isAwake: [Bool]
  /// Position in `TimedSetup.comers` of the first that has not started.
  private var firstComer: [Int]
  /// Position in `TimedSetup.movesInto` of the first that has not started.
  private var nextMember: [GroupUnit: Int] = [:]
  private var running = KeyedHeap()
  private var active = KeyedHeap()
  private var isStarted: [Bool]
  /// Queue in which each migration waits or waited last; -1: none.
  private var cameFrom: [Int]
  private var latestEnd = -1

  init(_ setup: TimedSetup, _ room: RoomState, tails: [Int], keepsOrder: Bool) {
    self.setup = setup
    facts = setup.facts
    table = setup.table
    self.keepsOrder = keepsOrder
    self.tails = tails
    self.room = room
    let hostCount = facts.problem.hosts.count
    starts = [Int](repeating: -1, count: table.count)
    releasedBy = starts
    incoming = [Int](repeating: 0, count: hostCount)
    outgoing = incoming
    linkUse = [Int](repeating: 0, count: setup.linkCount)
    loadIn = setup.loadIn
    loadOut = setup.loadOut
    queues = [KeyedHeap](repeating: KeyedHeap(), count: setup.queueCount)
    isAwake = [Bool](repeating: false, count: queues.count)
    firstComer = incoming
    isStarted = [Bool](repeating: false, count: table.count)
    cameFrom = starts
  }

  /// False if some could not start: only without `keepsOrder`.
  mutating func run() -> Bool {
    for leg in 0..<table.runningCount { start(leg, at: 0) }
    for leg in table.runningCount..<table.count where table.previous[leg] < 0 { active.push(-pressure(leg), leg) }
    startAll(at: 0)
    while let (now, _) = running.first {
      while let (end, leg) = running.first, end == now {
        _ = running.pop()
        latestEnd = leg
        finish(leg)
      }
      startAll(at: now)
    }
    return startedCount == table.count
  }

  // MARK: - What presses most

  private static let secondsShift = 20

  /// What is left at the busier of its hosts, or behind it; then the longer one.
  private func pressure(_ leg: Int) -> Int {
    let load = max(hostLoad(table.from[leg]), hostLoad(table.to[leg]), tails[leg])
    return load << Self.secondsShift + min(table.seconds[leg], 1 << Self.secondsShift - 1)
  }

  private func hostLoad(_ host: Int) -> Int { setup.load(in: loadIn[host], out: loadOut[host]) }

  // MARK: - Starting

  private mutating func startAll(at now: Int) {
    var skipped: [(queue: Int, leg: Int)] = []
    while let (key, leg) = active.pop() {
      let pressure = pressure(leg)
      // Loads only shrink while nothing ends, so an old key is an upper bound: put it back if another may press more now.
      if -pressure > key, let top = active.first, top.key < -pressure {
        active.push(-pressure, leg)
        continue
      }
      let queue = cameFrom[leg]
      let obstacle = obstacle(leg)
      if obstacle < 0 {
        start(leg, at: now)
      } else if obstacle != queue {
        cameFrom[leg] = obstacle
        queues[obstacle].push(-pressure, leg)
      } else if setup.isCounted(queue) {
        queues[queue].push(-pressure, leg)
        isAwake[queue] = false
        continue
      } else {
        skipped.append((queue, leg))
      }
      if queue >= 0 { advance(queue) }
    }
    for (queue, leg) in skipped { queues[queue].push(-pressure(leg), leg) }
  }

  private mutating func advance(_ queue: Int) {
    while let (_, leg) = queues[queue].pop() {
      let pressure = pressure(leg)
      if let top = queues[queue].first, top.key < -pressure {
        queues[queue].push(-pressure, leg)
        continue
      }
      cameFrom[leg] = queue
      active.push(-pressure, leg)
      return
    }
    isAwake[queue] = false
  }

  private mutating func wake(_ queue: Int) {
    guard queue >= 0, !isAwake[queue] else { return }
    isAwake[queue] = true
    advance(queue)
  }

  /// Queue of what stops the migration now; -1: nothing.
  private func obstacle(_ leg: Int) -> Int {
    let (item, from, to) = (table.item[leg], table.from[leg], table.to[leg])
    if !room.fits(item, on: to) || (keepsOrder && setup.isTight[to] && !leavesRoomForEarlier(leg)) { return setup.roomQueue(to) }
    for group in facts.alwaysGroups[facts.classOf[item]] where !facts.problem.hasSameUnit(group, from, to) {
      if room.blocks(group, from, to) || (setup.isWhole(group) && groupBusy[group, default: 0] > 0) { return setup.groupQueue(group) }
      if keepsOrder, !isNextMember(group, leg) { return setup.groupQueue(group) }
    }
    let limits = setup.limits
    for host in [from, to] where incoming[host] + outgoing[host] >= limits.perHost { return setup.hostQueue(host) }
    if outgoing[from] >= limits.perHostOutgoing { return setup.outQueue(from) }
    if incoming[to] >= limits.perHostIncoming { return setup.inQueue(to) }
    let link = setup.linkOf[leg]
    if link >= 0, linkUse[link] >= limits.perLink { return setup.linkQueue(link) }
    return runningTotal >= limits.total ? setup.totalQueue : -1
  }

  /// True if everything that comes to the host earlier in the table still fits beside the migration.
  private func leavesRoomForEarlier(_ leg: Int) -> Bool {
    let host = table.to[leg]
    let count = facts.resourceCount
    let row = host * count
    let comers = setup.comers[host]
    var position = firstComer[host]
    if position < comers.count, comers[position] == leg { return true }
    var use = Array(room.use[row..<row + count])
    while position < comers.count, comers[position] <= leg {
      let other = comers[position]
      position += 1
      if isStarted[other] { continue }
      let item = table.item[other]
      for resource in 0..<count { use[resource] += facts.demand[facts.classOf[item] * count + resource] }
      for need in facts.arrival(item, to: host) { use[need.resource] += need.amount }
      for resource in 0..<count where use[resource] > facts.problem.capacity[row + resource] { return false }
    }
    return true
  }

  /// True if no earlier move of the table waits to take a place there that is short.
  private func isNextMember(_ group: Int, _ leg: Int) -> Bool {
    let key = setup.placeKey(group, table.to[leg])
    guard let moves = setup.movesInto[key] else { return true }
    let next = nextMember[key, default: 0]
    return next < moves.count && moves[next] == leg
  }

  private mutating func start(_ leg: Int, at now: Int) {
    let (item, from, to) = (table.item[leg], table.from[leg], table.to[leg])
    if leg >= table.runningCount {
      room.begin(item, from: from, to: to)
      loadOut[from] -= table.seconds[leg]
      loadIn[to] -= table.seconds[leg]
    }
    isStarted[leg] = true
    startedCount += 1
    starts[leg] = now
    releasedBy[leg] = latestEnd
    outgoing[from] += 1
    incoming[to] += 1
    runningTotal += 1
    if setup.linkOf[leg] >= 0 { linkUse[setup.linkOf[leg]] += 1 }
    makespan = max(makespan, now + table.seconds[leg])
    running.push(now + table.seconds[leg], leg)
    while firstComer[to] < setup.comers[to].count, isStarted[setup.comers[to][firstComer[to]]] { firstComer[to] += 1 }
    for group in facts.alwaysGroups[facts.classOf[item]] where !facts.problem.hasSameUnit(group, from, to) {
      groupBusy[group, default: 0] += 1
      guard keepsOrder, let moves = setup.movesInto[setup.placeKey(group, to)] else { continue }
      var next = nextMember[setup.placeKey(group, to), default: 0]
      while next < moves.count, isStarted[moves[next]] { next += 1 }
      nextMember[setup.placeKey(group, to)] = next
      wake(setup.groupQueue(group))
    }
  }

  private mutating func finish(_ leg: Int) {
    let (item, from, to) = (table.item[leg], table.from[leg], table.to[leg])
    room.finish(item, from: from, to: to)
    outgoing[from] -= 1
    incoming[to] -= 1
    runningTotal -= 1
    wake(setup.hostQueue(from))
    wake(setup.outQueue(from))
    wake(setup.hostQueue(to))
    wake(setup.inQueue(to))
    wake(setup.roomQueue(from))
    if setup.linkOf[leg] >= 0 {
      linkUse[setup.linkOf[leg]] -= 1
      wake(setup.linkQueue(setup.linkOf[leg]))
    }
    wake(setup.totalQueue)
    for group in facts.alwaysGroups[facts.classOf[item]] where !facts.problem.hasSameUnit(group, from, to) {
      groupBusy[group, default: 0] -= 1
      wake(setup.groupQueue(group))
    }
    if table.next[leg] >= 0 { active.push(-pressure(table.next[leg]), table.next[leg]) }
  }
}
