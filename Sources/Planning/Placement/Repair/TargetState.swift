/// A placement under construction: every item at its start, moved, or in the pool of those without a place.
///
/// All that a search asks is kept up to date with each step, and `place` undoes `remove` and the other way round.
package struct TargetState: Sendable {
  static let none: Int32 = -1

  let facts: RepairFacts
  /// By item; `none`: in the pool.
  private(set) var hostOf: [Int32]
  /// `host * resourceCount + resource`; negative where the host is over.
  private(set) var room: [Int]
  /// Moved items by host.
  private(set) var arrivals: [Int32]
  /// Summed weight of the moved items.
  package private(set) var weight = 0
  private(set) var pool = ItemList()
  private(set) var moved = ItemList()
  var groups: GroupCounts
  private var firstOn: [Int32]
  private var nextOn: [Int32]
  private var previousOn: [Int32]

  /// Every item where `target` says, right or wrong.
  init(_ facts: RepairFacts, target: [Int]) {
    self.facts = facts
    hostOf = [Int32](repeating: Self.none, count: facts.itemCount)
    room = zip(facts.problem.capacity, facts.problem.base).map { $0 - $1 }
    arrivals = [Int32](repeating: 0, count: facts.hostCount)
    firstOn = [Int32](repeating: Self.none, count: facts.hostCount)
    nextOn = hostOf
    previousOn = hostOf
    groups = GroupCounts(facts.problem)
    pool = ItemList(all: facts.itemCount)
    moved = ItemList(none: facts.itemCount)
    for item in target.indices { place(item, on: target[item]) }
  }

  package init(_ problem: PlacementProblem) {
    self.init(RepairFacts(problem), target: problem.items.map(\.start))
  }

  /// Charges a pooled item on the host; whether it may be there is the caller's to ask.
  package mutating func place(_ item: Int, on host: Int) {
    let rows = facts.resourceCount
    let row = facts.chargeRow(item, on: host)
    for resource in 0..<rows { room[host * rows + resource] -= facts.charges[row + resource] }
    hostOf[item] = Int32(host)
    pool.remove(item)
    if Int(facts.start[item]) != host {
      weight += facts.weight(item, on: host)
      arrivals[host] += 1
      moved.insert(item)
    }
    let next = firstOn[host]
    nextOn[item] = next
    previousOn[item] = Self.none
    if next >= 0 { previousOn[Int(next)] = Int32(item) }
    firstOn[host] = Int32(item)
    let classID = Int(facts.classOf[item])
    for index in Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1]) {
      groups.enter(Int(facts.groupList[index]), host: host)
    }
  }

  /// Takes an item off its host into the pool.
  package mutating func remove(_ item: Int) {
    let host = Int(hostOf[item])
    let rows = facts.resourceCount
    let row = facts.chargeRow(item, on: host)
    for resource in 0..<rows { room[host * rows + resource] += facts.charges[row + resource] }
    hostOf[item] = Self.none
    pool.insert(item)
    if Int(facts.start[item]) != host {
      weight -= facts.weight(item, on: host)
      arrivals[host] -= 1
      moved.remove(item)
    }
    let next = nextOn[item]
    let previous = previousOn[item]
    if previous >= 0 { nextOn[Int(previous)] = next } else { firstOn[host] = next }
    if next >= 0 { previousOn[Int(next)] = previous }
    let classID = Int(facts.classOf[item])
    for index in Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1]) {
      groups.leave(Int(facts.groupList[index]), host: host)
    }
  }

  /// True if the host is the item's own or one that a move may leave it on, room and groups apart.
  func isLegal(_ item: Int, on host: Int) -> Bool {
    Int(facts.start[item]) == host ? facts.mayStay[item] : facts.mayEnd(Int(facts.classOf[item]), on: host)
  }

  /// True if a pooled item fits on the host. A host that is not relieved may be over as long as nothing arrives.
  func hasRoom(_ item: Int, on host: Int) -> Bool {
    if Int(facts.start[item]) == host, !facts.isRelieved[host], arrivals[host] == 0 { return true }
    let rows = facts.resourceCount
    let row = facts.chargeRow(item, on: host)
    for resource in 0..<rows where room[host * rows + resource] < facts.charges[row + resource] { return false }
    return true
  }

  /// A group of a pooled item that keeps it off the host.
  func groupAgainst(_ item: Int, on host: Int) -> Int? {
    let classID = Int(facts.classOf[item])
    for index in Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1]) {
      let group = Int(facts.groupList[index])
      if !groups.admits(group, host: host, hostOf) { return group }
    }
    return nil
  }

  /// True if a pooled item may be put on the host in every respect.
  package func mayPlace(_ item: Int, on host: Int) -> Bool {
    isLegal(item, on: host) && hasRoom(item, on: host) && groupAgainst(item, on: host) == nil
  }

  func isMoved(_ item: Int) -> Bool { hostOf[item] != facts.start[item] }

  /// True if the host must end within its capacity and does not.
  func isOver(_ host: Int) -> Bool {
    guard facts.isRelieved[host] || arrivals[host] > 0 else { return false }
    let rows = facts.resourceCount
    for resource in 0..<rows where room[host * rows + resource] < 0 { return true }
    return false
  }

  /// Room of the host as one figure; only orders what a search tries.
  func roomSize(_ host: Int) -> Double {
    let rows = facts.resourceCount
    var sum = 0.0
    for resource in 0..<rows { sum += Double(room[host * rows + resource]) * facts.roomFactor[resource] }
    return sum
  }

  /// Appends the items on the host, last come first.
  func appendItems(on host: Int, to list: inout [Int32]) {
    var item = firstOn[host]
    while item >= 0 {
      list.append(item)
      item = nextOn[Int(item)]
    }
  }

  /// One of the moved items on the host.
  func arrival(on host: Int, number: Int) -> Int? {
    var left = number
    var item = firstOn[host]
    while item >= 0 {
      if isMoved(Int(item)) {
        if left == 0 { return Int(item) }
        left -= 1
      }
      item = nextOn[Int(item)]
    }
    return nil
  }

  /// Where every item is; pooled ones at their start.
  var target: [Int] { hostOf.indices.map { Int(hostOf[$0] >= 0 ? hostOf[$0] : facts.start[$0]) } }
}

/// A set of items that can be drawn from by position.
struct ItemList: Sendable, Equatable {
  private(set) var items: [Int32] = []
  private var positions: [Int32] = []

  init() {}

  init(all count: Int) {
    items = (0..<Int32(count)).map { $0 }
    positions = items
  }

  init(none count: Int) { positions = [Int32](repeating: -1, count: count) }

  var count: Int { items.count }
  var isEmpty: Bool { items.isEmpty }
  subscript(position: Int) -> Int { Int(items[position]) }

  func contains(_ item: Int) -> Bool { positions[item] >= 0 }

  mutating func insert(_ item: Int) {
    positions[item] = Int32(items.count)
    items.append(Int32(item))
  }

  mutating func remove(_ item: Int) {
    let position = Int(positions[item])
    let last = items.removeLast()
    if Int(last) != item {
      items[position] = last
      positions[Int(last)] = Int32(position)
    }
    positions[item] = -1
  }
}
