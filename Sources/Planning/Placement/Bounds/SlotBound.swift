/// Secondary moves that sizes force: see `SlotPart`.
///
/// With E evicted from a host, what comes to it fills at most floor((free + size(E)) / t) slots, while E itself needs floor(size / t) each. So a host
/// gains floor((free mod t + sum of size mod t) / t) slots beyond those it has, and the cheapest gains that close the deficit are a bound. It is
/// stated with one price a slot, so that it can be worked out again host by host.
struct SlotBound {
  /// Thresholds tried for each resource: sizes of what must move, largest first.
  static let thresholdsMax = 16

  private let facts: BoundFacts
  private let lists: OverloadBound
  private let staying: [Int]
  private let forced: [Int]

  init(_ facts: BoundFacts, _ lists: OverloadBound, staying: [Int], forced: [Int]) {
    self.facts = facts
    self.lists = lists
    self.staying = staying
    self.forced = forced
  }

  /// The best over resources and thresholds; nil: nothing beyond the forced moves is proved.
  func best() -> SlotPart? {
    var best: SlotPart?
    for resource in 0..<facts.rows {
      for threshold in thresholds(resource) {
        guard let part = part(resource, threshold), part.value > best?.value ?? 0 else { continue }
        best = part
      }
    }
    return best
  }

  private func thresholds(_ resource: Int) -> [Int] {
    let problem = facts.problem
    var sizes: [Int] = []
    var isSeen = [Bool](repeating: false, count: problem.classes.count)
    for item in forced {
      let classID = problem.items[item].classID
      if isSeen[classID] { continue }
      isSeen[classID] = true
      let size = facts.demand[classID * facts.rows + resource]
      if size > 0 { sizes.append(size) }
    }
    var distinct: [Int] = []
    for size in sizes.sorted(by: >) where distinct.last != size { distinct.append(size) }
    guard distinct.count > Self.thresholdsMax else { return distinct }
    return (0..<Self.thresholdsMax).map { distinct[$0 * distinct.count / Self.thresholdsMax] }
  }

  private func part(_ resource: Int, _ threshold: Int) -> SlotPart? {
    var want = 0
    for item in forced { want += facts.demand[facts.problem.items[item].classID * facts.rows + resource] / threshold }
    guard want > 0 else { return nil }
    var steps: [(weight: Int, slots: Int)] = []
    var offers: [SlotOffer] = []
    for host in facts.problem.hosts.indices where facts.takes[host] {
      let offer = offer(host, resource, threshold)
      want -= offer.start
      guard !offer.weights.isEmpty else { continue }
      steps += offer.hull()
      offers.append(offer)
    }
    guard want > 0 else { return nil }
    steps.sort { $0.weight * $1.slots < $1.weight * $0.slots }
    var missing = want
    guard
      let last = steps.first(where: { step in
        missing -= step.slots
        return missing <= 0
      })
    else { return nil }
    var value = last.weight * want
    for offer in offers { value -= offer.most(weight: last.weight, slots: last.slots) }
    guard value > 0 else { return nil }
    return SlotPart(
      resource: resource, threshold: threshold, priceWeight: last.weight, priceSlots: last.slots,
      value: (value + last.slots - 1) / last.slots)
  }

  private func offer(_ host: Int, _ resource: Int, _ threshold: Int) -> SlotOffer {
    let cell = host * facts.rows + resource
    let free = facts.room[cell] - staying[cell]
    let whole = free >= 0 ? free / threshold : -((threshold - 1 - free) / threshold)
    let rest = free - whole * threshold
    // A host that need not be relieved may stay over and take nothing.
    let floor = facts.problem.hosts[host].isRelieved ? Int.min : 0
    var offer = SlotOffer(start: max(floor, whole))
    var sizes: [Int] = []
    var weights: [Int] = []
    for item in lists.items(on: host) where facts.stays[item] {
      let classID = facts.problem.items[item].classID
      guard let weight = facts.least[classID] else { continue }
      let size = facts.demand[classID * facts.rows + resource] % threshold
      if size > 0 { sizes.append(size) }
      weights.append(weight)
    }
    sizes.sort(by: >)
    weights.sort()
    var reached = rest
    var weight = 0
    for (index, size) in sizes.enumerated() {
      reached += size
      weight += weights[index]
      let slots = max(floor, whole + reached / threshold) - offer.start
      if slots > offer.weights.count { offer.weights += Array(repeating: weight, count: slots - offer.weights.count) }
    }
    return offer
  }
}

/// What one host offers: slots it has, and the least weight of evictions for each one more.
private struct SlotOffer {
  var start: Int
  /// Ascending: least weight for one, two, … slots more.
  var weights: [Int] = []

  /// Steps of the lower convex hull of weight over slots.
  func hull() -> [(weight: Int, slots: Int)] {
    var corners = [(slots: 0, weight: 0)]
    for (index, weight) in weights.enumerated() {
      let point = (slots: index + 1, weight: weight)
      while corners.count > 1 {
        let (before, last) = (corners[corners.count - 2], corners[corners.count - 1])
        let isBelow =
          (last.weight - before.weight) * (point.slots - last.slots) < (point.weight - last.weight) * (last.slots - before.slots)
        if isBelow { break }
        corners.removeLast()
      }
      corners.append(point)
    }
    return zip(corners, corners.dropFirst()).map { (weight: $1.weight - $0.weight, slots: $1.slots - $0.slots) }
  }

  /// Most that slots sold at `weight / slots` each bring beyond the evictions, times `slots`.
  func most(weight: Int, slots: Int) -> Int {
    var most = 0
    for (index, evicted) in weights.enumerated() { most = max(most, weight * (index + 1) - slots * evicted) }
    return most
  }
}
