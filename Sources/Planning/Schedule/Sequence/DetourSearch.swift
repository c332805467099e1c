/// Least weight of moves that takes some items to their ends, hops and moves out of the way included.
///
/// A* (Hart, Nilsson, Raphael 1968) over where the items are; everything else stays where it is. The estimate is the least weight of a move to any
/// end for each item that is not on one. Complete over the hosts it is given: nil with `isWhole` means that there is no such sequence.
struct DetourSearch {
  private let facts: SequenceFacts
  private let items: [Int]
  private let hosts: [Int]
  private let target: [Int]
  /// An item that has an end on the host (by index in `items`, `hosts`).
  private var isEnd: [[Bool]]
  private var leastWeight: [Int]
  /// Index in `hosts`, by host.
  private var hostIndex: [Int]
  /// The item may go somewhere as its only move.
  private let hasOnlyMove: [Bool]
  private let base: [Int]
  private let baseMoves: [Int]
  private var room: RoomState
  private var end: SequenceEnd

  private var nodes: [Node] = []
  private var nodeOf: [State: Int] = [:]
  private var open = KeyedHeap()
  /// True once everything that can be reached was visited without an end.
  private(set) var isWhole = false

  private struct State: Hashable {
    /// Host of each item.
    var hosts: [Int]
    /// What the way there left behind, sorted.
    var traces: [Trace] = []
  }

  /// What an item left behind.
  private struct Trace: Hashable, Comparable {
    var index: Int
    /// Where its arrival stays charged; -1: it is at its start, and has moved before.
    var host: Int

    static func < (one: Trace, other: Trace) -> Bool { (one.index, one.host) < (other.index, other.host) }
  }

  private struct Node {
    var state: State
    var parent: Int
    var item: Int
    var weight: Int
    var isClosed = false
  }

  /// Every end that is legal for the item alone counts if `isComplete`; else only those with room once the others are where they end.
  init(_ order: LegOrder, items: [Int], hosts: [Int], isComplete: Bool) {
    facts = order.facts
    self.items = items
    self.hosts = hosts
    target = order.target
    base = items.map { order.position[$0] }
    baseMoves = items.map { order.movesMade[$0] }
    room = order.room
    end = order.end
    isEnd = []
    leastWeight = []
    hostIndex = [Int](repeating: -1, count: order.facts.problem.hosts.count)
    for (index, host) in hosts.enumerated() { hostIndex[host] = index }
    hasOnlyMove = items.map { [facts] item in hosts.contains { facts.isOnly(item, to: $0) } }
    for item in items {
      let ends = hosts.map { host in
        host == target[item] || (isComplete ? facts.isEnd(item, on: host) : end.allows(item, on: host))
      }
      isEnd.append(ends)
      leastWeight.append(
        hosts.indices.lazy.filter { ends[$0] && order.facts.hasPassage(item, to: hosts[$0]) }
          .map { order.facts.weight(item, to: hosts[$0]) }.min() ?? 0)
    }
  }

  /// The moves, in order; nil: there are none, or the budget ended first.
  mutating func run(_ nodesMax: Int, _ budget: inout StepBudget) -> [SequenceLeg]? {
    add(State(hosts: base), parent: -1, item: -1, weight: 0)
    var visited = 0
    while let (_, tag) = open.pop() {
      let node = tag & (1 << Self.tagShift - 1)
      if nodes[node].isClosed { continue }
      nodes[node].isClosed = true
      if isGoal(nodes[node].state.hosts) { return path(to: node) }
      visited += 1
      guard visited <= nodesMax, budget.spend() else { return nil }
      expand(node)
    }
    isWhole = true
    return nil
  }

  // MARK: - Nodes

  private static let tagShift = 32

  private func estimate(_ hosts: [Int]) -> Int {
    var sum = 0
    for index in items.indices where !isEnd[index][hostIndex[hosts[index]]] { sum += leastWeight[index] }
    return sum
  }

  private mutating func add(_ state: State, parent: Int, item: Int, weight: Int) {
    let ahead = estimate(state.hosts)
    if let known = nodeOf[state] {
      guard !nodes[known].isClosed, weight < nodes[known].weight else { return }
      nodes[known].parent = parent
      nodes[known].item = item
      nodes[known].weight = weight
      open.push(weight + ahead, min(ahead, 1 << 29) << Self.tagShift | known)
      return
    }
    nodeOf[state] = nodes.count
    open.push(weight + ahead, min(ahead, 1 << 29) << Self.tagShift | nodes.count)
    nodes.append(Node(state: state, parent: parent, item: item, weight: weight))
  }

  /// What a state remembers beside the hosts: arrivals that stay charged, and that an item at its start has moved before.
  private func traces(after state: State, _ index: Int, to host: Int) -> [Trace] {
    var traces = state.traces
    let item = items[index]
    let wasAway = Trace(index: index, host: -1)
    if !facts.arrival(item, to: host).isEmpty { traces.append(Trace(index: index, host: host)) }
    if hasOnlyMove[index], host == facts.startOf[item], !traces.contains(wasAway) { traces.append(wasAway) }
    return traces.sorted()
  }

  private mutating func expand(_ node: Int) {
    let state = nodes[node].state
    enter(state, 1)
    for (index, item) in items.enumerated() {
      let from = state.hosts[index]
      let hasMoved = from != base[index] || baseMoves[index] > 0 || state.traces.contains(Trace(index: index, host: -1))
      for to in hosts where facts.mayMove(item, from: from, to: to, hasMoved: hasMoved) && room.canMove(item, from: from, to: to) {
        var next = State(hosts: state.hosts, traces: traces(after: state, index, to: to))
        next.hosts[index] = to
        add(next, parent: node, item: index, weight: nodes[node].weight + facts.weight(item, to: to))
      }
    }
    enter(state, -1)
  }

  /// Puts the rooms into a state, or with a sign of -1 back.
  private mutating func enter(_ state: State, _ sign: Int) {
    for (index, item) in items.enumerated() where state.hosts[index] != base[index] {
      if sign > 0 {
        room.relocate(item, from: base[index], to: state.hosts[index])
      } else {
        room.relocate(item, from: state.hosts[index], to: base[index])
      }
    }
    for trace in state.traces where trace.host >= 0 { room.chargeArrival(items[trace.index], on: trace.host, sign) }
  }

  /// True if every item is on an end, and all of them may end so together.
  private func isGoal(_ state: [Int]) -> Bool {
    guard estimate(state) == 0, items.indices.allSatisfy({ isEnd[$0][hostIndex[state[$0]]] }) else { return false }
    let changed = items.indices.filter { state[$0] != target[items[$0]] }
    return end.allows(changed.map { (items[$0], state[$0]) })
  }

  private func path(to node: Int) -> [SequenceLeg] {
    var legs: [SequenceLeg] = []
    var node = node
    while nodes[node].parent >= 0 {
      let parent = nodes[node].parent
      let index = nodes[node].item
      legs.append(SequenceLeg(item: items[index], from: nodes[parent].state.hosts[index], to: nodes[node].state.hosts[index]))
      node = parent
    }
    return legs.reversed()
  }
}
