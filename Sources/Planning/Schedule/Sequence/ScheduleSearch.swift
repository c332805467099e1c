/// Start times for a table: the shortest of several list schedules.
///
/// The first are told what waits for each move by the table's own order; each later one presses the moves on the chain that ended last
/// in the best so far.
struct ScheduleSearch {
  private let setup: TimedSetup
  private let room: RoomState
  private let running: [RunningMigration]
  private var random: SplitMix
  private(set) var starts: [Int]
  private(set) var makespan: Int
  /// Why there is no schedule; nil: there is one.
  private(set) var failure: PlannerFailure?
  private var releasedBy: [Int]
  /// Hosts to be emptied one after the other where that takes no longer.
  private let emptied: [Int]

  private static let roundsMax = 200
  private static let roundsInVainMax = 24

  init(_ setup: TimedSetup, _ room: RoomState, _ running: [RunningMigration], emptied: [Int] = [], seed: UInt64) {
    self.emptied = emptied
    self.setup = setup
    self.room = room
    self.running = running
    random = SplitMix(seed)
    starts = []
    makespan = .max
    releasedBy = []
  }

  mutating func run(bound: Int, _ budget: inout StepBudget) {
    let table = setup.table
    let flow = ResourceFlow(setup.facts, table, running, events: ResourceFlow.oneByOne(table))
    for countsLoads in [true, false] where makespan > bound {
      let tails = tails(flow.after, countsLoads: countsLoads)
      _ = attempt(tails, keepsOrder: true)
      if setup.isTight.contains(true) || !setup.movesInto.isEmpty { _ = attempt(tails, keepsOrder: false) }
    }
    if starts.isEmpty { return }
    var keepsOrder = false
    var pressed = self.tails(ResourceFlow(setup.facts, table, running, events: Self.events(table, starts)).after, countsLoads: true)
    var inVain = 0
    for _ in 0..<Self.roundsMax where makespan > bound && inVain < Self.roundsInVainMax && budget.spend(table.count) {
      for leg in lastChain() { pressed[leg] += 1 + Int(random.next() % UInt64(max(1, makespan / 8))) }
      inVain = attempt(pressed, keepsOrder: keepsOrder) ? 0 : inVain + 1
      keepsOrder.toggle()
    }
    if emptied.count > 1 {
      let tails = hostAfterHost()
      _ = attempt(tails, keepsOrder: false, orEqual: true) || attempt(tails, keepsOrder: true, orEqual: true)
    }
  }

  /// What leaves the first of the hosts presses more than anything that leaves the next one.
  private func hostAfterHost() -> [Int] {
    let table = setup.table
    var rank = [Int](repeating: 0, count: setup.facts.problem.hosts.count)
    for (index, host) in emptied.enumerated() { rank[host] = emptied.count - index }
    let whole = makespan + (table.seconds.max() ?? 0)
    return table.indices.map { rank[table.from[$0]] * whole + table.seconds[$0] }
  }

  /// Keeps the schedule if it is shorter.
  private mutating func attempt(_ tails: [Int], keepsOrder: Bool, orEqual: Bool = false) -> Bool {
    var list = TimedList(setup, room, tails: tails, keepsOrder: keepsOrder)
    let isWhole = list.run()
    if !isWhole && keepsOrder { failure = PlannerFailure(text: "an order that can be made one after the other got stuck") }
    guard isWhole, list.makespan < makespan || (orEqual && list.makespan == makespan) else { return false }
    makespan = list.makespan
    starts = list.starts
    releasedBy = list.releasedBy
    return true
  }

  /// Seconds from the start of each move to the end of the longest chain behind it; with `countsLoads` also of all work at a host of that chain.
  private func tails(_ after: [[Int]], countsLoads: Bool) -> [Int] {
    let table = setup.table
    var tails = table.seconds
    var behind = [Int](repeating: 0, count: table.count)
    for leg in sortedByNeeds(after).reversed() {
      tails[leg] = table.seconds[leg] + behind[leg]
      let work = countsLoads ? max(setup.load(table.from[leg]), setup.load(table.to[leg]), tails[leg]) : tails[leg]
      for earlier in after[leg] { behind[earlier] = max(behind[earlier], work) }
    }
    return tails
  }

  /// Every move after those it waits for.
  private func sortedByNeeds(_ after: [[Int]]) -> [Int] {
    guard !starts.isEmpty else { return Array(setup.table.indices) }
    return setup.table.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
  }

  /// The chain of moves, each let in by the end of the one before, that ends last.
  private func lastChain() -> [Int] {
    let table = setup.table
    var chain: [Int] = []
    var leg = table.indices.max { (starts[$0] + table.seconds[$0], $1) < (starts[$1] + table.seconds[$1], $0) } ?? -1
    while leg >= 0 {
      chain.append(leg)
      leg = releasedBy[leg]
    }
    return chain
  }

  static func events(_ table: LegTable, _ starts: [Int]) -> [(leg: Int, isStart: Bool)] {
    var events: [(at: Int, isStart: Int, leg: Int)] = []
    for leg in table.indices {
      events.append((starts[leg], 1, leg))
      events.append((starts[leg] + table.seconds[leg], 0, leg))
    }
    return events.sorted { $0 < $1 }.map { ($0.leg, $0.isStart == 1) }
  }
}
