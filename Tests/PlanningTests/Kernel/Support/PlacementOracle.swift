import Planning

/// The cheapest end of a tiny problem by trying every placement; how to get there is left out of account.
///
/// Written from the meaning of a problem, apart from everything that solves one.
struct PlacementOracle {
  /// Summed weight of the cheapest end; nil: there is none.
  private(set) var least: Int?
  private(set) var target: [Int] = []

  private let problem: PlacementProblem
  private var use: [Int]
  private var hosts: [Int]
  /// By item: host and weight, cheapest first.
  private let choices: [[(host: Int, weight: Int)]]
  /// Sum of the least weights of the items from this one on.
  private let rest: [Int]

  init(_ problem: PlacementProblem) {
    self.problem = problem
    use = problem.base
    hosts = problem.items.map(\.start)
    choices = problem.items.map { Self.choices($0, problem) }
    var rest = [Int](repeating: 0, count: problem.items.count + 1)
    for index in problem.items.indices.reversed() { rest[index] = rest[index + 1] + (choices[index].first?.weight ?? 0) }
    self.rest = rest
    for host in problem.hosts.indices where problem.hosts[host].isRelieved && isOver(host) { return }
    place(0, 0)
  }

  private static func choices(_ item: Item, _ problem: PlacementProblem) -> [(host: Int, weight: Int)] {
    let itemClass = problem.classes[item.classID]
    var choices: [(host: Int, weight: Int)] = []
    for (index, host) in problem.hosts.enumerated() {
      if index == item.start {
        if problem.hostSets[itemClass.home].hosts.contains(index) { choices.append((index, 0)) }
      } else if host.receives, problem.hostSets[itemClass.ends].hosts.contains(index), let passage = itemClass.passages[host.kind] {
        choices.append((index, passage.weight))
      }
    }
    return choices.sorted { ($0.weight, $0.host) < ($1.weight, $1.host) }
  }

  private func isOver(_ host: Int) -> Bool {
    let row = host * problem.resourceCount
    for resource in row..<row + problem.resourceCount where use[resource] > problem.capacity[resource] { return true }
    return false
  }

  /// Charges the item on the host, or takes it off (`sign` -1).
  private mutating func charge(_ index: Int, _ host: Int, _ sign: Int) {
    let item = problem.items[index]
    let itemClass = problem.classes[item.classID]
    for resource in 0..<problem.resourceCount { use[host * problem.resourceCount + resource] += sign * itemClass.demand[resource] }
    guard host != item.start, let passage = itemClass.passages[problem.hosts[host].kind] else { return }
    for need in passage.arrival { use[host * problem.resourceCount + need.resource] += sign * need.amount }
  }

  private mutating func place(_ index: Int, _ weight: Int) {
    if let least, weight + rest[index] >= least { return }
    guard index < problem.items.count else {
      if arrivalsFit(), problem.groups.allSatisfy({ isKept($0) }) {
        least = weight
        target = hosts
      }
      return
    }
    for choice in choices[index] {
      charge(index, choice.host, 1)
      hosts[index] = choice.host
      // Use only grows on the way down.
      if !(problem.hosts[choice.host].isRelieved || choice.host != problem.items[index].start) || !isOver(choice.host) {
        place(index + 1, weight + choice.weight)
      }
      charge(index, choice.host, -1)
    }
  }

  /// A host that is not relieved may be over, but only if nothing came.
  private func arrivalsFit() -> Bool {
    for (index, host) in hosts.enumerated() where host != problem.items[index].start && isOver(host) { return false }
    return true
  }

  private func isKept(_ group: ItemGroup) -> Bool {
    let map = problem.unitMaps[group.unitMap]
    var counts = [Int](repeating: 0, count: (map.max() ?? -1) + 1)
    for (unit, count) in group.base { counts[unit] += count }
    for member in group.members where map[hosts[member]] >= 0 { counts[map[hosts[member]]] += 1 }
    switch group.kind {
    case .separate(let most): return !counts.contains { $0 > most }
    case .together: return counts.count { $0 > 0 } <= 1
    case .spread(let maxSkew):
      let levels = group.counted.map { counts[$0] }
      return (levels.max() ?? 0) - (levels.min() ?? 0) <= maxSkew
    }
  }
}
