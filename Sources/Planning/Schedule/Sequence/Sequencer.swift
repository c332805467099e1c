/// Turns a target into migrations that can be carried out, with the fewest detours, in little time.
///
/// First an order, one move at a time, with the detours it needs (`LegOrder`, `DeadlockBreaker`); then start times under the slots (`TimedList`),
/// bettered by pressing what ended last; then what each move waits for (`ResourceFlow`).
package struct Sequencer: Sendable {
  private let facts: SequenceFacts
  private let target: [Int]
  private let running: [RunningMigration]
  private let seed: UInt64

  /// `target`: end host of each item. Items under way start on the host they leave; the target may send them on from where they go to.
  package init(_ problem: PlacementProblem, target: [Int], running: [RunningMigration] = [], seed: UInt64) {
    facts = SequenceFacts(problem)
    self.target = target
    self.running = running
    self.seed = seed
  }

  package mutating func run(budget: inout StepBudget) -> SequenceOutcome {
    let (order, isWhole) = findOrder(&budget)
    let table = LegTable(facts, running, order.legs)
    let room = RoomState(facts, running)
    let setup = TimedSetup(facts, table, room)
    let bound = MakespanBound(setup, room).seconds
    var search = ScheduleSearch(setup, room, running, seed: seed)
    search.run(bound: bound, &budget)
    precondition(search.failure == nil, "an order that was made has a schedule")
    let moves = moves(table, search)
    return SequenceOutcome(
      moves: moves, end: order.position, makespan: search.makespan, makespanBound: bound, criticalPath: Self.longestChain(moves),
      hops: moves.count - order.position.indices.filter { order.position[$0] != facts.startOf[$0] }.count,
      stuck: stuck(order, isSearchedWhole: isWhole))
  }

  /// The order alone: the moves one after the other, as far as they can be made.
  func legs(_ budget: inout StepBudget) -> [SequenceLeg] { findOrder(&budget).0.legs }

  // MARK: - The order

  /// Placements of all items that are searched whole.
  private static let wholeSearchPlacementsMax = 20_000
  private static let wholeSearchItemsMax = 16
  private static let attemptsMax = 8
  private static let attemptsInVainMax = 3

  /// The order, and whether nothing better exists because everything was searched.
  private func findOrder(_ budget: inout StepBudget) -> (LegOrder, isSearchedWhole: Bool) {
    let start = LegOrder(facts, target: target, running: running, urgency: [Int](repeating: 0, count: target.count))
    var best = start
    best.run()
    if best.waiting.isEmpty { return (best, true) }
    if isSmall {
      var search = DetourSearch(start, items: Array(target.indices), hosts: Array(facts.problem.hosts.indices), isComplete: true)
      if let legs = search.run(Self.wholeSearchPlacementsMax, &budget) {
        var order = start
        order.makeAll(legs, of: Array(target.indices))
        return (order, true)
      }
      if search.isWhole { return (best, true) }
    }
    best = reordered(best, &budget)
    if best.waiting.isEmpty { return (best, true) }
    var breaker = DeadlockBreaker(best)
    breaker.run(&budget)
    return (breaker.order, false)
  }

  private var isSmall: Bool {
    var placements = 1
    for _ in target.indices {
      placements *= facts.problem.hosts.count
      if placements > Self.wholeSearchPlacementsMax { return false }
    }
    return target.count <= Self.wholeSearchItemsMax
  }

  /// Tries again with precedence for what was left waiting; the attempt that leaves fewest.
  private func reordered(_ first: LegOrder, _ budget: inout StepBudget) -> LegOrder {
    var best = first
    var left = first.waiting
    var urgency = [Int](repeating: 0, count: target.count)
    var inVain = 0
    var latest = left
    for _ in 0..<Self.attemptsMax where !left.isEmpty && inVain < Self.attemptsInVainMax {
      guard budget.spend(first.legs.count + latest.count) else { break }
      for item in latest { urgency[item] += 1 }
      var attempt = LegOrder(facts, target: target, running: running, urgency: urgency)
      attempt.run()
      latest = attempt.waiting
      inVain += 1
      if latest.count < left.count {
        best = attempt
        left = latest
        inVain = 0
      }
    }
    return best
  }

  private func stuck(_ order: LegOrder, isSearchedWhole: Bool) -> DeadlockedSet? {
    let waiting = order.waiting
    guard !waiting.isEmpty else { return nil }
    if let proved = DeadlockedSet.find(facts.problem, running: running) { return proved }
    let hosts = Set(waiting.flatMap { [order.position[$0], order.target[$0]] }).sorted()
    return DeadlockedSet(items: waiting, hosts: hosts, proof: isSearchedWhole ? .searchedWhole : .none)
  }

  // MARK: - The plan

  private func moves(_ table: LegTable, _ search: ScheduleSearch) -> [SequencedMove] {
    let order = table.indices.sorted { one, other in
      let (isUnderWay, isOtherUnderWay) = (one < table.runningCount, other < table.runningCount)
      if isUnderWay != isOtherUnderWay { return isUnderWay }
      return (search.starts[one], one) < (search.starts[other], other)
    }
    var number = [Int](repeating: 0, count: table.count)
    for (index, leg) in order.enumerated() { number[leg] = index }
    let flow = ResourceFlow(facts, table, running, events: ScheduleSearch.events(table, search.starts))
    return order.map { leg in
      SequencedMove(
        item: table.item[leg], from: table.from[leg], to: table.to[leg], start: search.starts[leg],
        end: search.starts[leg] + table.seconds[leg], after: flow.after[leg].map { number[$0] }.sorted(), isHop: table.next[leg] >= 0,
        isUnderWay: leg < table.runningCount)
    }
  }

  private static func longestChain(_ moves: [SequencedMove]) -> Int {
    var ends = [Int](repeating: 0, count: moves.count)
    for (index, move) in moves.enumerated() {
      ends[index] = move.after.reduce(0) { max($0, ends[$1]) } + move.end - move.start
    }
    return ends.max() ?? 0
  }
}
