/// Gives every pooled item a place by putting others out, under a limit on the weight of all moves.
///
/// The scheme is Nagata and Bräysy's ejection pool (A powerful route minimization heuristic, 2009): what found no room again and again is
/// put out last. An item that moves anyway is put out for nothing, one at home only as far as the limit allows.
struct EjectionSearch {
  let facts: RepairFacts
  private(set) var state: TargetState
  private(set) var index: RoomTree
  var random: SplitMix
  /// By item: how often it found no room.
  private(set) var failures: [Int32]
  /// By class: the one host it may end on; `many`, or `TargetState.none`.
  let soleEnd: [Int32]
  /// Least weight of moving all that is in the pool.
  private(set) var pooledWeight = 0
  var choice: EjectionChoice

  static let many: Int32 = -2

  init(_ state: TargetState, seed: UInt64) {
    facts = state.facts
    self.state = state
    index = RoomTree(state)
    random = SplitMix(seed)
    failures = [Int32](repeating: 1, count: state.facts.itemCount)
    choice = EjectionChoice(resourceCount: state.facts.resourceCount)
    let facts = state.facts
    soleEnd = facts.problem.classes.indices.map { classID in
      var sole = TargetState.none
      for host in facts.ends(classID) where facts.mayEnd(classID, on: host) {
        if sole != TargetState.none { return Self.many }
        sole = Int32(host)
      }
      return sole
    }
    for position in 0..<state.pool.count { pooledWeight += leastWeight(state.pool[position]) }
  }

  func leastWeight(_ item: Int) -> Int { facts.leastWeight[Int(facts.classOf[item])] }

  /// Least that all moves will weigh with what is moved already.
  var foreseenWeight: Int { state.weight + pooledWeight }

  /// Puts a pooled item on a host that may take it.
  mutating func put(_ item: Int, on host: Int) {
    let classID = Int(facts.classOf[item])
    for index in Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1]) {
      let group = Int(facts.groupList[index])
      guard state.groups.kind[group] == .together else { continue }
      let unit = state.groups.unit(group, of: host)
      if unit >= 0 { state.groups.choose(group, unit) }
    }
    pooledWeight -= leastWeight(item)
    state.place(item, on: host)
    index.update(host, state)
  }

  mutating func putOut(_ item: Int) {
    let host = Int(state.hostOf[item])
    pooledWeight += leastWeight(item)
    state.remove(item)
    index.update(host, state)
  }

  /// Brings everything to where another state of the same problem has it.
  mutating func restore(_ hosts: [Int32], choices: [Int32]) {
    let all = 0..<facts.itemCount
    for item in all where state.hostOf[item] >= 0 && state.hostOf[item] != hosts[item] { putOut(item) }
    for group in choices.indices where state.groups.choice[group] != choices[group] {
      state.groups.choose(group, Int(choices[group]))
    }
    for item in all where hosts[item] >= 0 && state.hostOf[item] != hosts[item] { put(item, on: Int(hosts[item])) }
  }

  /// Places what finds room without putting anything out, most room first; what does not stays pooled.
  mutating func placeDecreasing(limit: Int, budget: inout StepBudget) {
    var order = state.pool.items.map { Int($0) }
    let size = order.map { facts.size(ofItem: $0) }
    let reach = order.map { item in min(facts.ends(Int(facts.classOf[item])).count, RepairLimits.hostsScannedMax) }
    let ranked = order.indices.sorted { (reach[$0], -size[$0], order[$0]) < (reach[$1], -size[$1], order[$1]) }
    order = ranked.map { order[$0] }
    for item in order where !budget.isSpent {
      if let host = hostWithRoom(item, slack: limit - foreseenWeight, budget: &budget) { put(item, on: host) }
    }
  }

  /// Empties the pool; false when it could not within the limit, the ejections and the budget.
  mutating func run(limit: Int, ejections: Int, budget: inout StepBudget) -> Bool {
    var left = ejections
    var refusals = 0
    while !state.pool.isEmpty {
      guard left > 0, !budget.isSpent else { return false }
      left -= 1
      // The last one put out first; any other one when it is refused.
      let position = refusals == 0 ? state.pool.count - 1 : Int(random.next() % UInt64(state.pool.count))
      let item = state.pool[position]
      if let host = hostWithRoom(item, slack: limit - foreseenWeight, budget: &budget) {
        put(item, on: host)
        refusals = 0
        continue
      }
      failures[item] += 1
      if eject(for: item, slack: limit - foreseenWeight, budget: &budget) { refusals = 0 } else { refusals += 1 }
      if refusals > RepairLimits.refusalsMax { return false }
      stir(limit: limit, budget: &budget)
    }
    return foreseenWeight <= limit
  }

  /// Puts the item where the fewest failures are to be put out; false if there is no such host.
  private mutating func eject(for item: Int, slack: Int, budget: inout StepBudget) -> Bool {
    choice.begin()
    let classID = Int(facts.classOf[item])
    let home = Int(facts.start[item])
    if facts.mayStay[item] { consider(item, on: home, slack: slack) }
    let ends = facts.ends(classID)
    let count = min(ends.count, RepairLimits.hostsScannedMax)
    let first = ends.count > count ? Int(random.next() % UInt64(ends.count)) : 0
    budget.spend(count + 1)
    for offset in 0..<count {
      let host = ends[(first + offset) % ends.count]
      if host != home, facts.mayEnd(classID, on: host) { consider(item, on: host, slack: slack) }
    }
    guard choice.host >= 0 else { return false }
    for victim in choice.items { putOut(Int(victim)) }
    put(item, on: choice.host)
    return true
  }

  /// Takes a few moved items home or elsewhere, so that the search does not come round again.
  private mutating func stir(limit: Int, budget: inout StepBudget) {
    for _ in 0..<RepairLimits.stirsPerEjection {
      guard !state.moved.isEmpty else { return }
      let item = state.moved[Int(random.next() % UInt64(state.moved.count))]
      let host = Int(state.hostOf[item])
      putOut(item)
      let slack = limit - foreseenWeight
      put(item, on: anyHostWithRoom(item, slack: slack, budget: &budget) ?? host)
    }
  }

  /// Takes home what may stay there and has room there.
  mutating func takeHome() {
    for item in state.moved.items.map({ Int($0) }).sorted() where facts.mayStay[item] {
      let host = Int(state.hostOf[item])
      putOut(item)
      put(item, on: state.mayPlace(item, on: Int(facts.start[item])) ? Int(facts.start[item]) : host)
    }
  }
}

extension EjectionSearch {
  /// Pools a few moved items, first of all one that might be at home.
  mutating func loosenSome() {
    guard !state.moved.isEmpty else { return }
    for _ in 0...Int(random.next() % UInt64(RepairLimits.loosenedMax)) {
      guard !state.moved.isEmpty else { return }
      putOut(state.moved[Int(random.next() % UInt64(state.moved.count))])
    }
    for _ in 0..<RepairLimits.probesMax where !state.moved.isEmpty {
      let item = state.moved[Int(random.next() % UInt64(state.moved.count))]
      guard facts.mayStay[item] else { continue }
      putOut(item)
      return
    }
  }
}
