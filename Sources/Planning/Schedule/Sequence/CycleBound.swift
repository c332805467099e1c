/// Moves beyond the forced ones that full hosts make necessary: at least one for each of some disjoint sets of hosts.
///
/// In each set some item must leave where it starts, and all hosts on which such items of the set can end are in the set and have no room for
/// them at the start. The first item that leaves its start host in the set finds the rooms no larger than at the start: so it is not on the one
/// move that would take a forced item to its end. It is a detour, or an item that need not move: one move more, by an item that starts there.
/// The sets are disjoint, so the moves add up. Beside moves that are forced item by item only: other bounds may count the same move.
package struct CycleBound: Sendable, Equatable {
  /// Sorted hosts of each set.
  package let sets: [[Int]]

  /// Ends looked at for a class; items of classes with more are taken to have room.
  private static let endsMax = 4_096

  init(sets: [[Int]]) { self.sets = sets }

  package init(_ problem: PlacementProblem, running: [RunningMigration] = []) {
    let graph = EndGraph(problem, running, endsMax: Self.endsMax)
    let components = StrongComponents(graph.successors)
    var isTaken = [Bool](repeating: false, count: problem.hosts.count)
    var sets: [[Int]] = []
    let bySize = components.members.indices.sorted { (components.members[$0].count, $0) < (components.members[$1].count, $1) }
    for component in bySize {
      if let set = Self.set(components.members[component], graph, isTaken) {
        for host in set { isTaken[host] = true }
        sets.append(set)
      }
    }
    self.sets = sets
  }

  /// The hosts of a strong component with the ends it has outside, if nobody must leave those.
  private static func set(_ members: [Int], _ graph: EndGraph, _ isTaken: [Bool]) -> [Int]? {
    let hosts = members.filter { $0 < graph.hostCount }
    guard hosts.contains(where: { graph.mustLeave($0) }) else { return nil }
    var set = Set(hosts)
    for node in members {
      for next in graph.successors[node] where !set.contains(next) {
        if next >= graph.hostCount {
          for end in graph.successors[next] { set.insert(end) }
        } else {
          set.insert(next)
        }
      }
    }
    for host in set where isTaken[host] || graph.canLeave[host] || (graph.mustLeave(host) && !hosts.contains(host)) { return nil }
    return set.sorted()
  }

  /// Least weight that the sets add to the least of the forced moves.
  package func weight(_ problem: PlacementProblem) -> Int {
    var setOf = [Int](repeating: -1, count: problem.hosts.count)
    for (set, hosts) in sets.enumerated() { for host in hosts { setOf[host] = set } }
    var least = [Int](repeating: .max, count: sets.count)
    for item in problem.items where setOf[item.start] >= 0 {
      if let weight = problem.classes[item.classID].leastWeight { least[setOf[item.start]] = min(least[setOf[item.start]], weight) }
    }
    return least.reduce(0) { $0 + ($1 == .max ? 0 : $1) }
  }
}

/// From each host to the classes that must leave it, and from those to the hosts where they can end.
struct EndGraph {
  let hostCount: Int
  /// Hosts first, then classes.
  private(set) var successors: [[Int]]
  /// Hosts that something that must leave can leave at once, as far as anyone knows.
  private(set) var canLeave: [Bool]

  func mustLeave(_ host: Int) -> Bool { canLeave[host] || !successors[host].isEmpty }

  init(_ problem: PlacementProblem, _ running: [RunningMigration], endsMax: Int) {
    hostCount = problem.hosts.count
    successors = [[Int]](repeating: [], count: hostCount + problem.classes.count)
    canLeave = [Bool](repeating: false, count: hostCount)
    var use = problem.startUse()
    var isRunning = Set<Int>()
    for migration in running {
      isRunning.insert(migration.item)
      let demand = problem.classes[problem.items[migration.item].classID].demand
      for resource in demand.indices { use[migration.from * problem.resourceCount + resource] -= demand[resource] }
    }
    var startsOf = [[Int]](repeating: [], count: problem.classes.count)
    for (index, item) in problem.items.enumerated() where !problem.mayStay(index) && !isRunning.contains(index) {
      startsOf[item.classID].append(item.start)
    }
    for classID in problem.classes.indices where !startsOf[classID].isEmpty {
      let starts = Set(startsOf[classID]).sorted()
      let ends = problem.hostSets[problem.classes[classID].ends].hosts
      let legal = ends.count > endsMax ? [] : ends.filter { problem.mayEnd(classID, on: $0) }
      let open = legal.filter { problem.fits(classID, on: $0, use: use) }
      for start in starts {
        if ends.count > endsMax || open.contains(where: { $0 != start }) {
          canLeave[start] = true
        } else {
          successors[start].append(hostCount + classID)
        }
      }
      if starts.contains(where: { !canLeave[$0] }) { successors[hostCount + classID] = legal }
    }
  }
}
