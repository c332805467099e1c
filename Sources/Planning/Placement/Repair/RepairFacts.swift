/// What repair asks of a problem over and over, in flat arrays.
final class RepairFacts: Sendable {
  let problem: PlacementProblem
  let resourceCount: Int
  let hostCount: Int
  let itemCount: Int
  let kindCount: Int
  /// By item.
  let classOf: [Int32]
  let start: [Int32]
  let mayStay: [Bool]
  /// By host.
  let kind: [Int32]
  let receives: [Bool]
  let isRelieved: [Bool]
  /// `(class * (kindCount + 1) + kind) * resourceCount + resource`: what an item takes on a host of the kind; last kind: at home.
  let charges: [Int]
  /// `class * kindCount + kind`; `noPassage`: none.
  let weights: [Int]
  let seconds: [Int]
  /// By class.
  let leastWeight: [Int]
  /// By class: relative size; only orders what a search tries.
  let size: [Double]
  /// By class: where its groups are in `groupList`, and the end.
  let groupStart: [Int32]
  let groupList: [Int32]
  /// By class: its demand, as a row of `charges`.
  private let leastRow: [Int]
  /// By resource: how much a unit of room counts; scarce resources count most.
  let roomFactor: [Double]
  /// By class: the one host a move may leave it on; `manyEnds`, or `noEnd`.
  let soleEnd: [Int32]
  /// Membership in `ends`: by class the first word held, the words held, and where they are.
  private let endsFirstWord: [Int32]
  private let endsWordCount: [Int32]
  private let endsOffset: [Int]
  private let words: [UInt64]

  static let noPassage = -1
  static let noEnd: Int32 = -1
  static let manyEnds: Int32 = -2

  init(_ problem: PlacementProblem) {
    self.problem = problem
    let rows = problem.resourceCount
    resourceCount = rows
    hostCount = problem.hosts.count
    itemCount = problem.items.count
    kindCount = (problem.hosts.map(\.kind).max() ?? 0) + 1
    kind = problem.hosts.map { Int32($0.kind) }
    receives = problem.hosts.map(\.receives)
    isRelieved = problem.hosts.map(\.isRelieved)
    classOf = problem.items.map { Int32($0.classID) }
    start = problem.items.map { Int32($0.start) }
    mayStay = problem.items.indices.map { problem.mayStay($0) }
    var charges: [Int] = []
    var weights: [Int] = []
    var seconds: [Int] = []
    var groupStart: [Int32] = [0]
    var groupList: [Int32] = []
    for itemClass in problem.classes {
      for kind in 0...kindCount {
        let passage = kind < itemClass.passages.count ? itemClass.passages[kind] : nil
        var row = itemClass.demand
        if kind < kindCount {
          for need in passage?.arrival ?? [] { row[need.resource] += need.amount }
          weights.append(passage?.weight ?? Self.noPassage)
          seconds.append(passage?.seconds ?? 0)
        }
        charges += row
      }
      groupList += itemClass.groups.map { Int32($0) }
      groupStart.append(Int32(groupList.count))
    }
    self.charges = charges
    self.weights = weights
    self.seconds = seconds
    self.groupStart = groupStart
    self.groupList = groupList
    leastWeight = problem.classes.map { $0.leastWeight ?? 0 }
    let columns = kindCount + 1
    leastRow = problem.classes.indices.map { ($0 * columns + columns - 1) * rows }
    roomFactor = Self.roomFactors(problem)
    let factors = roomFactor
    size = problem.classes.map { itemClass in (0..<rows).reduce(0) { $0 + Double(itemClass.demand[$1]) * factors[$1] } }
    let bits = SetWords(problem)
    endsFirstWord = problem.classes.map { bits.firstWord[$0.ends] }
    endsWordCount = problem.classes.map { bits.wordCount[$0.ends] }
    endsOffset = problem.classes.map { bits.offset[$0.ends] }
    words = bits.words
    soleEnd = problem.classes.indices.map { Self.soleEnd($0, problem) }
  }

