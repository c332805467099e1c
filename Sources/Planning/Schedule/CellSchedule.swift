import Fleet

/// When the legs of a cell start if each takes as long as predicted, and what each must wait for whatever it takes.
struct CellSchedule {
  /// Steps of search for a shorter schedule, for each leg.
  private static let stepsPerLeg = 1_000

  /// Seconds from the plan's start, by leg.
  let starts: [Int]
  let seconds: [Int]
  /// Leg → the legs that must have ended, sorted; any timing that heeds them is safe.
  let after: [[Int]]
  /// Leg → legs that wait for it.
  let users: [[Int]]
  let makespan: Makespan

  /// `legs`: in an order in which they can be made one after the other. `cell`: a problem whose items are at least the guests of the legs.
  init(_ legs: [Leg], _ cell: CellProblem, seed: UInt64) {
    var itemOf: [Int: Int] = [:]
    for (item, guest) in cell.guests.enumerated() { itemOf[guest] = item }
    let facts = SequenceFacts(cell.problem)
    seconds = legs.map { max(1, $0.option.seconds) }
    let rows = legs.map { leg in
      guard let item = itemOf[leg.guest] else { preconditionFailure("a leg of a guest that is no item") }
      return SequenceLeg(item: item, from: leg.from, to: leg.to)
    }
    let table = LegTable(facts, [], rows, seconds: seconds)
    let room = RoomState(facts, [])
    let setup = TimedSetup(facts, table, room)
    let bound = MakespanBound(setup, room).seconds
    var search = ScheduleSearch(setup, room, [], seed: seed)
    var budget = StepBudget(Self.stepsPerLeg * legs.count)
    search.run(bound: bound, &budget)
    starts = search.starts
    let flow = ResourceFlow(facts, table, [], events: ScheduleSearch.events(table, search.starts))
    after = flow.after
    var users = legs.map { _ in [Int]() }
    for (leg, needs) in flow.after.enumerated() { for need in needs { users[need].append(leg) } }
    self.users = users
    makespan = Makespan(seconds: search.makespan, atLeastSeconds: bound)
  }
}
