/// Re-computes what a price certificate proves about a problem, in integers and apart from everything that finds such prices.
///
/// Holds for every plan that can be carried out, whatever its hops: what it leaves on a host is a content of that host, and what it leaves there that
/// did not start there, or may not stay, was moved there. Groups are left out of account, which can only lower what is proved.
package struct PriceCheck {
  /// What a certificate proves if it proves that there is no plan at all.
  package static let noPlan = Int.max
  /// Largest table of one kind of host; a certificate that asks for more proves nothing.
  static let cellsMax = 1 << 16
  /// No sum of prices may come near the largest integer.
  private static let sumMax = 1 << 61

  private let problem: PlacementProblem
  /// By item: where it must end since it can end nowhere else; -1: it has a choice.
  private var onlyEnd: [Int] = []
  /// By class of the problem: items that have a choice.
  private var choiceCount: [Int]
  /// Summed weight of the items without a choice that must move.
  private var onlyWeight = 0
  /// Capacity less `base` and the items without a choice.
  private var room: [Int]
  private var isImpossible = false

  package init(_ problem: PlacementProblem) {
    self.problem = problem
    choiceCount = [Int](repeating: 0, count: problem.classes.count)
    room = problem.capacity
    for index in room.indices { room[index] -= problem.base[index] }
    findOnlyEnds()
    let rows = problem.resourceCount
    for host in problem.hosts.indices where problem.hosts[host].isRelieved {
      if room[host * rows..<(host + 1) * rows].contains(where: { $0 < 0 }) { isImpossible = true }
    }
  }

  private mutating func findOnlyEnds() {
    let problem = problem
    let ends = problem.classes.indices.map { id in
      Array(problem.hostSets[problem.classes[id].ends].hosts.lazy.filter { problem.mayEnd(id, on: $0) }.prefix(2))
    }
    onlyEnd = [Int](repeating: -1, count: problem.items.count)
    for (index, item) in problem.items.enumerated() {
      var possible = ends[item.classID]
      let stays = problem.mayStay(index)
      if stays, !possible.contains(item.start) { possible.append(item.start) }
      guard possible.count < 2 else {
        choiceCount[item.classID] += 1
        continue
      }
      guard let end = possible.first else {
        isImpossible = true
        continue
      }
      onlyEnd[index] = end
      let passage = stays ? nil : problem.passage(item.classID, to: end)
      onlyWeight += passage?.weight ?? 0
      for (resource, amount) in problem.classes[item.classID].demand.enumerated() { room[end * problem.resourceCount + resource] -= amount }
      for need in passage?.arrival ?? [] { room[end * problem.resourceCount + need.resource] -= need.amount }
    }
  }

  /// The least weight of any plan that the prices prove; `noPlan` if they prove that there is none.
  ///
  /// Cost: hosts and items, plus a table a kind of host and a small search a different content.
  package func proved(by certificate: PriceCertificate) -> Int {
    guard !isImpossible else { return Self.noPlan }
    guard isSound(certificate) else { return onlyWeight }
    let kinds = HostKinds(problem, certificate, choiceCount)
    let contents = contents(kinds, certificate)
    guard let tables = kinds.tables(contents.map(\.0), resources: certificate.units.count { $0 > 0 }) else { return onlyWeight }
    var total = Int128(onlyWeight) * Int128(certificate.scale)
    for (id, count) in choiceCount.enumerated() { total += Int128(certificate.prices[id]) * Int128(count) }
    for (content, hosts) in contents {
      total -= Int128(content.worth(tables[content.kind], kinds.kinds[content.kind].freeGain)) * Int128(hosts)
    }
    guard total > 0 else { return onlyWeight }
    guard certificate.scale > 0 else { return Self.noPlan }
    return max(onlyWeight, Int((total - 1) / Int128(certificate.scale) + 1))
  }

  /// Prices that no sum of can overflow; sums on a host are of no more items than there are, or than its table has cells.
  private func isSound(_ certificate: PriceCertificate) -> Bool {
    let weights = problem.classes.flatMap { $0.passages.compactMap { $0?.weight } }
    guard certificate.prices.count == problem.classes.count, certificate.units.count == problem.resourceCount, certificate.scale >= 0,
      !certificate.prices.contains(where: { $0 < 0 }), !certificate.units.contains(where: { $0 < 0 }), !weights.contains(where: { $0 < 0 })
    else { return false }
    let pieces = problem.items.count + Self.cellsMax
    let dearest = certificate.prices.max() ?? 0
    let (heaviest, overflows) = (weights.max() ?? 0).multipliedReportingOverflow(by: certificate.scale)
    return !overflows && heaviest <= Self.sumMax && dearest <= Self.sumMax / pieces
  }

  /// Hosts with the same room and the same worth of what may stay, with their number.
  private func contents(_ kinds: HostKinds, _ certificate: PriceCertificate) -> [(HostContent, Int)] {
    let rows = problem.resourceCount
    var stays = problem.hosts.map { _ in [Int]() }
    for (index, item) in problem.items.enumerated() where onlyEnd[index] < 0 && problem.mayStay(index) {
      stays[item.start].append(item.classID)
    }
    var places: [HostContent: Int] = [:]
    var found: [(HostContent, Int)] = []
    for host in problem.hosts.indices {
      let hostRoom = Array(room[host * rows..<(host + 1) * rows])
      let content = kinds.content(host, room: hostRoom, stays: stays[host].sorted(), problem, certificate)
      if let place = places[content] {
        found[place].1 += 1
      } else {
        places[content] = found.count
        found.append((content, 1))
      }
    }
    return found
  }
}
