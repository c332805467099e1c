import Planning

/// The cheapest sequence of moves, one at a time and hops included, that brings a tiny problem to an end: best-first search over every state.
///
/// Written from the meaning of a problem, apart from everything that solves one. A move needs a destination that receives, a passage, and that the
/// item may stop or end there; after a passage that `isOnly`, or on a host where it may end but not stop, the item stays. What an arrival takes
/// stays taken.
struct SequenceOracle {
  enum Answer: Equatable {
    case none
    case cheapest(weight: Int)
    /// More than `statesMax` states.
    case undecided
  }

  private(set) var answer = Answer.none
  private(set) var moves: [(item: Int, host: Int)] = []

  static let statesMax = 20_000

  private struct State: Hashable {
    var hosts: [Int]
    var phases: [Phase]
    /// Taken by arrivals, laid out like `capacity`.
    var arrived: [Int]
  }

  private enum Phase: Hashable { case fresh, moved, settled }

  private let problem: PlacementProblem
  private let startCounts: [[Int: Int]]
  /// `item * hosts + host`: least weight that still has to follow; nil: it can never end.
  private let ahead: [Int?]

  init(_ problem: PlacementProblem) {
    self.problem = problem
    startCounts = problem.groups.indices.map { problem.counts($0) { problem.items[$0].start } }
    ahead = problem.items.indices.flatMap { item in problem.hosts.indices.map { Self.ahead(item, $0, problem) } }
    guard PlacementOracle(problem).least != nil else { return }
    search()
  }

  private static func isEnd(_ item: Int, _ host: Int, _ problem: PlacementProblem) -> Bool {
    host == problem.items[item].start ? problem.mayStay(item) : problem.mayEnd(problem.items[item].classID, on: host)
  }

  private static func ahead(_ item: Int, _ host: Int, _ problem: PlacementProblem) -> Int? {
    if isEnd(item, host, problem) { return 0 }
    let classID = problem.items[item].classID
    return problem.hosts.indices.filter { isEnd(item, $0, problem) }.compactMap { problem.passage(classID, to: $0)?.weight }.min()
  }

  private func ahead(_ state: State) -> Int? {
    var sum = 0
    for (item, host) in state.hosts.enumerated() {
      guard let least = ahead[item * problem.hosts.count + host] else { return nil }
      if least > 0, state.phases[item] == .settled { return nil }
      sum += least
    }
    return sum
  }

  private mutating func search() {
    let first = State(
      hosts: problem.items.map(\.start), phases: problem.items.map { _ in .fresh }, arrived: problem.capacity.map { _ in 0 })
    guard let least = ahead(first) else { return }
    var states = [first]
    var came: [(parent: Int, item: Int, host: Int)] = [(-1, -1, -1)]
    var weights = [0]
    var index = [first: 0]
    var isDone = [false]
    // Buckets by weight so far and ahead: weights are small.
    var buckets = [Int: [Int]]()
    buckets[least] = [0]
    var level = least
    while !buckets.isEmpty {
      guard let current = buckets[level]?.popLast() else {
        buckets[level] = nil
        level = buckets.keys.min() ?? level
        continue
      }
      if isDone[current] { continue }
      isDone[current] = true
      if problem.problems(ofTarget: states[current].hosts).isEmpty {
        answer = .cheapest(weight: weights[current])
        var at = current
        while came[at].parent >= 0 {
          moves.insert((came[at].item, came[at].host), at: 0)
          at = came[at].parent
        }
        return
      }
      for (item, host, weight, next) in successors(states[current]) {
        guard let ahead = ahead(next) else { continue }
        let sum = weights[current] + weight
        if let known = index[next] {
          guard sum < weights[known] else { continue }
          weights[known] = sum
          came[known] = (current, item, host)
          buckets[sum + ahead, default: []].append(known)
          continue
        }
        guard states.count < Self.statesMax else {
          answer = .undecided
          return
        }
        index[next] = states.count
        buckets[sum + ahead, default: []].append(states.count)
        states.append(next)
        came.append((current, item, host))
        weights.append(sum)
        isDone.append(false)
      }
    }
  }

  private func successors(_ state: State) -> [(item: Int, host: Int, weight: Int, state: State)] {
    let use = use(state)
    var found: [(item: Int, host: Int, weight: Int, state: State)] = []
    for item in state.hosts.indices where state.phases[item] != .settled {
      let classID = problem.items[item].classID
      for host in problem.hosts.indices where host != state.hosts[item] && problem.hosts[host].receives {
        guard let passage = problem.passage(classID, to: host), !passage.isOnly || state.phases[item] == .fresh else { continue }
        let stops = problem.mayStop(classID, on: host)
        guard stops || problem.mayEnd(classID, on: host), problem.fits(classID, on: host, use: use), keepsAlways(item, host, state) else {
          continue
        }
        var next = state
        next.hosts[item] = host
        // Where nothing tells a fresh item from a moved one, they are one state.
        let isTold = problem.classes[classID].passages.contains { $0?.isOnly ?? false }
        next.phases[item] = stops ? (isTold ? .moved : .fresh) : .settled
        for need in passage.arrival { next.arrived[host * problem.resourceCount + need.resource] += need.amount }
        found.append((item, host, passage.weight, next))
      }
    }
    return found
  }

  private func use(_ state: State) -> [Int] {
    var use = problem.base
    for cell in use.indices { use[cell] += state.arrived[cell] }
    for (item, host) in state.hosts.enumerated() {
      let demand = problem.classes[problem.items[item].classID].demand
      for resource in 0..<problem.resourceCount { use[host * problem.resourceCount + resource] += demand[resource] }
    }
    return use
  }

  private func keepsAlways(_ item: Int, _ host: Int, _ state: State) -> Bool {
    for (index, group) in problem.groups.enumerated() where group.always && group.members.contains(item) {
      guard case .separate(let most) = group.kind else { continue }
      let unit = problem.unit(index, of: host)
      guard unit >= 0, unit != problem.unit(index, of: state.hosts[item]) else { continue }
      let counts = problem.counts(index) { state.hosts[$0] }
      if counts[unit, default: 0] + 1 > max(most, startCounts[index][unit, default: 0]) { return false }
    }
    return true
  }
}
