/// What every schedule of a table shares: which hosts and groups are short of room, loads, links, and the numbers of the queues.
struct TimedSetup: Sendable {
  let facts: SequenceFacts
  let table: LegTable
  /// At least 1 each.
  let limits: MigrationSlots
  /// Seconds of the moves that come to and leave each host, migrations under way apart.
  let loadIn: [Int]
  let loadOut: [Int]
  /// Moves to each host, in the order of the table.
  let comers: [[Int]]
  /// Hosts that cannot hold what they have and all that comes.
  let isTight: [Bool]
  /// Link of each migration; -1: none.
  let linkOf: [Int]
  let linkCount: Int
  /// Moves into units that are short of places, and all of groups whose rule is no sum, in the order of the table; by `placeKey`.
  let movesInto: [GroupUnit: [Int]]

  init(_ facts: SequenceFacts, _ table: LegTable, _ room: RoomState) {
    self.facts = facts
    self.table = table
    let given = facts.problem.limits
    limits = MigrationSlots(
      perHost: max(1, given.perHost), perHostOutgoing: max(1, given.perHostOutgoing), perHostIncoming: max(1, given.perHostIncoming),
      perLink: max(1, given.perLink), total: max(1, given.total))
    let hostCount = facts.problem.hosts.count
    var (loadIn, loadOut) = ([Int](repeating: 0, count: hostCount), [Int](repeating: 0, count: hostCount))
    var comers = [[Int]](repeating: [], count: hostCount)
    for leg in table.runningCount..<table.count {
      loadIn[table.to[leg]] += table.seconds[leg]
      loadOut[table.from[leg]] += table.seconds[leg]
      comers[table.to[leg]].append(leg)
    }
    self.loadIn = loadIn
    self.loadOut = loadOut
    self.comers = comers
    isTight = Self.tightHosts(facts, table, comers, room)
    (linkOf, linkCount) = Self.links(facts, table)
    movesInto = Self.scarcePlaces(facts, table, room)
  }

  private static func tightHosts(_ facts: SequenceFacts, _ table: LegTable, _ comers: [[Int]], _ room: RoomState) -> [Bool] {
    let count = facts.resourceCount
    var use = room.use
    return comers.indices.map { host in
      if comers[host].isEmpty { return false }
      for leg in comers[host] {
        let item = table.item[leg]
        for resource in 0..<count { use[host * count + resource] += facts.demand[facts.classOf[item] * count + resource] }
        for need in facts.arrival(item, to: host) { use[host * count + need.resource] += need.amount }
      }
      return (0..<count).contains { use[host * count + $0] > facts.problem.capacity[host * count + $0] }
    }
  }

  /// Seconds of work per slot at the host.
  func load(_ host: Int) -> Int { load(in: loadIn[host], out: loadOut[host]) }

  func load(in comes: Int, out leaves: Int) -> Int {
    max((comes + leaves) / limits.perHost, comes / limits.perHostIncoming, leaves / limits.perHostOutgoing)
  }

  private static func links(_ facts: SequenceFacts, _ table: LegTable) -> (linkOf: [Int], count: Int) {
    let hosts = facts.problem.hosts
    var known: [ClosedRange<Int>: Int] = [:]
    let linkOf = table.indices.map { leg in
      let (one, other) = (hosts[table.from[leg]].zone, hosts[table.to[leg]].zone)
      guard one >= 0, other >= 0, one != other else { return -1 }
      let key = min(one, other)...max(one, other)
      let link = known[key] ?? known.count
      known[key] = link
      return link
    }
    return (linkOf, known.count)
  }

  private static func scarcePlaces(_ facts: SequenceFacts, _ table: LegTable, _ room: RoomState) -> [GroupUnit: [Int]] {
    var moves: [GroupUnit: [Int]] = [:]
    for leg in table.runningCount..<table.count {
      for group in facts.alwaysGroups[facts.classOf[table.item[leg]]] {
        guard !facts.problem.hasSameUnit(group, table.from[leg], table.to[leg]) else { continue }
        moves[key(facts, group, table.to[leg]), default: []].append(leg)
      }
    }
    return moves.filter { key, legs in legs.count > room.freePlaces(group: key.group, unit: key.unit) }
  }

  /// The places of a group whose rule is no sum are one.
  private static func key(_ facts: SequenceFacts, _ group: Int, _ host: Int) -> GroupUnit {
    guard case .separate = facts.problem.groups[group].kind else { return GroupUnit(group: group, unit: -1) }
    return GroupUnit(group: group, unit: facts.problem.unit(group, of: host))
  }

  /// Key of the places a move of a member to the host takes one of.
  func placeKey(_ group: Int, _ host: Int) -> GroupUnit { Self.key(facts, group, host) }

  func isWhole(_ group: Int) -> Bool {
    if case .separate = facts.problem.groups[group].kind { false } else { true }
  }

  // MARK: - Numbers of the queues

  private var hostCount: Int { facts.problem.hosts.count }
  var queueCount: Int { 4 * hostCount + linkCount + 1 + facts.problem.groups.count }
  func hostQueue(_ host: Int) -> Int { host }
  func outQueue(_ host: Int) -> Int { hostCount + host }
  func inQueue(_ host: Int) -> Int { 2 * hostCount + host }
  func roomQueue(_ host: Int) -> Int { 3 * hostCount + host }
  func linkQueue(_ link: Int) -> Int { 4 * hostCount + link }
  var totalQueue: Int { 4 * hostCount + linkCount }
  func groupQueue(_ group: Int) -> Int { 4 * hostCount + linkCount + 1 + group }
  /// Slots: what stops one of them stops all. (Rooms and groups stop one and let another pass.)
  func isCounted(_ queue: Int) -> Bool { queue < 3 * hostCount || (queue >= 4 * hostCount && queue <= totalQueue) }
}
