import Planning

/// Carries a sequence out with other durations than predicted: a move begins at any time after what it waits for has ended and slots are free.
///
/// Written from the meaning of a problem, apart from what makes sequences. A moving item is charged on both hosts.
struct SequenceReplay {
  private(set) var problems: [String] = []
  private(set) var hosts: [Int]
  private(set) var seconds = 0

  private let problem: PlacementProblem
  private let moves: [SequencedMove]
  private var use: [Int]
  private var running: [Int: Int] = [:]
  private var waiting: [Int]
  private var hasEnded: [Bool]
  private var movesOf: [Int]
  private var isFinal: [Bool]
  private let countsAtStart: [[Int: Int]]

  /// `duration`: seconds of a move; `delay`: true if a move that could begin waits all the same. `heedsAfter`: moves wait for what they name.
  init(
    _ problem: PlacementProblem, _ moves: [SequencedMove], heedsAfter: Bool = true, _ random: inout SeededGenerator,
    duration: (SequencedMove, inout SeededGenerator) -> Int
  ) {
    self.problem = problem
    self.moves = moves
    hosts = problem.items.map(\.start)
    use = problem.startUse()
    hasEnded = moves.map { _ in false }
    waiting = []
    movesOf = problem.items.map { _ in 0 }
    isFinal = problem.items.map { _ in false }
    countsAtStart = problem.groups.indices.map { group in problem.counts(group) { problem.items[$0].start } }
    var left: [Int: Int] = [:]
    for (index, move) in moves.enumerated() where move.isUnderWay {
      begin(index)
      left[index] = move.end
    }
    waiting = moves.indices.filter { !moves[$0].isUnderWay }
    while !waiting.isEmpty || !running.isEmpty {
      var ready = waiting.filter { mayBegin($0, heedsAfter) }
      while !ready.isEmpty {
        let index = random.pick(ready)
        ready.removeAll { $0 == index }
        guard mayBegin(index, heedsAfter) else { continue }
        if !running.isEmpty, random.chance(30) { continue }
        check(index)
        begin(index)
        left[index] = duration(moves[index], &random)
        waiting.removeAll { $0 == index }
      }
      guard let next = running.keys.min(by: { (left[$0, default: 0], $0) < (left[$1, default: 0], $1) }) else {
        problems.append("moves \(waiting) wait for ever")
        return
      }
      let passed = left[next, default: 0]
      seconds += passed
      for index in running.keys { left[index, default: 0] -= passed }
      end(next)
    }
  }

  private func mayBegin(_ index: Int, _ heedsAfter: Bool) -> Bool {
    let move = moves[index]
    if heedsAfter { guard move.after.allSatisfy({ hasEnded[$0] }) else { return false } }
    guard hosts[move.item] == move.from, !running.keys.contains(where: { moves[$0].item == move.item }) else { return false }
    if !heedsAfter, !hasRoom(move) || brokenGroup(move) != nil { return false }
    let limits = problem.limits
    let others = running.keys.map { moves[$0] }
    func load(_ host: Int) -> Int { others.count { $0.from == host || $0.to == host } }
    let link = link(move)
    return others.count < limits.total && load(move.from) < limits.perHost && load(move.to) < limits.perHost
      && others.count { $0.from == move.from } < limits.perHostOutgoing && others.count { $0.to == move.to } < limits.perHostIncoming
      && (link == nil || others.count { self.link($0) == link } < limits.perLink)
  }

  private func link(_ move: SequencedMove) -> Set<Int>? {
    let zones: Set = [problem.hosts[move.from].zone, problem.hosts[move.to].zone]
    return zones.count == 2 && !zones.contains(-1) ? zones : nil
  }

  /// What no move may break, whatever the others do.
  private mutating func check(_ index: Int) {
    let move = moves[index]
    let itemClass = problem.classOf(move.item)
    let classID = problem.items[move.item].classID
    let name = "move \(index) of item \(move.item) from \(move.from) to \(move.to)"
    guard let passage = problem.passage(classID, to: move.to), problem.hosts[move.to].receives else {
      problems.append("\(name) has no passage")
      return
    }
    let isLast = !moves.indices.contains { $0 != index && moves[$0].item == move.item && !hasEnded[$0] }
    if isFinal[move.item] { problems.append("\(name) comes after a move that had to be the last") }
    if passage.isOnly, movesOf[move.item] > 0 || !isLast { problems.append("\(name) may only be made as the only one") }
    let sets = problem.hostSets
    let mayBe = isLast ? sets[itemClass.ends].contains(move.to) : sets[itemClass.stops].contains(move.to)
    if !mayBe { problems.append("\(name) may not \(isLast ? "end" : "stop") there") }
    if move.isHop == isLast { problems.append("\(name) is \(isLast ? "" : "not ")called a hop") }
    if !hasRoom(move) { problems.append("\(name) has no room") }
    if let group = brokenGroup(move) { problems.append("\(name) breaks group \(group), which always holds") }
    isFinal[move.item] = passage.isOnly
  }

  private func hasRoom(_ move: SequencedMove) -> Bool {
    problem.fits(problem.items[move.item].classID, on: move.to, use: use)
  }

  private func brokenGroup(_ move: SequencedMove) -> Int? {
    problem.groups.indices.first { group in
      let rule = problem.groups[group]
      guard rule.always, rule.members.contains(move.item), case .separate(let most) = rule.kind else { return false }
      let (from, to) = (problem.unit(group, of: move.from), problem.unit(group, of: move.to))
      guard to >= 0, from != to else { return false }
      var members = problem.counts(group) { hosts[$0] }[to, default: 0]
      for index in running.keys where rule.members.contains(moves[index].item) {
        let other = moves[index]
        if problem.unit(group, of: other.to) == to, problem.unit(group, of: other.from) != to { members += 1 }
      }
      return members + 1 > max(most, countsAtStart[group][to, default: 0])
    }
  }

  private mutating func begin(_ index: Int) {
    let move = moves[index]
    running[index] = index
    charge(move.item, move.to, 1)
    for need in problem.passage(problem.items[move.item].classID, to: move.to)?.arrival ?? [] {
      use[move.to * problem.resourceCount + need.resource] += need.amount
    }
  }

  private mutating func end(_ index: Int) {
    let move = moves[index]
    running[index] = nil
    hasEnded[index] = true
    movesOf[move.item] += 1
    hosts[move.item] = move.to
    charge(move.item, move.from, -1)
  }

  private mutating func charge(_ item: Int, _ host: Int, _ sign: Int) {
    let demand = problem.classOf(item).demand
    for resource in 0..<problem.resourceCount { use[host * problem.resourceCount + resource] += sign * demand[resource] }
  }
}
