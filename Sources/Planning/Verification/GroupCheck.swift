/// Works out again what a group forces on its members: see `GroupPart`.
///
/// With any price for each unit, the members weigh at least Σ over members of the cheapest (move + price of the unit) less, for each unit, the most that
/// price · members can be within what the group allows there (the Lagrangian of the assignment).
struct GroupCheck {
  enum Value: Equatable {
    /// Least summed weight of the members' moves.
    case atLeast(Int)
    /// No placement keeps the group.
    case impossible
    /// The group asks for nothing.
    case nothing
  }

  private let ends: LegalEnds
  private var problem: PlacementProblem { ends.problem }

  init(_ ends: LegalEnds) { self.ends = ends }

  func value(of part: GroupPart) -> Value {
    let group = problem.groups[part.group]
    var rows = GroupRows(ends, group)
    switch group.kind {
    case .together: return together(group, &rows)
    case .separate(let max):
      if group.base.values.contains(where: { $0 > max }) { return .impossible }
      let prices = Self.prices(part, 0)
      var most = Int128(0)
      for (unit, price) in prices where price > 0 { most += Int128(price) * Int128(max - group.base[unit, default: 0]) }
      return least([bound(prices, most, &rows)], &rows)
    case .spread(let maxSkew):
      guard !group.counted.isEmpty else { return .nothing }
      let counted = Set(group.counted)
      let all = group.counted.reduce(group.members.count) { $0 + group.base[$1, default: 0] }
      let bounds = (0...max(0, all / group.counted.count)).map { level -> Int128? in
        let prices = Self.prices(part, level).filter { counted.contains($0.key) }
        var most = Int128(0)
        for unit in group.counted {
          let base = group.base[unit, default: 0]
          let (fewest, highest) = (max(0, level - base), level + maxSkew - base)
          if highest < 0 || fewest > group.members.count { return nil }
          let price = prices[unit] ?? 0
          most += Int128(price) * Int128(price > 0 ? highest : fewest)
        }
        return bound(prices, most, &rows)
      }
      return least(bounds, &rows)
    }
  }

  private static func prices(_ part: GroupPart, _ level: Int) -> [Int: Int] {
    guard part.levels.indices.contains(level) else { return [:] }
    return Dictionary(part.levels[level].filter { $0.unit >= 0 }.map { ($0.unit, $0.price) }, uniquingKeysWith: { first, _ in first })
  }

  private func bound(_ prices: [Int: Int], _ most: Int128, _ rows: inout GroupRows) -> Int128 {
    rows.sum(prices) - most
  }

  /// The least over levels, of which one holds at the end; more than all members could weigh is as good as impossible.
  private func least(_ bounds: [Int128?], _ rows: inout GroupRows) -> Value {
    let heaviest = rows.heaviest()
    guard let least = bounds.compactMap({ $0 }).filter({ $0 <= heaviest }).min() else { return .impossible }
    return .atLeast(Int(max(0, least)))
  }

  // MARK: - Together

  private func together(_ group: ItemGroup, _ rows: inout GroupRows) -> Value {
    let bases = group.base.filter { $0.value > 0 }.keys.sorted()
    if bases.count > 1 { return .impossible }
    let map = problem.unitMaps[group.unitMap]
    let starts = Set(group.members.map { map[problem.items[$0].start] }.filter { $0 >= 0 }).sorted()
    var sums = (bases.first.map { [$0] } ?? starts).map { rows.gathered(on: $0) }
    // On a unit where nobody starts everybody arrives.
    if bases.isEmpty { sums.append(rows.gathered(on: nil)) }
    guard let least = sums.compactMap({ $0 }).min() else { return .impossible }
    return .atLeast(least)
  }
}

/// The members of a group and what their moves weigh.
private struct GroupRows {
  private struct Key: Hashable {
    var classID: Int
    var start: Int
  }

  private let map: [Int]
  private var ends: LegalEnds
  private var problem: PlacementProblem { ends.problem }
  /// Members that are alike and start on one host.
  private var alike: [(key: Key, stays: Bool, count: Int)] = []

  init(_ ends: LegalEnds, _ group: ItemGroup) {
    self.ends = ends
    map = ends.problem.unitMaps[group.unitMap]
    let problem = ends.problem
    var place: [Key: Int] = [:]
    for member in group.members {
      let key = Key(classID: problem.items[member].classID, start: problem.items[member].start)
      if let known = place[key] {
        alike[known].count += 1
      } else {
        place[key] = alike.count
        alike.append((key, problem.mayStay(member), 1))
      }
    }
  }

  /// Σ over members of the cheapest of move and price of where it ends; units without a price are free.
  mutating func sum(_ prices: [Int: Int]) -> Int128 {
    let cheapestPrice = min(0, prices.values.min() ?? 0)
    var sum = Int128(0)
    for (key, stays, count) in alike {
      var best = stays ? prices[map[key.start]] ?? 0 : nil
      let floor = (problem.classes[key.classID].leastWeight ?? 0) + cheapestPrice
      for host in problem.hostSets[problem.classes[key.classID].ends].hosts where host != key.start && best ?? .max > floor {
        guard let weight = ends.weight(key.classID, to: host) else { continue }
        best = min(best ?? .max, weight + (prices[map[host]] ?? 0))
      }
      // One that can end nowhere proves something else.
      sum += Int128(best ?? 0) * Int128(count)
    }
    return sum
  }

  /// More than the members of any plan weigh.
  mutating func heaviest() -> Int128 {
    alike.reduce(Int128(0)) { sum, row in
      let most = problem.classes[row.key.classID].passages.compactMap { $0?.weight }.max() ?? 0
      return sum + Int128(most) * Int128(row.count)
    }
  }

  /// Least weight with all members on the unit, or where no unit is; nil unit: on one where none of them starts. nil: impossible.
  mutating func gathered(on unit: Int?) -> Int? {
    var sum = 0
    for (key, stays, count) in alike {
      let home = map[key.start]
      if stays, home < 0 || home == unit { continue }
      guard let weight = unit.map({ least(key, on: $0) }) ?? ends.leastWeight(key.classID) else { return nil }
      sum += weight * count
    }
    return sum
  }

  private func least(_ key: Key, on unit: Int) -> Int? {
    var least: Int?
    for host in problem.hostSets[problem.classes[key.classID].ends].hosts where host != key.start && (map[host] == unit || map[host] < 0) {
      guard let weight = ends.weight(key.classID, to: host), weight < least ?? .max else { continue }
      least = weight
    }
    return least
  }
}
