extension PlacementProblem {
  /// By resource: the room of all hosts that receive, together, at the start.
  ///
  /// No host ever has more: between them a move gives as much room as it takes, one from elsewhere only takes, and what leaves a host that is
  /// over its capacity gives less.
  var roomOfAllReceivers: [Int] {
    let use = startUse()
    var room = [Int](repeating: 0, count: resourceCount)
    for host in hosts.indices where hosts[host].receives {
      for resource in 0..<resourceCount {
        let row = host * resourceCount + resource
        room[resource] += max(0, capacity[row] - use[row])
      }
    }
    return room
  }

  /// False: the class is larger than all room there will ever be on one host, so that none of its items leaves its host in any plan.
  func mayMove(_ classID: Int, within roomOfAll: [Int]) -> Bool {
    classes[classID].demand.indices.allSatisfy { classes[classID].demand[$0] <= roomOfAll[$0] || classes[classID].demand[$0] == 0 }
  }
}