  /// Hosts that are too small even when empty are none.
  private static func soleEnd(_ classID: Int, _ problem: PlacementProblem) -> Int32 {
    var sole = noEnd
    for host in problem.hostSets[problem.classes[classID].ends].hosts
    where problem.mayEnd(classID, on: host) && problem.fits(classID, on: host, use: problem.base) {
      if sole != noEnd { return manyEnds }
      sole = Int32(host)
    }
    return sole
  }

  /// Room counts by its share in the capacity of all hosts that are used in the end, and more the fuller they are.
  private static func roomFactors(_ problem: PlacementProblem) -> [Double] {
    let rows = problem.resourceCount
    var capacity = [Double](repeating: 0, count: rows)
    var demand = [Double](repeating: 0, count: rows)
    for host in problem.hosts.indices where problem.hosts[host].receives || problem.hosts[host].isRelieved {
      for resource in 0..<rows { capacity[resource] += Double(problem.capacity[host * rows + resource]) }
      for resource in 0..<rows { demand[resource] += Double(problem.base[host * rows + resource]) }
    }
    for item in problem.items {
      for resource in 0..<rows { demand[resource] += Double(problem.classes[item.classID].demand[resource]) }
    }
    let hosts = Double(max(1, problem.hosts.count))
    return (0..<rows).map { resource in
      guard capacity[resource] > 0 else { return 0 }
      let load = min(1, demand[resource] / capacity[resource])
      return load * load * load * load * hosts / capacity[resource]
    }
  }

  /// True if a move may leave an item of the class on the host, room and groups apart.
  func mayEnd(_ classID: Int, on host: Int) -> Bool {
    guard receives[host], weights[classID * kindCount + Int(kind[host])] >= 0 else { return false }
    let word = host >> 6 - Int(endsFirstWord[classID])
    guard word >= 0, word < Int(endsWordCount[classID]) else { return false }
    return words[endsOffset[classID] + word] & (1 << UInt64(host & 63)) != 0
  }

  /// Hosts that `ends` of the class names, sorted.
  func ends(_ classID: Int) -> [Int] { problem.hostSets[problem.classes[classID].ends].hosts }

  /// Where the row of charges of an item on a host begins.
  func chargeRow(_ item: Int, on host: Int) -> Int {
    let column = Int(start[item]) == host ? kindCount : Int(kind[host])
    return (Int(classOf[item]) * (kindCount + 1) + column) * resourceCount
  }

  /// Where a row begins that the item takes at least on any host but its own.
  func chargeRow(elsewhere item: Int) -> Int { leastRow[Int(classOf[item])] }

  /// Weight of the item on the host; 0 at home.
  func weight(_ item: Int, on host: Int) -> Int {
    Int(start[item]) == host ? 0 : max(0, weights[Int(classOf[item]) * kindCount + Int(kind[host])])
  }

  /// True if there is no host at all that the item may end on.
  func isStuck(_ item: Int) -> Bool { !mayStay[item] && soleEnd[Int(classOf[item])] == Self.noEnd }

  func size(ofItem item: Int) -> Double { size[Int(classOf[item])] }
}

/// The host sets that are somebody's `ends`, as the words between their first and last member.
private struct SetWords {
  var firstWord: [Int32]
  var wordCount: [Int32]
  var offset: [Int]
  var words: [UInt64] = []

  init(_ problem: PlacementProblem) {
    firstWord = [Int32](repeating: 0, count: problem.hostSets.count)
    wordCount = firstWord
    offset = [Int](repeating: 0, count: problem.hostSets.count)
    var isDone = [Bool](repeating: false, count: problem.hostSets.count)
    for itemClass in problem.classes where !isDone[itemClass.ends] {
      let hosts = problem.hostSets[itemClass.ends].hosts
      isDone[itemClass.ends] = true
      guard let low = hosts.first, let high = hosts.last else { continue }
      firstWord[itemClass.ends] = Int32(low >> 6)
      wordCount[itemClass.ends] = Int32(high >> 6 - low >> 6 + 1)
      offset[itemClass.ends] = words.count
      words += [UInt64](repeating: 0, count: high >> 6 - low >> 6 + 1)
      for host in hosts { words[offset[itemClass.ends] + host >> 6 - low >> 6] |= 1 << UInt64(host & 63) }
    }
  }
}
