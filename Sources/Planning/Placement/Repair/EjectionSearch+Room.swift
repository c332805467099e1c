extension EjectionSearch {
  /// The host with the least room left that takes the pooled item as it is, the item's own first; nil: none was found.
  mutating func hostWithRoom(_ item: Int, slack: Int, budget: inout StepBudget) -> Int? {
    let home = Int(facts.start[item])
    budget.spend()
    if slack + leastWeight(item) >= 0, state.mayPlace(item, on: home) { return home }
    let classID = Int(facts.classOf[item])
    let ends = focus.isEmpty ? facts.ends(classID) : focus
    guard slack >= 0, !ends.isEmpty else { return nil }
    if focus.isEmpty, ends.count > RepairLimits.hostsScannedMax, let host = probe(item, ends: ends, slack: slack, budget: &budget) {
      return host
    }
    var fit = Fit()
    budget.spend(ends.count / RepairLimits.hostsPerStep)
    for host in ends where host != home { weigh(item, on: host, slack: slack, &fit) }
    return fit.host >= 0 ? fit.host : nil
  }

  /// Some host that takes the pooled item as it is, its own first.
  mutating func anyHostWithRoom(_ item: Int, slack: Int, budget: inout StepBudget) -> Int? {
    let home = Int(facts.start[item])
    budget.spend()
    if slack + leastWeight(item) >= 0, state.mayPlace(item, on: home) { return home }
    guard focus.isEmpty else { return slack >= 0 ? anyHostInFocus(item, slack: slack, budget: &budget) : nil }
    let ends = facts.ends(Int(facts.classOf[item]))
    guard slack >= 0, let low = ends.first, let high = ends.last else { return nil }
    let row = facts.chargeRow(elsewhere: item)
    var from = low + Int(random.next() % UInt64(high - low + 1))
    for _ in 0..<RepairLimits.probesMax {
      guard let host = index.next(in: from, high + 1, demand: row, facts.charges) ?? index.next(in: low, from, demand: row, facts.charges)
      else { return nil }
      if host != home, facts.weight(item, on: host) - leastWeight(item) <= slack, state.mayPlace(item, on: host) { return host }
      from = host < high ? host + 1 : low
    }
    return nil
  }

  private mutating func anyHostInFocus(_ item: Int, slack: Int, budget: inout StepBudget) -> Int? {
    let first = Int(random.next() % UInt64(focus.count))
    budget.spend(focus.count / RepairLimits.hostsPerStep)
    for offset in focus.indices {
      let host = focus[(first + offset) % focus.count]
      if host != Int(facts.start[item]), facts.weight(item, on: host) - leastWeight(item) <= slack, state.mayPlace(item, on: host) {
        return host
      }
    }
    return nil
  }

  private struct Fit {
    var host = -1
    var weight = Int.max
    var room = Double.infinity
  }

  /// Keeps the host if it takes the item and is cheaper or tighter than the one known.
  private func weigh(_ item: Int, on host: Int, slack: Int, _ fit: inout Fit) {
    guard state.mayPlace(item, on: host) else { return }
    let weight = facts.weight(item, on: host)
    guard weight - leastWeight(item) <= slack, weight <= fit.weight else { return }
    let room = state.roomSize(host)
    if weight < fit.weight || room < fit.room { fit = Fit(host: host, weight: weight, room: room) }
  }

  /// The best of some hosts with room, found from a place drawn by lot on.
  private mutating func probe(_ item: Int, ends: [Int], slack: Int, budget: inout StepBudget) -> Int? {
    let low = ends[0]
    let high = ends[ends.count - 1] + 1
    let row = facts.chargeRow(elsewhere: item)
    let first = low + Int(random.next() % UInt64(high - low))
    var fit = Fit()
    var probes = 0
    for (begin, end) in [(first, high), (low, first)] {
      var from = begin
      while let host = index.next(in: from, end, demand: row, facts.charges) {
        if host != Int(facts.start[item]) { weigh(item, on: host, slack: slack, &fit) }
        probes += 1
        budget.spend()
        if probes >= RepairLimits.leavesMax || probes >= RepairLimits.probesMax && fit.host >= 0 { break }
        from = host + 1
      }
      if probes >= RepairLimits.leavesMax || probes >= RepairLimits.probesMax && fit.host >= 0 { break }
    }
    return fit.host >= 0 ? fit.host : nil
  }
}
