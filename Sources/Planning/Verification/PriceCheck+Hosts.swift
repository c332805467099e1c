/// The kinds of host that a problem has as far as arrivals are concerned.
struct HostKinds {
  struct Kind {
    /// In whole units, with what it brings, positive; of each size the dearest.
    var arrivals: [(size: [Int], gain: Int)] = []
    /// Summed gain of all arrivals that take no room.
    var freeGain = 0
    /// By resource: something may arrive that needs none of it.
    var isPassedBy: [Bool]
    var isOpen = false
  }

  private(set) var kinds: [Kind] = []
  private var kindOf: [Int] = []

  init(_ problem: PlacementProblem, _ certificate: PriceCertificate, _ choiceCount: [Int]) {
    let classes = problem.classes.indices.filter { choiceCount[$0] > 0 }
    let sets = Set(classes.map { problem.classes[$0].ends }).sorted()
    var known: [[Int]: Int] = [:]
    for (host, facts) in problem.hosts.enumerated() {
      let key = facts.receives ? [facts.kind] + sets.filter { problem.hostSets[$0].contains(host) } : []
      let kind = known[key] ?? kinds.count
      if kind == kinds.count {
        known[key] = kind
        kinds.append(Self.kind(of: host, problem, certificate, classes, choiceCount))
      }
      kindOf.append(kind)
    }
  }

  private static func kind(
    of host: Int, _ problem: PlacementProblem, _ certificate: PriceCertificate, _ classes: [Int], _ choiceCount: [Int]
  ) -> Kind {
    var kind = Kind(isPassedBy: [Bool](repeating: false, count: problem.resourceCount))
    var gains: [[Int]: Int] = [:]
    for id in classes where problem.mayEnd(id, on: host) {
      guard let passage = problem.passage(id, to: host) else { continue }
      kind.isOpen = true
      var need = problem.classes[id].demand
      for resource in need.indices where need[resource] == 0 { kind.isPassedBy[resource] = true }
      for arrival in passage.arrival { need[arrival.resource] += arrival.amount }
      let gain = certificate.prices[id] - passage.weight * certificate.scale
      guard gain > 0 else { continue }
      let size = certificate.wholeUnits(need)
      if size.allSatisfy({ $0 == 0 }) {
        kind.freeGain += gain * choiceCount[id]
      } else {
        gains[size] = max(gains[size] ?? 0, gain)
      }
    }
    kind.arrivals = gains.map { ($0.key, $0.value) }.sorted { $0.size.lexicographicallyPrecedes($1.size) }
    return kind
  }

  /// A table a kind, up to the most room of a host of it; nil: one would be too large.
  func tables(_ contents: [HostContent], resources: Int) -> [WorthTable]? {
    var most = kinds.map { _ in [Int](repeating: 0, count: resources) }
    for content in contents {
      for (index, amount) in (content.room ?? []).enumerated() { most[content.kind][index] = max(most[content.kind][index], amount) }
    }
    var tables: [WorthTable] = []
    for (index, kind) in kinds.enumerated() {
      guard let table = WorthTable(most: most[index], cellsMax: PriceCheck.cellsMax, arrivals: kind.arrivals) else { return nil }
      tables.append(table)
    }
    return tables
  }

  /// What the search for a host's best content needs to know. `stays`: classes of the items that may stay, sorted.
  func content(_ host: Int, room: [Int], stays: [Int], _ problem: PlacementProblem, _ certificate: PriceCertificate) -> HostContent {
    let kind = kindOf[host]
    var content = HostContent(kind: kind)
    var use = [Int](repeating: 0, count: room.count)
    for id in stays {
      for (resource, amount) in problem.classes[id].demand.enumerated() { use[resource] += amount }
      let size = certificate.wholeUnits(problem.classes[id].demand)
      let price = certificate.prices[id]
      if let last = content.stays.indices.last, content.stays[last].size == size, content.stays[last].price == price {
        content.stays[last].count += 1
      } else {
        content.stays.append(HostContent.Stay(size: size, price: price, count: 1))
      }
    }
    var room = room
    content.mayKeepAll = !problem.hosts[host].isRelieved && room.indices.contains { use[$0] > room[$0] }
    if content.mayKeepAll, !problem.refusesWhenOver {
      // An arrival passes by what it needs none of, so that the host may stay over in that.
      for resource in room.indices where kinds[kind].isPassedBy[resource] { room[resource] = max(room[resource], use[resource]) }
    }
    content.takes = kinds[kind].isOpen && !room.contains { $0 < 0 }
    if !room.contains(where: { $0 < 0 }) { content.room = certificate.wholeUnits(room) }
    return content
  }
}

extension PriceCertificate {
  /// Amounts in whole units, rounded down; resources that are left out are not in it.
  ///
  /// What fits exactly fits rounded too, as a sum of parts rounded down is never above the sum rounded down.
  func wholeUnits(_ amounts: [Int]) -> [Int] {
    units.indices.compactMap { units[$0] > 0 ? amounts[$0] / units[$0] : nil }
  }
}
