/// The best place found for one item, with what has to be put out for it.
struct EjectionChoice {
  fileprivate(set) var host = -1
  fileprivate(set) var items: [Int32] = []
  fileprivate var score = Int.max
  // What is being considered.
  fileprivate var victims: [Int32] = []
  fileprivate var slack = 0
  fileprivate var failures = 0
  fileprivate var need: [Int]
  fileprivate var ejectable: [Int32] = []
  fileprivate var onHost: [Int32] = []
  fileprivate var cost = 0
  fileprivate var lot = 0
  /// By ejectable: what its leaving adds to the weight.
  fileprivate var weights: [Int] = []
  /// Least of the weights, at most 0.
  fileprivate var lightest = 0
  /// By resource: the most that one ejectable frees.
  fileprivate var most: [Int]

  init(resourceCount: Int) {
    need = [Int](repeating: 0, count: resourceCount)
    most = need
  }

  mutating func begin() {
    host = -1
    score = .max
  }

  /// Failures count most, then weight, then the lot.
  fileprivate mutating func keep(host: Int) {
    let score = failures * 64 + (cost > 0 ? 32 : 0) + lot
    guard score < self.score else { return }
    self.score = score
    self.host = host
    items = victims
  }

  /// True if putting out items that failed so often could not be the best any more.
  fileprivate func isHopeless(with failed: Int) -> Bool { (failures + failed) * 64 + lot >= score }

  /// True if so many of the items together free less than is needed.
  fileprivate func isTooLittle(_ count: Int) -> Bool {
    for resource in need.indices where need[resource] > count * most[resource] { return true }
    return false
  }
}

