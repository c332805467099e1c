/// Makes a placement of contents: which item leaves, and which of those that must be placed fills which gap.
struct ContentAssignment {
  private struct Gap {
    var host: Int
    var weight: Int
  }

  private let problem: PlacementProblem
  private let model: ColumnModel

  init(_ problem: PlacementProblem, _ model: ColumnModel) {
    self.problem = problem
    self.model = model
  }

  /// nil: the contents do not make a placement of all items.
  func target(_ choices: [ColumnDive.Choice]) -> [Int]? {
    var target = problem.items.indices.map { model.fixedEnd[$0] < 0 ? problem.items[$0].start : model.fixedEnd[$0] }
    var stays = problem.hosts.map { _ in [Int]() }
    var pool = model.counts.map { _ in [Int]() }
    for (index, item) in problem.items.enumerated() where model.fixedEnd[index] < 0 {
      if problem.mayStay(index) { stays[item.start].append(index) } else { pool[model.sizeClassOf[index]].append(index) }
    }
    var gaps = model.counts.map { _ in [Gap]() }
    var next = model.types.map { _ in 0 }
    for choice in choices {
      let type = model.types[choice.type]
      for host in type.hosts[next[choice.type]..<next[choice.type] + choice.count] {
        for amount in choice.change where amount.count < 0 {
          let leaving = stays[host].filter { model.sizeClassOf[$0] == amount.sizeClass }.suffix(-amount.count)
          pool[amount.sizeClass] += leaving
        }
        for amount in choice.change where amount.count > 0 {
          let weight = model.arrival(amount.sizeClass, type.profile)?.weight ?? 0
          for _ in 0..<amount.count { gaps[amount.sizeClass].append(Gap(host: host, weight: weight)) }
        }
      }
      next[choice.type] += choice.count
    }
    for sizeClass in pool.indices { guard fill(pool[sizeClass], gaps[sizeClass], &target) else { return nil } }
    let isEnd = problem.problems(ofTarget: target).allSatisfy { if case .isBroken = $0 { true } else { false } }
    return isEnd ? target : nil
  }

  /// The lightest gaps first; what is more than needed stays open.
  private func fill(_ pool: [Int], _ gaps: [Gap], _ target: inout [Int]) -> Bool {
    guard pool.count <= gaps.count else { return false }
    var chosen = gaps.indices.sorted { (gaps[$0].weight, $0) < (gaps[$1].weight, $1) }.prefix(pool.count).map { gaps[$0].host }
    for place in pool.indices where problem.items[pool[place]].start == chosen[place] {
      // An item that may not stay would be put back: another takes its gap.
      guard let other = pool.indices.first(where: { chosen[$0] != chosen[place] && problem.items[pool[$0]].start != chosen[place] }) else {
        return false
      }
      chosen.swapAt(place, other)
    }
    for (place, item) in pool.enumerated() { target[item] = chosen[place] }
    return true
  }
}
