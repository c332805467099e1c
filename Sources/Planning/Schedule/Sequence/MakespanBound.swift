/// Seconds that no order of given migrations can beat.
///
/// Work per slot: of each host (all, what comes, what leaves), of each link, of all. Waits: a migration starts after the same item's one before, and
/// if its room is not there at the start, after enough others have left its host. Both together: work per slot of a host after the earliest
/// start there.
struct MakespanBound {
  let seconds: Int

  /// Rounds of letting waits grow; after each of them they are a bound.
  private static let waitRoundsMax = 32

  init(_ setup: TimedSetup, _ room: RoomState) {
    let table = setup.table
    let earliest = Self.earliestStarts(setup, room)
    var bound = 0
    for leg in table.indices { bound = max(bound, earliest[leg] + table.seconds[leg]) }
    let hostCount = setup.facts.problem.hosts.count
    var headIn = [Int](repeating: .max, count: hostCount)
    var headOut = headIn
    var linkLoad = [Int](repeating: 0, count: setup.linkCount)
    var (loadIn, loadOut) = ([Int](repeating: 0, count: hostCount), [Int](repeating: 0, count: hostCount))
    var total = 0
    for leg in table.indices {
      let (from, to, seconds) = (table.from[leg], table.to[leg], table.seconds[leg])
      headIn[to] = min(headIn[to], earliest[leg])
      headOut[from] = min(headOut[from], earliest[leg])
      loadIn[to] += seconds
      loadOut[from] += seconds
      total += seconds
      if setup.linkOf[leg] >= 0 { linkLoad[setup.linkOf[leg]] += seconds }
    }
    let limits = setup.limits
    for host in 0..<hostCount where headIn[host] < .max || headOut[host] < .max {
      bound = max(bound, min(headIn[host], headOut[host]) + Self.share(loadIn[host] + loadOut[host], limits.perHost))
      if loadIn[host] > 0 { bound = max(bound, headIn[host] + Self.share(loadIn[host], limits.perHostIncoming)) }
      if loadOut[host] > 0 { bound = max(bound, headOut[host] + Self.share(loadOut[host], limits.perHostOutgoing)) }
    }
    for load in linkLoad { bound = max(bound, Self.share(load, limits.perLink)) }
    seconds = max(bound, Self.share(total, limits.total))
  }

  private static func share(_ load: Int, _ slots: Int) -> Int { load == 0 ? 0 : (load - 1) / slots + 1 }

  private static func earliestStarts(_ setup: TimedSetup, _ room: RoomState) -> [Int] {
    let (facts, table) = (setup.facts, setup.table)
    var earliest = [Int](repeating: 0, count: table.count)
    var leavers = [[Int]](repeating: [], count: facts.problem.hosts.count)
    let waitsForRoom = table.indices.map { $0 >= table.runningCount && !room.fits(table.item[$0], on: table.to[$0]) }
    guard waitsForRoom.contains(true) || table.previous.contains(where: { $0 >= 0 }) else { return earliest }
    for leg in table.indices { leavers[table.from[leg]].append(leg) }
    for _ in 0..<waitRoundsMax {
      var isChanged = false
      for leg in table.indices {
        let previous = table.previous[leg]
        var start = previous < 0 ? 0 : earliest[previous] + table.seconds[previous]
        if waitsForRoom[leg] { start = max(start, roomAt(leg, facts, table, room, leavers[table.to[leg]], earliest)) }
        if start > earliest[leg] {
          earliest[leg] = start
          isChanged = true
        }
      }
      if !isChanged { break }
    }
    return earliest
  }

  /// Earliest instant at which enough may have left the host, if nothing else comes.
  private static func roomAt(
    _ leg: Int, _ facts: SequenceFacts, _ table: LegTable, _ room: RoomState, _ leavers: [Int], _ earliest: [Int]
  ) -> Int {
    let count = facts.resourceCount
    let (item, host) = (table.item[leg], table.to[leg])
    let ends = leavers.map { (end: earliest[$0] + table.seconds[$0], leg: $0) }.sorted { $0 < $1 }
    let arrival = facts.arrival(item, to: host)
    var latest = 0
    for resource in 0..<count {
      let demand = facts.demand[facts.classOf[item] * count + resource]
      let amount = arrival.reduce(demand) { $0 + ($1.resource == resource ? $1.amount : 0) }
      guard amount > 0 || facts.problem.refusesWhenOver else { continue }
      var lacking = room.use[host * count + resource] + amount - facts.problem.capacity[host * count + resource]
      for (end, leaver) in ends where lacking > 0 {
        lacking -= facts.demand[facts.classOf[table.item[leaver]] * count + resource]
        latest = max(latest, end)
      }
    }
    return latest
  }
}
