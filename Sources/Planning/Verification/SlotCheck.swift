/// Works out again what slots prove: see `SlotPart`.
///
/// Let f(x) = floor(x / threshold). What comes to a host that lost E fills at most f(free + size of E) slots, and each item that comes needs f(size);
/// what is in E comes somewhere too. So hosts together must gain the f(size) of all that may not stay, each at most f(free + Σ size mod threshold
/// over E), and with any price a slot: weight ≥ price · needed - Σ over hosts of the most that price · gain - weight can be.
struct SlotCheck {
  private let problem: PlacementProblem

  init(_ problem: PlacementProblem) { self.problem = problem }

  /// Least weight of the moves of items that may stay.
  func value(of part: SlotPart, _ ends: inout LegalEnds) -> Int {
    let rows = problem.resourceCount
    guard (0..<rows).contains(part.resource), part.threshold > 0, part.priceWeight >= 0, part.priceSlots > 0 else { return 0 }
    var stays = problem.hosts.map { _ in [(weight: Int, rest: Int)]() }
    var free = problem.hosts.indices.map { ends.room[$0 * rows + part.resource] }
    var needed = 0
    for (index, item) in problem.items.enumerated() {
      let size = problem.classes[item.classID].demand[part.resource]
      guard problem.mayStay(index) else {
        needed += size / part.threshold
        continue
      }
      free[item.start] -= size
      if let weight = ends.leastWeight(item.classID) { stays[item.start].append((weight, size % part.threshold)) }
    }
    var total = Int128(part.priceWeight) * Int128(needed)
    for host in problem.hosts.indices where ends.isOpen[host] { total -= most(host, free[host], stays[host], part) }
    guard total > 0 else { return 0 }
    return Int((total - 1) / Int128(part.priceSlots) + 1)
  }

  /// The most that the price of a host's slots less the weight of what leaves it can be, times `priceSlots`.
  private func most(_ host: Int, _ free: Int, _ stays: [(weight: Int, rest: Int)], _ part: SlotPart) -> Int128 {
    func worth(_ room: Int, _ weight: Int) -> Int128 {
      let whole = room >= 0 ? room / part.threshold : -((-room - 1) / part.threshold + 1)
      // A host that need not be relieved may stay over, and then takes nothing.
      let slots = problem.hosts[host].isRelieved ? whole : max(0, whole)
      return Int128(part.priceWeight) * Int128(slots) - Int128(part.priceSlots) * Int128(weight)
    }
    var best = worth(free, 0)
    var (room, weight) = (free, 0)
    // For each number of leavers the largest rests and the least weights, whoever has them.
    for (rest, least) in zip(stays.map(\.rest).sorted(by: >), stays.map(\.weight).sorted()) {
      room += rest
      weight += least
      best = max(best, worth(room, weight))
    }
    return best
  }
}
