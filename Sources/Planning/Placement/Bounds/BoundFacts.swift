/// What all counting bounds ask of a problem, laid out flat.
struct BoundFacts {
  let problem: PlacementProblem
  let rows: Int
  /// `host * rows + resource`: capacity left by what is no item.
  let room: [Int]
  /// By host: a move may end there, as far as the host alone is concerned.
  let takes: [Bool]
  /// `classID * rows + resource`
  let demand: [Int]
  /// By class: least weight of a move to a host that could hold it; nil: none could.
  let least: [Int?]
  /// By item: it may stay where it starts.
  let stays: [Bool]
  let ends: LegalEnds

  init(_ problem: PlacementProblem) {
    self.problem = problem
    ends = LegalEnds(problem)
    let rows = problem.resourceCount
    let room = zip(problem.capacity, problem.base).map { $0 - $1 }
    self.rows = rows
    self.room = room
    // A host that a move ends on must be within its capacity in every resource.
    let takes = problem.hosts.indices.map { host in
      problem.hosts[host].receives && !room[host * rows..<(host + 1) * rows].contains { $0 < 0 }
    }
    self.takes = takes
    demand = problem.classes.flatMap(\.demand)
    var finder = LeastWeights(problem: problem, room: room, takes: takes)
    least = problem.classes.indices.map { finder.least($0) }
    stays = problem.items.map { problem.hostSets[problem.classes[$0.classID].home].contains($0.start) }
  }

  /// What a move of the class to the host weighs; nil: it can never end there, not even alone.
  func weight(_ classID: Int, to host: Int) -> Int? {
    guard takes[host], problem.hostSets[problem.classes[classID].ends].contains(host) else { return nil }
    return weightIfEnd(classID, host)
  }

  /// The same for a host known to be in `ends`.
  func weightIfEnd(_ classID: Int, _ host: Int) -> Int? {
    guard takes[host], let passage = problem.passage(classID, to: host),
      Self.fitsAlone(problem.classes[classID].demand, passage, row: host * rows, room)
    else { return nil }
    return passage.weight
  }

  static func fitsAlone(_ demand: [Int], _ passage: Passage, row: Int, _ room: [Int]) -> Bool {
    for resource in demand.indices where demand[resource] > room[row + resource] { return false }
    if passage.arrival.isEmpty { return true }
    var arriving = demand
    for need in passage.arrival { arriving[need.resource] += need.amount }
    for resource in arriving.indices where arriving[resource] > room[row + resource] { return false }
    return true
  }
}

/// Cheapest possible moves by class; looks no further once nothing cheaper can come.
private struct LeastWeights {
  let problem: PlacementProblem
  let room: [Int]
  let takes: [Bool]
  /// By host set, when first asked: kinds of the hosts in it that take anything.
  private var kindsOfSet: [[Int]?]

  init(problem: PlacementProblem, room: [Int], takes: [Bool]) {
    self.problem = problem
    self.room = room
    self.takes = takes
    kindsOfSet = Array(repeating: nil, count: problem.hostSets.count)
  }

  mutating func least(_ classID: Int) -> Int? {
    let itemClass = problem.classes[classID]
    let floor = kinds(itemClass.ends).compactMap { $0 < itemClass.passages.count ? itemClass.passages[$0]?.weight : nil }.min()
    guard let floor else { return nil }
    var least: Int?
    for host in problem.hostSets[itemClass.ends].hosts where takes[host] {
      let kind = problem.hosts[host].kind
      guard kind < itemClass.passages.count, let passage = itemClass.passages[kind], least.map({ passage.weight < $0 }) ?? true,
        BoundFacts.fitsAlone(itemClass.demand, passage, row: host * problem.resourceCount, room)
      else { continue }
      least = passage.weight
      if passage.weight == floor { break }
    }
    return least
  }

  private mutating func kinds(_ set: Int) -> [Int] {
    if let known = kindsOfSet[set] { return known }
    var isPresent = [Bool](repeating: false, count: (problem.hosts.map(\.kind).max() ?? -1) + 1)
    for host in problem.hostSets[set].hosts where takes[host] { isPresent[problem.hosts[host].kind] = true }
    let kinds = isPresent.indices.filter { isPresent[$0] }
    kindsOfSet[set] = kinds
    return kinds
  }
}
