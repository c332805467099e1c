extension TargetState {
  /// Brings everything that has no place to where it starts, and back with it whatever moved into its way.
  ///
  /// What is broken then was broken at the start, and less may be: each step takes one more item home.
  mutating func settle() {
    while let last = pool.items.last {
      let item = Int(last)
      let host = Int(facts.start[item])
      let classID = Int(facts.classOf[item])
      let groupRange = Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1])
      let against = groupRange.map { Int(facts.groupList[$0]) }.filter { !groups.admits($0, host: host, hostOf) }
      place(item, on: host)
      for group in against {
        if groups.kind[group] == .separate { sendBack(from: group, unit: groups.unit(group, of: host)) } else { sendBack(all: group) }
      }
      if isOver(host) { sendBack(from: host) }
    }
  }

  /// Pools what moved to the host, those that may be at home first, until it is not over.
  private mutating func sendBack(from host: Int) {
    var arrived: [Int32] = []
    appendItems(on: host, to: &arrived)
    let ranked = arrived.map { Int($0) }.filter { isMoved($0) }.sorted {
      (facts.mayStay[$0] ? 0 : 1, -facts.size(ofItem: $0), $0) < (facts.mayStay[$1] ? 0 : 1, -facts.size(ofItem: $1), $1)
    }
    for item in ranked where isOver(host) { remove(item) }
  }

  /// Pools one member that moved to the unit; none did: the unit was as full at the start.
  private mutating func sendBack(from group: Int, unit: Int) {
    var chosen: Int?
    for index in groups.memberRange(group) {
      let item = groups.member(at: index)
      guard hostOf[item] >= 0, isMoved(item), groups.unit(group, of: Int(hostOf[item])) == unit else { continue }
      if chosen == nil || facts.mayStay[item] { chosen = item }
      if facts.mayStay[item] { break }
    }
    if let chosen { remove(chosen) }
  }

  private mutating func sendBack(all group: Int) {
    for index in groups.memberRange(group) {
      let item = groups.member(at: index)
      if hostOf[item] >= 0, isMoved(item) { remove(item) }
    }
  }
}
