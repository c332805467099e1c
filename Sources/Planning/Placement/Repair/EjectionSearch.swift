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
  /// Hosts that places are looked for on; empty: all.
  private(set) var focus: [Int] = []
  private(set) var isInFocus: [Bool]
  /// What `commit` held on to, and what was put out or placed since.
  private(set) var saved: SavedTarget
  private var touched: [Int32] = []
  /// Least weight of moving all that is in the pool.
  private(set) var pooledWeight = 0
  var choice: EjectionChoice

  init(_ state: TargetState, seed: UInt64) {
    facts = state.facts
    self.state = state
    index = RoomTree(state)
    random = SplitMix(seed)
    failures = [Int32](repeating: 1, count: state.facts.itemCount)
    isInFocus = [Bool](repeating: false, count: state.facts.hostCount)
    saved = SavedTarget(state)
    choice = EjectionChoice(resourceCount: state.facts.resourceCount)
    for position in 0..<state.pool.count { pooledWeight += leastWeight(state.pool[position]) }
    commit()
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
    touched.append(Int32(item))
    state.place(item, on: host)
    index.update(host, state)
  }

  /// Takes what has no place to its start.
  private mutating func settle() {
    state.settle()
    pooledWeight = 0
    index = RoomTree(state)
    touched = (0..<Int32(facts.itemCount)).map { $0 }
  }

  mutating func putOut(_ item: Int) {
    let host = Int(state.hostOf[item])
    pooledWeight += leastWeight(item)
    touched.append(Int32(item))
    state.remove(item)
    index.update(host, state)
  }

  /// Holds on to everything as it is.
  mutating func commit() {
    for item in touched { saved.hosts[Int(item)] = state.hostOf[Int(item)] }
    saved.choices = state.groups.choice
    saved.poolCount = state.pool.count
    saved.weight = foreseenWeight
    touched.removeAll(keepingCapacity: true)
  }

  /// Brings everything back to where it was at the last `commit`.
  mutating func goBack() {
    let changed = touched.map { Int($0) }.filter { state.hostOf[$0] != saved.hosts[$0] }
    for item in changed where state.hostOf[item] >= 0 { putOut(item) }
    for group in saved.choices.indices where state.groups.choice[group] != saved.choices[group] {
      state.groups.choose(group, Int(saved.choices[group]))
    }
    // An item may be named twice.
    for item in changed where saved.hosts[item] >= 0 && state.hostOf[item] < 0 { put(item, on: Int(saved.hosts[item])) }
    touched.removeAll(keepingCapacity: true)
  }

  /// Looks for places on these hosts only; empty: on all.
  mutating func look(on hosts: [Int]) {
    for host in focus { isInFocus[host] = false }
    for host in hosts { isInFocus[host] = true }
    focus = hosts
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

  /// Places what it can, at a weight that rises no faster than it must; what finds no place is where it started.
  mutating func placeAll(budget: inout StepBudget) {
    var limit = foreseenWeight
    placeDecreasing(limit: .max, budget: &budget)
    limit = max(limit, foreseenWeight)
    commit()
    while !state.pool.isEmpty, !budget.isSpent {
      let ejections = RepairLimits.ejectionsPerRise + RepairLimits.ejectionsPerRise * state.pool.count / 4
      if run(limit: limit, ejections: ejections, budget: &budget) { return }
      if state.pool.count < saved.poolCount { commit() }
      limit += max(1, pooledWeight / RepairLimits.riseShare)
    }
    guard !state.pool.isEmpty else { return }
    if state.pool.count > saved.poolCount { goBack() }
    settle()
  }

  var outcome: RepairOutcome { RepairOutcome(facts.problem, target: state.target) }

  /// Puts the item where the fewest failures are to be put out; false if there is no such host.
  private mutating func eject(for item: Int, slack: Int, budget: inout StepBudget) -> Bool {
    relevel(for: item)
    choice.begin()
    let classID = Int(facts.classOf[item])
    let home = Int(facts.start[item])
    if facts.mayStay[item], focus.isEmpty || isInFocus[home] { consider(item, on: home, slack: slack) }
    let ends = focus.isEmpty ? facts.ends(classID) : focus
    guard !ends.isEmpty else { return keepChoice(item) }
    let count = min(ends.count, RepairLimits.hostsScannedMax)
    let first = ends.count > count ? Int(random.next() % UInt64(ends.count)) : 0
    budget.spend(count + 1)
    for offset in 0..<count {
      let host = ends[(first + offset) % ends.count]
      if host != home, facts.mayEnd(classID, on: host) { consider(item, on: host, slack: slack) }
    }
    return keepChoice(item)
  }

  /// Chooses another level for the item's `spread` groups now and then.
  private mutating func relevel(for item: Int) {
    let classID = Int(facts.classOf[item])
    for index in Int(facts.groupStart[classID])..<Int(facts.groupStart[classID + 1]) {
      let group = Int(facts.groupList[index])
      guard state.groups.kind[group] == .spread, random.next() & 3 == 0, let levels = state.groups.levels(group) else { continue }
      state.groups.choose(group, levels.lowerBound + Int(random.next() % UInt64(levels.count)))
    }
  }

  private mutating func keepChoice(_ item: Int) -> Bool {
    guard choice.host >= 0 else { return false }
    for victim in choice.items { putOut(Int(victim)) }
    put(item, on: choice.host)
    return true
  }

  /// Takes a few moved items home or elsewhere, so that the search does not come round again.
  private mutating func stir(limit: Int, budget: inout StepBudget) {
    for _ in 0..<RepairLimits.stirsPerEjection {
      guard let item = someMovedItem() else { return }
      let host = Int(state.hostOf[item])
      putOut(item)
      let slack = limit - foreseenWeight
      put(item, on: anyHostWithRoom(item, slack: slack, budget: &budget) ?? host)
    }
  }

  /// A moved item drawn by lot, in focus where there is one; nil: none was met.
  mutating func someMovedItem() -> Int? {
    guard !state.moved.isEmpty else { return nil }
    guard !focus.isEmpty else { return state.moved[Int(random.next() % UInt64(state.moved.count))] }
    for _ in 0..<RepairLimits.drawsMax {
      let host = focus[Int(random.next() % UInt64(focus.count))]
      guard state.arrivals[host] > 0 else { continue }
      return state.arrival(on: host, number: Int(random.next() % UInt64(state.arrivals[host])))
    }
    return nil
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

/// Where everything was at one time.
struct SavedTarget: Sendable {
  /// By item.
  fileprivate(set) var hosts: [Int32]
  /// By group.
  fileprivate(set) var choices: [Int32]
  fileprivate(set) var poolCount: Int
  /// Foreseen weight.
  fileprivate(set) var weight = 0

  fileprivate init(_ state: TargetState) {
    hosts = state.hostOf
    choices = state.groups.choice
    poolCount = state.pool.count
  }
}
