/// Hosts where an item may wait out of the way: those that have room, and of them those that sheltered least so far.
struct Shelters: Sendable {
  private let facts: SequenceFacts
  /// Hosts where items of each class may stop or end, by how full they were when it was first asked; by class and cell.
  private var hostsOf: [Key: [Int]] = [:]
  /// Detours over each host.
  private var visits: [Int]

  private struct Key: Hashable {
    var classID: Int
    var cell: Int
  }

  /// Hosts with room that are compared.
  private static let hostsComparedMax = 24

  init(_ facts: SequenceFacts) {
    self.facts = facts
    visits = [Int](repeating: 0, count: facts.problem.hosts.count)
  }

  mutating func visit(_ host: Int) { visits[host] += 1 }

  /// Best first.
  mutating func find(_ item: Int, _ order: LegOrder, atMost count: Int, isAvoided: [Bool]) -> [Int] {
    var found: [(isAvoided: Int, visits: Int, position: Int, host: Int)] = []
    for (position, host) in candidates(item, order).enumerated() where order.mayGo(item, to: host) {
      found.append((isAvoided[host] ? 1 : 0, visits[host], position, host))
      if found.count == Self.hostsComparedMax { break }
    }
    return found.sorted { $0 < $1 }.prefix(count).map(\.host)
  }

  private mutating func candidates(_ item: Int, _ order: LegOrder) -> [Int] {
    let cell = facts.cellOf[facts.startOf[item]]
    let key = Key(classID: facts.classOf[item], cell: cell)
    if let known = hostsOf[key] { return known }
    let hosts = facts.problem.hosts.indices.filter { facts.mayStop(item, on: $0) || facts.mayEnd(item, on: $0) }
    let fullness = hosts.map { self.fullness($0, order) }
    let sorted = hosts.indices.sorted { (fullness[$0], hosts[$0]) < (fullness[$1], hosts[$1]) }.map { hosts[$0] }
    hostsOf[key] = sorted
    return sorted
  }

  private static let wholeHost = 1000

  /// Thousandths in use of the scarcest resource.
  private func fullness(_ host: Int, _ order: LegOrder) -> Int {
    let count = facts.resourceCount
    return (0..<count).map { resource in
      let capacity = facts.problem.capacity[host * count + resource]
      return capacity <= 0 ? 0 : Int(Double(order.room.use[host * count + resource]) / Double(capacity) * Double(Self.wholeHost))
    }.max() ?? 0
  }
}
