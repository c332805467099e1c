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
  /// Steps of search for a shorter schedule; they are none of the cell's share.
  let stepsUsed: Int

  /// `legs`: in an order in which they can be made one after the other. `cell`: a problem whose items are at least the guests of the legs.
  /// `emptied`: hosts that are to be empty, in the order in which they should be if it takes no longer.
  ///
  /// Throws `PlannerFailure` if the legs turn out not to be such an order.
  init(_ legs: [Leg], _ cell: CellProblem, emptied: [Int], seed: UInt64) throws(PlannerFailure) {
    var itemOf: [Int: Int] = [:]
    for (item, guest) in cell.guests.enumerated() { itemOf[guest] = item }
    let facts = SequenceFacts(cell.problem)
    seconds = legs.map { max(1, $0.option.seconds) }
    let rows = legs.compactMap { leg in itemOf[leg.guest].map { SequenceLeg(item: $0, from: leg.from, to: leg.to) } }
    guard rows.count == legs.count else { throw PlannerFailure(text: "a leg of a guest that is no item") }
    let table = LegTable(facts, [], rows, seconds: seconds)
    let room = RoomState(facts, [])
    let setup = TimedSetup(facts, table, room)
    let bound = MakespanBound(setup, room).seconds
    var search = ScheduleSearch(setup, room, [], emptied: emptied, seed: seed)
    var budget = StepBudget(Self.stepsPerLeg * legs.count)
    let given = budget.left
    search.run(bound: bound, &budget)
    stepsUsed = given - budget.left
    if let failure = search.failure { throw failure }
    starts = search.starts
    let flow = ResourceFlow(facts, table, [], events: ScheduleSearch.events(table, search.starts))
    if let failure = flow.failure { throw failure }
    after = flow.after
    var users = legs.map { _ in [Int]() }
    for (leg, needs) in flow.after.enumerated() { for need in needs { users[need].append(leg) } }
    self.users = users
    makespan = Makespan(seconds: search.makespan, atLeastSeconds: bound)
  }
}
