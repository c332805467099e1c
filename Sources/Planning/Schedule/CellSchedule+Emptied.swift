import Fleet

extension CellSchedule {
  /// The hosts in maintenance that the legs leave empty, as they become so. Cost: linear in guests, hosts and legs.
  func emptied(_ legs: [Leg], _ facts: CellFacts) -> [EmptiedHost] {
    let end = EndState(facts, legs)
    var isKept = [Bool](repeating: false, count: facts.hosts.count)
    for (id, guest) in facts.guests.enumerated() {
      for host in [end.host(of: id)] + guest.alsoOn { isKept[host] = true }
    }
    var lastLeft: [Int: Int] = [:]
    for (index, leg) in legs.enumerated() { lastLeft[leg.from] = max(lastLeft[leg.from] ?? 0, starts[index] + seconds[index]) }
    return lastLeft.filter { facts.hosts[$0.key].maintenance && !isKept[$0.key] }
      .map { EmptiedHost(host: facts.hosts[$0.key].name, cell: facts.cell.name, seconds: $0.value) }
      .sorted { ($0.seconds, $0.host) < ($1.seconds, $1.host) }
  }
}
