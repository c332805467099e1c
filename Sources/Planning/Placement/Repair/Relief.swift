extension TargetState {
  /// Pools the cheapest items of a host that is over, so that the rest fits: by weight, then by size.
  mutating func relieve(_ host: Int) {
    var onHost: [Int32] = []
    appendItems(on: host, to: &onHost)
    let candidates = onHost.map { Int($0) }.filter { item in
      isMoved(item)
        || facts.isRelieved[host] && !facts.isStuck(item)
          && facts.ends(Int(facts.classOf[item])).contains { $0 != host && isLegal(item, on: $0) }
    }
    let rows = facts.resourceCount
    let need = (0..<rows).map { max(0, -room[host * rows + $0]) }
    var search = ReliefSearch(
      need: need,
      options: candidates.map { item in
        let row = facts.chargeRow(item, on: host)
        return ReliefSearch.Option(
          item: item, weight: isMoved(item) ? 0 : facts.leastWeight[Int(facts.classOf[item])], size: facts.size(ofItem: item),
          row: Array(facts.charges[row..<row + rows]))
      })
    search.run()
    if let chosen = search.best {
      for item in chosen { remove(item) }
    } else if !facts.isRelieved[host] {
      // With nothing arriving it may stay as over as it was.
      for item in candidates { remove(item) }
    }
  }
}

/// The cheapest items that together free what a host lacks, by branch and bound.
private struct ReliefSearch {
  struct Option {
    var item: Int
    var weight: Int
    var size: Double
    var row: [Int]
  }

  private let options: [Option]
  private var need: [Int]
  /// By position and resource: what the options from there on free together.
  private var rest: [[Int]]
  private var chosen: [Int] = []
  private var nodes = RepairLimits.relieveNodesMax
  private(set) var best: [Int]?
  private var bestWeight = Int.max
  private var bestSize = Double.infinity

  init(need: [Int], options: [Option]) {
    self.need = need
    // Cheap ones first, and those among them that free most.
    self.options = options.sorted { ($0.weight, -$0.size, $0.item) < ($1.weight, -$1.size, $1.item) }
    rest = [[Int](repeating: 0, count: need.count)]
    for option in self.options.reversed() { rest.append(zip(rest[rest.count - 1], option.row).map { $0 + $1 }) }
    rest.reverse()
  }

  mutating func run() {
    greedy()
    visit(0, 0, 0)
  }

  /// A first answer: the best use of weight again and again.
  private mutating func greedy() {
    var need = need
    var taken = [Bool](repeating: false, count: options.count)
    var weight = 0
    var size = 0.0
    while need.contains(where: { $0 > 0 }) {
      var top: (value: Double, index: Int)?
      for (index, option) in options.enumerated() where !taken[index] {
        var covered = 0.0
        for resource in need.indices where need[resource] > 0 {
          covered += Double(min(need[resource], option.row[resource])) / Double(need[resource])
        }
        let value = covered / Double(option.weight + 1)
        if covered > 0, value > top?.value ?? 0 { top = (value, index) }
      }
      guard let top else { return }
      taken[top.index] = true
      weight += options[top.index].weight
      size += options[top.index].size
      for resource in need.indices { need[resource] -= options[top.index].row[resource] }
    }
    best = options.indices.filter { taken[$0] }.map { options[$0].item }
    bestWeight = weight
    bestSize = size
  }

  private mutating func visit(_ index: Int, _ weight: Int, _ size: Double) {
    guard (weight, size) < (bestWeight, bestSize) else { return }
    if !need.contains(where: { $0 > 0 }) {
      best = chosen
      bestWeight = weight
      bestSize = size
      return
    }
    guard index < options.count, nodes > 0, zip(need, rest[index]).allSatisfy({ $0 <= $1 }) else { return }
    nodes -= 1
    let option = options[index]
    for resource in need.indices { need[resource] -= option.row[resource] }
    chosen.append(option.item)
    visit(index + 1, weight + option.weight, size + option.size)
    chosen.removeLast()
    for resource in need.indices { need[resource] += option.row[resource] }
    visit(index + 1, weight, size)
  }
}
