/// A problem's numbers in flat rows, for loops that ask them at every step.
struct SequenceFacts: Sendable {
  let problem: PlacementProblem
  let resourceCount: Int
  let kindCount: Int
  /// `class * resourceCount + resource`
  let demand: [Int]
  /// `class * kindCount + kind`: at least 1; 0: no passage.
  private let secondsRows: [Int]
  private let weightRows: [Int]
  private let isOnlyRows: [Bool]
  private let hasArrivalRows: [Bool]
  private let kindOfHost: [Int]
  let classOf: [Int]
  let startOf: [Int]
  let cellOf: [Int]
  /// Groups of each class that hold at every instant.
  let alwaysGroups: [[Int]]

  init(_ problem: PlacementProblem) {
    self.problem = problem
    resourceCount = problem.resourceCount
    kindCount = max(1, (problem.hosts.map(\.kind).max() ?? 0) + 1)
    demand = problem.classes.flatMap(\.demand)
    kindOfHost = problem.hosts.map(\.kind)
    classOf = problem.items.map(\.classID)
    startOf = problem.items.map(\.start)
    cellOf = problem.hosts.map(\.cell)
    alwaysGroups = problem.classes.map { $0.groups.filter { problem.groups[$0].always } }
    let rowCount = problem.classes.count * kindCount
    var seconds = [Int](repeating: 0, count: rowCount)
    var weight = seconds
    var isOnly = [Bool](repeating: false, count: rowCount)
    var hasArrival = isOnly
    for (classID, itemClass) in problem.classes.enumerated() {
      for (kind, passage) in itemClass.passages.prefix(kindCount).enumerated() {
        guard let passage else { continue }
        let row = classID * kindCount + kind
        seconds[row] = max(1, passage.seconds)
        weight[row] = passage.weight
        isOnly[row] = passage.isOnly
        hasArrival[row] = !passage.arrival.isEmpty
      }
    }
    secondsRows = seconds
    weightRows = weight
    isOnlyRows = isOnly
    hasArrivalRows = hasArrival
  }

  private func row(_ item: Int, _ host: Int) -> Int { classOf[item] * kindCount + kindOfHost[host] }

  /// Predicted duration of a move there.
  func seconds(_ item: Int, to host: Int) -> Int { secondsRows[row(item, host)] }
  func weight(_ item: Int, to host: Int) -> Int { weightRows[row(item, host)] }
  func isOnly(_ item: Int, to host: Int) -> Bool { isOnlyRows[row(item, host)] }
  func hasPassage(_ item: Int, to host: Int) -> Bool { secondsRows[row(item, host)] > 0 }

  func arrival(_ item: Int, to host: Int) -> [ArrivalNeed] {
    guard hasArrivalRows[row(item, host)] else { return [] }
    return problem.passage(classOf[item], to: host)?.arrival ?? []
  }

  func mayEnd(_ item: Int, on host: Int) -> Bool { problem.mayEnd(classOf[item], on: host) && cellOf[host] == cellOf[startOf[item]] }

  func mayStop(_ item: Int, on host: Int) -> Bool { problem.mayStop(classOf[item], on: host) && cellOf[host] == cellOf[startOf[item]] }

  /// True if the item may be sent from one host to the other, room apart: as its first move, or as a later one.
  func mayMove(_ item: Int, from: Int, to: Int, hasMoved: Bool) -> Bool {
    guard from != to, mayEnd(item, on: to) || mayStop(item, on: to) else { return false }
    return !hasMoved || ((from == startOf[item] || mayStop(item, on: from)) && !isOnly(item, to: to))
  }

  /// True if a plan may leave the item on the host.
  func isEnd(_ item: Int, on host: Int) -> Bool { host == startOf[item] ? problem.mayStay(item) : mayEnd(item, on: host) }
}

/// One migration of a sequence in the making.
struct SequenceLeg: Sendable, Equatable {
  var item: Int
  var from: Int
  var to: Int
}
