/// Works out again what a counting proof proves, in integers and apart from everything that finds such proofs.
///
/// Parts must be about different items; a part that is not, or that does not hold, counts for nothing.
package struct BoundCheck {
  private let problem: PlacementProblem

  package init(_ problem: PlacementProblem) { self.problem = problem }

  /// Least summed weight of the moves of any plan that mends everything. Cost: linear in items, hosts and what the parts name.
  package func value(of proof: BoundProof) -> Int {
    var ends = LegalEnds(problem)
    var isCounted = [Bool](repeating: false, count: problem.items.count)
    var counted = 0
    let fixed = fixedUse(of: proof, &ends)
    for part in proof.parts {
      switch part {
      case .forced(let forced): counted += value(forced, &ends, &isCounted)
      case .overload(let overload): counted += value(overload, fixed, &ends, &isCounted)
      case .group(let group): counted += value(group, ends, &isCounted)
      case .slot: break
      }
    }
    // Slots are about all items that may stay, so they stand beside the forced moves only.
    var forced = 0
    var isForced = [Bool](repeating: false, count: problem.items.count)
    var slots = 0
    for part in proof.parts {
      if case .forced(let part) = part { forced += value(part, &ends, &isForced) }
      if case .slot(let part) = part { slots = max(slots, SlotCheck(problem).value(of: part, &ends)) }
    }
    return max(counted, forced + slots)
  }

  private func value(_ part: ForcedPart, _ ends: inout LegalEnds, _ isCounted: inout [Bool]) -> Int {
    var sum = 0
    for item in part.items where problem.items.indices.contains(item) && !isCounted[item] && !problem.mayStay(item) {
      isCounted[item] = true
      sum += ends.leastWeight(problem.items[item].classID) ?? 0
    }
    return sum
  }

  private func value(_ part: GroupPart, _ ends: LegalEnds, _ isCounted: inout [Bool]) -> Int {
    guard problem.groups.indices.contains(part.group) else { return 0 }
    let members = problem.groups[part.group].members
    guard !members.contains(where: { isCounted[$0] }), case .atLeast(let value) = GroupCheck(ends).value(of: part) else { return 0 }
    for member in members { isCounted[member] = true }
    return value
  }

  // MARK: - Overload

  /// Charged by what may stay on a host and can go nowhere else, laid out like `capacity`; empty: nobody asks.
  private func fixedUse(of proof: BoundProof, _ ends: inout LegalEnds) -> [Int] {
    guard proof.parts.contains(where: { if case .overload = $0 { true } else { false } }) else { return [] }
    var fixed = [Int](repeating: 0, count: problem.capacity.count)
    for (index, item) in problem.items.enumerated() where ends.leastWeight(item.classID) == nil && problem.mayStay(index) {
      for (resource, demand) in problem.classes[item.classID].demand.enumerated() {
        fixed[item.start * problem.resourceCount + resource] += demand
      }
    }
    return fixed
  }

  private func value(_ part: OverloadPart, _ fixed: [Int], _ ends: inout LegalEnds, _ isCounted: inout [Bool]) -> Int {
    let rows = problem.resourceCount
    guard problem.hosts.indices.contains(part.host), problem.hosts[part.host].isRelieved, (0..<rows).contains(part.resource) else {
      return 0
    }
    var movers: [(weight: Int, demand: Int)] = []
    var use = fixed[part.host * rows + part.resource]
    for item in part.items {
      guard problem.items.indices.contains(item), !isCounted[item], problem.items[item].start == part.host, problem.mayStay(item),
        let weight = ends.leastWeight(problem.items[item].classID)
      else { return 0 }
      isCounted[item] = true
      let demand = problem.classOf(item).demand[part.resource]
      use += demand
      movers.append((weight, demand))
    }
    return LeastCover.weight(of: movers, need: use - ends.room[part.host * rows + part.resource])
  }
}

/// The least weight of things whose demands together reach a need, or less.
enum LeastCover {
  /// Rows of the table that is made where weights differ.
  private static let rowsMax = 1 << 16

  static func weight(of things: [(weight: Int, demand: Int)], need: Int) -> Int {
    let useful = things.filter { $0.demand > 0 }
    guard need > 0, let first = useful.first else { return 0 }
    if useful.allSatisfy({ $0.weight == first.weight }) {
      var lacking = need
      var count = 0
      for demand in useful.map(\.demand).sorted(by: >) where lacking > 0 {
        lacking -= demand
        count += 1
      }
      return count * first.weight
    }
    var unit = 0
    for thing in useful { unit = greatestCommonDivisor(unit, thing.demand) }
    let height = (need - 1) / unit + 1
    return height <= rowsMax / useful.count ? byTable(useful, height: height, unit: unit) : inParts(useful, need: need)
  }

  private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
    other == 0 ? one : greatestCommonDivisor(other, one % other)
  }

  private static func byTable(_ things: [(weight: Int, demand: Int)], height: Int, unit: Int) -> Int {
    var best = [Int](repeating: Int.max, count: height + 1)
    best[0] = 0
    for thing in things {
      for lacking in stride(from: height, to: 0, by: -1) {
        let rest = best[max(0, lacking - thing.demand / unit)]
        if rest < Int.max { best[lacking] = min(best[lacking], rest + thing.weight) }
      }
    }
    return best[height] == Int.max ? 0 : best[height]
  }

  /// The cheapest by demand first, the last one in part (Dantzig 1957).
  private static func inParts(_ things: [(weight: Int, demand: Int)], need: Int) -> Int {
    let sorted = things.sorted { Int128($0.weight) * Int128($1.demand) < Int128($1.weight) * Int128($0.demand) }
    var lacking = need
    var sum = 0
    for thing in sorted {
      if thing.demand >= lacking {
        return sum + Int((Int128(thing.weight) * Int128(lacking) + Int128(thing.demand) - 1) / Int128(thing.demand))
      }
      lacking -= thing.demand
      sum += thing.weight
    }
    return sum
  }
}
