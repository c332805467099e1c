/// Where the items of a problem can end as far as each is concerned alone, for the checks of proofs; shares no code with what finds them.
struct LegalEnds {
  let problem: PlacementProblem
  /// Capacity less `base`, laid out like `capacity`.
  let room: [Int]
  /// By host: a move may end there, as far as the host alone is concerned.
  let isOpen: [Bool]
  /// By class, when first asked.
  private var known: [Int??]

  init(_ problem: PlacementProblem) {
    self.problem = problem
    var room = problem.capacity
    for index in room.indices { room[index] -= problem.base[index] }
    self.room = room
    let rows = problem.resourceCount
    isOpen = problem.hosts.enumerated().map { host, facts in
      facts.receives && (0..<rows).allSatisfy { room[host * rows + $0] >= 0 }
    }
    known = problem.classes.map { _ in nil }
  }

  /// What moving an item of the class to the host weighs; nil: it cannot even end there alone.
  func weight(_ classID: Int, to host: Int) -> Int? {
    guard isOpen[host], let passage = problem.passage(classID, to: host) else { return nil }
    for (resource, demand) in problem.classes[classID].demand.enumerated() {
      let extra = passage.arrival.isEmpty ? 0 : passage.arrival.reduce(0) { $0 + ($1.resource == resource ? $1.amount : 0) }
      if demand + extra > room[host * problem.resourceCount + resource] { return nil }
    }
    return passage.weight
  }

  /// The least weight of a move of an item of the class to where it can end; nil: there is no such host.
  mutating func leastWeight(_ classID: Int) -> Int? {
    if let known = known[classID] { return known }
    let cheapest = problem.classes[classID].leastWeight
    var least: Int?
    for host in problem.hostSets[problem.classes[classID].ends].hosts {
      guard let weight = weight(classID, to: host), weight < least ?? .max else { continue }
      least = weight
      if weight == cheapest { break }
    }
    known[classID] = .some(least)
    return least
  }
}
