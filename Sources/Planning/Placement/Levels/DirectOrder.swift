/// Whether a target can be reached with one move for each item that ends elsewhere, one after the other, and if not, what of it stands in the way.
struct DirectOrder {
  enum Answer: Equatable {
    /// Items in the order of their moves.
    case ordered([Int])
    /// Every order was tried.
    case stuck
    case unknown
  }

  private let facts: SequenceFacts
  private let target: [Int]
  private let movers: [Int]
  private var room: RoomState
  private var made: [Int] = []
  private var isMade: [Bool]
  /// Sets of moves made, as bits, from which no order goes on.
  private var isDeadEnd: Set<UInt64> = []
  private var nodes = 0
  private let nodesMax: Int

  /// Movers, one bit each, and sets of moves made that are looked at.
  private static let moversMax = 64
  private static let nodesMax = 5_000
  /// The same for one question of what is stuck.
  private static let coreNodesMax = 300

  private init(_ problem: PlacementProblem, _ target: [Int], nodesMax: Int) {
    self.nodesMax = nodesMax
    facts = SequenceFacts(problem)
    self.target = target
    movers = target.indices.filter { target[$0] != problem.items[$0].start }
    room = RoomState(facts, [])
    isMade = [Bool](repeating: false, count: movers.count)
  }

  /// A step is one set of moves made that is looked at.
  static func find(_ problem: PlacementProblem, target: [Int], _ budget: inout StepBudget) -> Answer {
    find(problem, target, nodesMax, &budget)
  }

  private static func find(_ problem: PlacementProblem, _ target: [Int], _ nodesMax: Int, _ budget: inout StepBudget) -> Answer {
    var order = DirectOrder(problem, target, nodesMax: min(nodesMax, budget.left))
    guard order.movers.count <= moversMax else { return .unknown }
    defer { budget.spend(order.nodes * max(1, order.movers.count)) }
    return order.run(0)
  }

  private mutating func run(_ code: UInt64) -> Answer {
    let mark = made.count
    var code = code
    while let index = movers.indices.first(where: { !isMade[$0] && mayGo($0) && isHarmless($0) }) {
      make(index)
      code |= 1 << UInt64(index)
    }
    if made.count == movers.count { return .ordered(made.map { movers[$0] }) }
    guard !isDeadEnd.contains(code) else { return undone(to: mark, .stuck) }
    nodes += 1
    guard nodes <= nodesMax else { return undone(to: mark, .unknown) }
    for index in movers.indices where !isMade[index] && mayGo(index) {
      make(index)
      let answer = run(code | 1 << UInt64(index))
      if answer != .stuck { return answer }
      undo()
    }
    isDeadEnd.insert(code)
    return undone(to: mark, .stuck)
  }

  /// True if the move takes room that nobody else needs: then making it at once costs nothing.
  private func isHarmless(_ index: Int) -> Bool {
    let item = movers[index]
    guard facts.alwaysGroups[facts.classOf[item]].isEmpty else { return false }
    let host = target[item]
    let count = facts.resourceCount
    var use = Array(room.use[host * count..<(host + 1) * count])
    for (other, comer) in movers.enumerated() where !isMade[other] && target[comer] == host {
      for resource in 0..<count { use[resource] += facts.demand[facts.classOf[comer] * count + resource] }
      for need in facts.arrival(comer, to: host) { use[need.resource] += need.amount }
    }
    return use.indices.allSatisfy { use[$0] <= facts.problem.capacity[host * count + $0] }
  }

  private func mayGo(_ index: Int) -> Bool {
    let item = movers[index]
    return room.canMove(item, from: facts.startOf[item], to: target[item])
  }

  private mutating func make(_ index: Int) {
    let item = movers[index]
    room.move(item, from: facts.startOf[item], to: target[item])
    isMade[index] = true
    made.append(index)
  }

  private mutating func undo() {
    guard let index = made.popLast() else { return }
    let item = movers[index]
    room.undo(item, from: facts.startOf[item], to: target[item])
    isMade[index] = false
  }

  private mutating func undone(to count: Int, _ answer: Answer) -> Answer {
    while made.count > count { undo() }
    return answer
  }
}

extension DirectOrder {
  /// Few items of a target without a direct order that cannot all end there, whatever the others do, as long as everybody moves once.
  ///
  /// An item is left out of account if the rest is stuck even where it left at once and never came. Members of groups that always hold are
  /// never left out where one of them moves, since what a group allows may depend on all of them.
  static func core(_ problem: PlacementProblem, target: [Int], _ budget: inout StepBudget) -> [Int] {
    let movers = target.indices.filter { target[$0] != problem.items[$0].start }
    let bound = Set(movers.flatMap { mover in problem.classOf(mover).groups.filter { problem.groups[$0].always } })
    let held = Set(bound.flatMap { problem.groups[$0].members })
    let hosts = Set(movers.map { target[$0] })
    var kept = target.indices.filter { held.contains($0) || hosts.contains(problem.items[$0].start) || hosts.contains(target[$0]) }
    func isStuck(_ items: [Int], _ budget: inout StepBudget) -> Bool {
      find(problem.keeping(items), items.map { target[$0] }, coreNodesMax, &budget) == .stuck
    }
    // Movers into hosts that nobody needs are in nobody's way; stays on hosts nobody comes to neither.
    guard isStuck(kept, &budget) else { return Array(target.indices) }
    for item in kept where !held.contains(item) {
      let rest = kept.filter { $0 != item }
      if isStuck(rest, &budget) { kept = rest }
    }
    return kept
  }
}

extension PlacementProblem {
  /// The same hosts with only some of the items; the others are nowhere.
  func keeping(_ items: [Int]) -> PlacementProblem {
    var problem = self
    problem.items = items.map { self.items[$0] }
    let position = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, $0) })
    for group in groups.indices { problem.groups[group].members = groups[group].members.compactMap { position[$0] } }
    return problem
  }
}
