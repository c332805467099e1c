/// The migrations of a sequence in flat rows, in an order in which they can be made one after the other.
struct LegTable: Sendable {
  private(set) var item: [Int] = []
  private(set) var from: [Int] = []
  private(set) var to: [Int] = []
  private(set) var seconds: [Int] = []
  /// The same item's move before; -1: none.
  private(set) var previous: [Int] = []
  private(set) var next: [Int] = []
  /// So many of the first ones run when the plan begins.
  let runningCount: Int

  var count: Int { item.count }
  var indices: Range<Int> { item.indices }

  /// `seconds`: of each leg, where the problem's passages do not tell; nil: they do.
  init(_ facts: SequenceFacts, _ running: [RunningMigration], _ legs: [SequenceLeg], seconds: [Int]? = nil) {
    runningCount = running.count
    var lastOf = [Int](repeating: -1, count: facts.classOf.count)
    for migration in running {
      add(migration.item, migration.from, migration.to, max(1, migration.secondsLeft), &lastOf)
    }
    for (index, leg) in legs.enumerated() {
      add(leg.item, leg.from, leg.to, seconds?[index] ?? facts.seconds(leg.item, to: leg.to), &lastOf)
    }
  }

  private mutating func add(_ item: Int, _ from: Int, _ to: Int, _ seconds: Int, _ lastOf: inout [Int]) {
    let leg = self.item.count
    self.item.append(item)
    self.from.append(from)
    self.to.append(to)
    self.seconds.append(seconds)
    previous.append(lastOf[item])
    next.append(-1)
    if lastOf[item] >= 0 { next[lastOf[item]] = leg }
    lastOf[item] = leg
  }
}
