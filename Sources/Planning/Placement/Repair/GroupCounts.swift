/// Members of every group by unit, and what each group still admits.
///
/// A `together` group has one unit chosen for it, a `spread` group the level that no counted unit may be below; both may be chosen anew.
struct GroupCounts: Sendable {
  /// Groups with more units than this and than `denseUnitsPerMember` times their members are counted by looking at the members.
  private static let denseUnitsMax = 256
  private static let denseUnitsPerMember = 16
  /// No unit holds more members than this, and two of it can be added.
  fileprivate static let limitMax = Int(Int32.max / 4)
  static let anyUnit: Int32 = -1

  let problem: PlacementProblem
  /// By group.
  let kind: [Kind]
  /// Greatest number on a unit, or the skew.
  private let limit: [Int32]
  /// Chosen: the unit of `together` (`anyUnit`: none in use yet), the level of `spread`.
  private(set) var choice: [Int32]
  /// Members without a place.
  private(set) var waiting: [Int32]
  /// `spread`: members that the counted units lack up to the level.
  private(set) var missing: [Int32]
  /// Where the group's counters begin; -1: the members are looked at.
  private let offset: [Int]
  private var counts: [Int32]
  private let isCounted: [Bool]
  private let mapOffset: [Int]
  private let unitHosts: [UnitHosts]
  private let unitOf: [Int32]
  private let memberStart: [Int]
  private let members: [Int32]

  enum Kind: Sendable { case separate, together, spread }

  init(_ problem: PlacementProblem) {
    self.problem = problem
    let hostCount = problem.hosts.count
    unitOf = problem.unitMaps.flatMap { $0.map { Int32($0) } }
    mapOffset = problem.groups.map { $0.unitMap * hostCount }
    unitHosts = problem.unitMaps.map { UnitHosts($0) }
    let unitCounts = problem.unitMaps.map { ($0.max() ?? -1) + 1 }
    var offset: [Int] = []
    var counts: [Int32] = []
    var isCounted: [Bool] = []
    var starts = [0]
    var members: [Int32] = []
    for group in problem.groups {
      members += group.members.map { Int32($0) }
      starts.append(members.count)
      let units = max(unitCounts[group.unitMap], (group.base.keys.max() ?? -1) + 1, (group.counted.max() ?? -1) + 1)
      let isDense: Bool
      switch group.kind {
      case .together: isDense = false
      case .spread: isDense = true
      case .separate:
        isDense = units <= max(Self.denseUnitsMax, Self.denseUnitsPerMember * group.members.count) || !group.base.isEmpty
      }
      offset.append(isDense ? counts.count : -1)
      guard isDense else { continue }
      let begin = counts.count
      counts += [Int32](repeating: 0, count: units)
      isCounted += [Bool](repeating: false, count: units)
      for (unit, count) in group.base { counts[begin + unit] = Int32(count) }
      if group.kind.isSpread { for unit in group.counted { isCounted[begin + unit] = true } }
    }
    self.offset = offset
    self.counts = counts
    self.isCounted = isCounted
    memberStart = starts
    self.members = members
    kind = problem.groups.map { $0.kind.simple }
    limit = problem.groups.map { $0.kind.limit }
    waiting = problem.groups.map { Int32($0.members.count) }
    choice = problem.groups.map { group in
      guard group.kind == .together else { return 0 }
      return Int32(group.base.filter { $0.value > 0 }.keys.min() ?? Int(Self.anyUnit))
    }
    missing = [Int32](repeating: 0, count: problem.groups.count)
  }

  func unit(_ group: Int, of host: Int) -> Int { Int(unitOf[mapOffset[group] + host]) }

  /// Hosts of the unit, ascending.
  func hosts(ofUnit unit: Int, _ group: Int) -> ArraySlice<Int32> { unitHosts[problem.groups[group].unitMap].hosts(unit) }

  func memberRange(_ group: Int) -> Range<Int> { memberStart[group]..<memberStart[group + 1] }

  func member(at index: Int) -> Int { Int(members[index]) }

  mutating func enter(_ group: Int, host: Int) {
    waiting[group] -= 1
    let begin = offset[group]
    let unit = unit(group, of: host)
    guard begin >= 0, unit >= 0 else { return }
    if isCounted[begin + unit], counts[begin + unit] < choice[group] { missing[group] -= 1 }
    counts[begin + unit] += 1
  }

  mutating func leave(_ group: Int, host: Int) {
    waiting[group] += 1
    let begin = offset[group]
    let unit = unit(group, of: host)
    guard begin >= 0, unit >= 0 else { return }
    counts[begin + unit] -= 1
    if isCounted[begin + unit], counts[begin + unit] < choice[group] { missing[group] += 1 }
  }