extension EjectionSearch {
  /// Compares what is to be put out for the pooled item on the host with the best known.
  mutating func consider(_ item: Int, on host: Int, slack: Int) {
    choice.victims.removeAll(keepingCapacity: true)
    choice.cost = facts.weight(item, on: host) - leastWeight(item)
    choice.slack = slack - choice.cost
    choice.failures = 0
    choice.lot = Int(random.next() & 31)
    let classID = Int(facts.classOf[item])
    for index in Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1]) {
      let group = Int(facts.groupList[index])
      guard state.groups.admits(group, host: host, state.hostOf) || addMembers(of: group, for: host) else { return }
    }
    let rows = facts.resourceCount
    let row = facts.chargeRow(item, on: host)
    let isFree = Int(facts.start[item]) == host && !facts.isRelieved[host] && state.arrivals[host] == 0
    for resource in 0..<rows {
      choice.need[resource] = isFree ? 0 : facts.charges[row + resource] - state.room[host * rows + resource]
    }
    for victim in choice.victims where Int(state.hostOf[Int(victim)]) == host { credit(Int(victim), on: host, 1) }
    if !lacksRoom {
      if choice.slack >= 0 { choice.keep(host: host) }
      return
    }
    guard !choice.isHopeless(with: 1) else { return }
    collectEjectable(host)
    if !choice.isTooLittle(RepairLimits.ejectedPerPlaceMax) { choose(from: 0, left: RepairLimits.ejectedPerPlaceMax, host: host) }
  }

  private var lacksRoom: Bool {
    for need in choice.need where need > 0 { return true }
    return false
  }

  private mutating func credit(_ item: Int, on host: Int, _ sign: Int) {
    let row = facts.chargeRow(item, on: host)
    for resource in 0..<facts.resourceCount { choice.need[resource] -= sign * facts.charges[row + resource] }
  }

  /// What leaving its host adds to the foreseen weight.
  private func leavingWeight(_ item: Int) -> Int { leastWeight(item) - facts.weight(item, on: Int(state.hostOf[item])) }

  /// True if the item may be on some other host too, as far as it alone is concerned.
  private func mayBeElsewhere(_ item: Int) -> Bool {
    let host = state.hostOf[item]
    let start = facts.start[item]
    if start != host, facts.mayStay[item] { return true }
    let sole = facts.soleEnd[Int(facts.classOf[item])]
    return sole == RepairFacts.manyEnds || sole != RepairFacts.noEnd && sole != host && sole != start
  }

  /// The items of the host that would free room it lacks, and the most that one of them frees.
  private mutating func collectEjectable(_ host: Int) {
    choice.onHost.removeAll(keepingCapacity: true)
    choice.ejectable.removeAll(keepingCapacity: true)
    choice.weights.removeAll(keepingCapacity: true)
    choice.lightest = 0
    for resource in choice.most.indices { choice.most[resource] = 0 }
    state.appendItems(on: host, to: &choice.onHost)
    for item in choice.onHost where choice.ejectable.count < RepairLimits.ejectablesMax {
      let row = facts.chargeRow(Int(item), on: host)
      var helps = false
      for resource in 0..<facts.resourceCount where choice.need[resource] > 0 && facts.charges[row + resource] > 0 { helps = true }
      guard helps, mayBeElsewhere(Int(item)), !choice.victims.contains(item) else { continue }
      let weight = leavingWeight(Int(item))
      choice.ejectable.append(item)
      choice.weights.append(weight)
      choice.lightest = min(choice.lightest, weight)
      for resource in 0..<facts.resourceCount { choice.most[resource] = max(choice.most[resource], facts.charges[row + resource]) }
    }
  }

  /// Tries every set of a few items.
  private mutating func choose(from first: Int, left: Int, host: Int) {
    for position in first..<max(first, choice.ejectable.count) {
      let item = Int(choice.ejectable[position])
      let weight = choice.weights[position]
      let failed = Int(failures[item])
      // Only what is lighter elsewhere can win back what this one costs.
      guard choice.slack - weight - (left - 1) * choice.lightest >= 0, !choice.isHopeless(with: failed) else { continue }
      choice.failures += failed
      choice.slack -= weight
      choice.cost += weight
      choice.victims.append(Int32(item))
      credit(item, on: host, 1)
      if !lacksRoom {
        if choice.slack >= 0 { choice.keep(host: host) }
      } else if left > 1, !choice.isTooLittle(left - 1) {
        choose(from: position + 1, left: left - 1, host: host)
      }
      credit(item, on: host, -1)
      choice.victims.removeLast()
      choice.failures -= failed
      choice.slack += weight
      choice.cost -= weight
    }
  }

  /// Adds the members that have to leave for another one to come to the host; false if that is no use.
  private mutating func addMembers(of group: Int, for host: Int) -> Bool {
    let unit = state.groups.unit(group, of: host)
    guard state.groups.memberRange(group).count <= RepairLimits.membersMax else { return false }
    switch state.groups.kind[group] {
    case .separate:
      // One above the limit where nothing was broken; where members that are no items break it, no member helps.
      return addMember(of: group, near: host) { search, at in search.state.groups.unit(group, of: at) == unit }
    case .together:
      guard facts.problem.groups[group].base.allSatisfy({ $0.value == 0 }) else { return false }
      for position in state.groups.memberRange(group) {
        let member = state.groups.member(at: position)
        let at = Int(state.hostOf[member])
        guard at >= 0, !choice.victims.contains(Int32(member)) else { continue }
        let other = state.groups.unit(group, of: at)
        guard other >= 0, other != unit else { continue }
        guard mayBeElsewhere(member) else { return false }
        addVictim(member)
      }
      return true
    case .spread:
      if state.groups.isFull(group, unit: unit, state.hostOf) {
        return addMember(of: group, near: host) { search, at in search.state.groups.unit(group, of: at) == unit }
      }
      return addMember(of: group, near: host) { search, at in
        search.state.groups.isSpare(group, unit: search.state.groups.unit(group, of: at))
      }
    }
  }

  private mutating func addVictim(_ item: Int) {
    let weight = leavingWeight(item)
    choice.victims.append(Int32(item))
    choice.failures += Int(failures[item])
    choice.slack -= weight
    choice.cost += weight
  }

  /// Adds the member that is put out most easily; one on the host itself where there is one.
  private mutating func addMember(of group: Int, near host: Int, where fits: (EjectionSearch, Int) -> Bool) -> Bool {
    var best: (score: Int, item: Int)?
    for position in state.groups.memberRange(group) {
      let member = state.groups.member(at: position)
      let at = Int(state.hostOf[member])
      guard at >= 0, fits(self, at) else { continue }
      // One that another group puts out already serves this one too.
      if choice.victims.contains(Int32(member)) { return true }
      guard mayBeElsewhere(member) else { continue }
      let isDear = leavingWeight(member) > 0 ? 1 : 0
      let score = Int(failures[member]) * 64 + isDear * 32 + (at == host ? 0 : 16) + Int(random.next() & 15)
      if score < best?.score ?? .max { best = (score, member) }
    }
    guard let best else { return false }
    addVictim(best.item)
    return true
  }
}
