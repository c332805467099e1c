extension EjectionSearch {
  /// Looks about one moved item that might be at home, and pools it with a few others there.
  mutating func focusSomewhere() {
    look(on: [])
    guard let item = avoidableItem() ?? someMovedItem() else { return }
    let size = RepairLimits.focusHosts << Int(random.next() % (RepairLimits.focusDoublings + 1))
    if size < facts.hostCount { look(on: hosts(near: item, count: size)) }
    putOut(item)
    for _ in 0..<Int(random.next() % UInt64(RepairLimits.loosenedMax + 1)) {
      if let other = someMovedItem() { putOut(other) }
    }
  }

  /// A moved item that may be at home; nil: none was met.
  private mutating func avoidableItem() -> Int? {
    guard !state.moved.isEmpty else { return nil }
    for _ in 0..<RepairLimits.probesMax {
      let item = state.moved[Int(random.next() % UInt64(state.moved.count))]
      if facts.mayStay[item] { return item }
    }
    return nil
  }

  /// The item's host and home, and others of which half have to do with moves.
  private mutating func hosts(near item: Int, count: Int) -> [Int] {
    var hosts = [Int(state.hostOf[item])]
    if facts.mayStay[item] { hosts.append(Int(facts.start[item])) }
    var isChosen = Set(hosts)
    let ends = facts.ends(Int(facts.classOf[item]))
    for draw in 0..<count * RepairLimits.drawsMax where hosts.count < count {
      var host = -1
      if draw % 2 == 0, !ends.isEmpty {
        host = ends[Int(random.next() % UInt64(ends.count))]
      } else if let other = someMovedItem() {
        host = Int(draw % 4 == 1 || !facts.mayStay[other] ? state.hostOf[other] : facts.start[other])
      }
      if host >= 0, facts.receives[host], isChosen.insert(host).inserted { hosts.append(host) }
    }
    return hosts
  }
}