  /// Members on the unit of a `separate` or `spread` group.
  func count(_ group: Int, unit: Int, _ hostOf: [Int32]) -> Int32 {
    let begin = offset[group]
    if begin >= 0 { return counts[begin + unit] }
    var count: Int32 = 0
    for index in memberRange(group) {
      let host = hostOf[Int(members[index])]
      if host >= 0, Int(unitOf[mapOffset[group] + Int(host)]) == unit { count += 1 }
    }
    return count
  }

  /// True if one of the waiting members may come to the host.
  func admits(_ group: Int, host: Int, _ hostOf: [Int32]) -> Bool {
    let unit = unit(group, of: host)
    switch kind[group] {
    case .separate: return unit < 0 || count(group, unit: unit, hostOf) < limit[group]
    case .together: return unit < 0 || choice[group] == Self.anyUnit || Int(choice[group]) == unit
    case .spread:
      // Whoever is left must be enough for what the counted units lack.
      guard unit >= 0, isCounted[offset[group] + unit] else { return missing[group] < waiting[group] }
      let count = counts[offset[group] + unit]
      if count < choice[group] { return true }
      return count < choice[group] + limit[group] && missing[group] < waiting[group]
    }
  }

  /// True if taking a member off the unit could make the group admit another.
  func isFull(_ group: Int, unit: Int, _ hostOf: [Int32]) -> Bool {
    guard unit >= 0 else { return false }
    switch kind[group] {
    case .separate: return count(group, unit: unit, hostOf) >= limit[group]
    case .together: return false
    case .spread: return isCounted[offset[group] + unit] && counts[offset[group] + unit] >= choice[group] + limit[group]
    }
  }

  /// True if a member may leave the unit of a `spread` group without the counted units lacking more.
  func isSpare(_ group: Int, unit: Int) -> Bool {
    guard unit >= 0, isCounted[offset[group] + unit] else { return true }
    return counts[offset[group] + unit] > choice[group]
  }

  /// Members above what a unit may hold; `spread`: above the level and the skew.
  func surplus(_ group: Int, unit: Int, _ hostOf: [Int32]) -> Int {
    guard unit >= 0 else { return 0 }
    switch kind[group] {
    case .separate: return Int(max(0, count(group, unit: unit, hostOf) - limit[group]))
    case .together: return 0
    case .spread:
      return isCounted[offset[group] + unit] ? Int(max(0, counts[offset[group] + unit] - choice[group] - limit[group])) : 0
    }
  }

  mutating func choose(_ group: Int, _ value: Int) {
    choice[group] = Int32(value)
    guard kind[group] == .spread else { return }
    missing[group] = lacking(group, upTo: choice[group])
  }

  /// Levels of a `spread` group that its members may still be brought to, as they are.
  func levels(_ group: Int) -> ClosedRange<Int>? {
    var high: Int32 = 0
    for unit in problem.groups[group].counted { high = max(high, counts[offset[group] + unit]) }
    let lowest = max(0, high - limit[group])
    var level = lowest
    while level <= high + 1, lacking(group, upTo: level) <= waiting[group] { level += 1 }
    return level > lowest ? Int(lowest)...Int(level - 1) : nil
  }

  private func lacking(_ group: Int, upTo level: Int32) -> Int32 {
    problem.groups[group].counted.reduce(0) { $0 + max(0, level - counts[offset[group] + $1]) }
  }

  /// Members on a counted unit of a `spread` group that are there whatever is done.
  func level(_ group: Int, unit: Int) -> Int { Int(counts[offset[group] + unit]) }
}

/// The hosts of every unit of one map.
private struct UnitHosts: Sendable {
  private var start: [Int]
  private var list: [Int32]

  init(_ map: [Int]) {
    start = [Int](repeating: 0, count: (map.max() ?? -1) + 2)
    for unit in map where unit >= 0 { start[unit + 1] += 1 }
    for unit in start.indices.dropFirst() { start[unit] += start[unit - 1] }
    list = [Int32](repeating: 0, count: start[start.count - 1])
    var free = start
    for (host, unit) in map.enumerated() where unit >= 0 {
      list[free[unit]] = Int32(host)
      free[unit] += 1
    }
  }

  func hosts(_ unit: Int) -> ArraySlice<Int32> { unit + 1 < start.count ? list[start[unit]..<start[unit + 1]] : [] }
}

extension ItemGroup.Kind {
  fileprivate var simple: GroupCounts.Kind {
    switch self {
    case .separate: .separate
    case .together: .together
    case .spread: .spread
    }
  }

  fileprivate var isSpread: Bool { simple == .spread }

  fileprivate var limit: Int32 {
    switch self {
    case .separate(let max): Int32(Swift.min(max, GroupCounts.limitMax))
    case .together: 0
    case .spread(let maxSkew): Int32(Swift.min(maxSkew, GroupCounts.limitMax))
    }
  }
}
