/// Builds a `ColumnModel`; nil where it would have more classes than column generation is made for.
struct ColumnModelBuilder {
  /// More classes make a working basis that no longer pays.
  static let classesMax = 400
  /// Profiles times classes; above it the hosts have too little in common.
  static let profileCellsMax = 4_000_000

  private let problem: PlacementProblem
  private var model = ColumnModel()
  /// By class of the problem: hosts where a move may leave it, at most two of them.
  private var firstEnds: [[Int]]
  private var profileOf: [Int] = []
  /// A host of each profile.
  private var profileHosts: [Int] = []
  private var sizeClassOfClass: [Int]

  static func model(of problem: PlacementProblem) -> ColumnModel? {
    var builder = ColumnModelBuilder(problem)
    return builder.build()
  }

  private init(_ problem: PlacementProblem) {
    self.problem = problem
    firstEnds = problem.classes.indices.map { id in
      Array(problem.hostSets[problem.classes[id].ends].hosts.lazy.filter { problem.mayEnd(id, on: $0) }.prefix(2))
    }
    sizeClassOfClass = [Int](repeating: -1, count: problem.classes.count)
  }

  private mutating func build() -> ColumnModel? {
    model.resourceCount = problem.resourceCount
    fixItems()
    guard !model.isStuck else { return model }
    findProfiles()
    guard profileHosts.count * problem.classes.count <= Self.profileCellsMax else { return nil }
    mergeClasses()
    guard model.classCount <= Self.classesMax else { return nil }
    addTypes()
    return model
  }

  // MARK: - Items

  /// An item with one possible end is no choice: it becomes part of that host.
  private mutating func fixItems() {
    model.fixedEnd = [Int](repeating: -1, count: problem.items.count)
    for (index, item) in problem.items.enumerated() {
      let ends = firstEnds[item.classID]
      if problem.mayStay(index) {
        if ends.isEmpty || ends == [item.start] { model.fixedEnd[index] = item.start }
      } else if ends.isEmpty {
        model.isStuck = true
      } else if ends.count == 1 {
        model.fixedEnd[index] = ends[0]
        model.fixedWeight += problem.passage(item.classID, to: ends[0])?.weight ?? 0
      }
    }
  }

  // MARK: - Classes

  /// Hosts of one profile take the same classes in the same way.
  private mutating func findProfiles() {
    var isUsed = [Bool](repeating: false, count: problem.classes.count)
    for (index, item) in problem.items.enumerated() where model.fixedEnd[index] < 0 { isUsed[item.classID] = true }
    for id in problem.classes.indices where isUsed[id] { sizeClassOfClass[id] = 0 }
    let ends = Set(problem.classes.indices.filter { isUsed[$0] }.map { problem.classes[$0].ends }).sorted()
    var known: [[UInt64]: Int] = [:]
    var key: [UInt64] = []
    for host in problem.hosts.indices {
      key = [UInt64](repeating: 0, count: 1 + (ends.count + 63) / 64)
      if problem.hosts[host].receives {
        key[0] = UInt64(1 + problem.hosts[host].kind)
        for (bit, set) in ends.enumerated() where problem.hostSets[set].contains(host) { key[1 + bit / 64] |= 1 << UInt64(bit % 64) }
      }
      let profile = known[key] ?? profileHosts.count
      if profile == profileHosts.count {
        known[key] = profile
        profileHosts.append(host)
      }
      profileOf.append(profile)
    }
  }

  /// Classes of equal demand that every host takes alike are one.
  private mutating func mergeClasses() {
    model.arrivals = profileHosts.map { _ in [] }
    var known: [[Int]: Int] = [:]
    for (id, itemClass) in problem.classes.enumerated() where sizeClassOfClass[id] == 0 {
      let passages = profileHosts.map { problem.mayEnd(id, on: $0) ? problem.passage(id, to: $0) : nil }
      var key = itemClass.demand
      for passage in passages {
        key.append(passage?.weight ?? -1)
        for need in passage?.arrival ?? [] { key += [-2, need.resource, need.amount] }
      }
      let merged = known[key] ?? model.classCount
      sizeClassOfClass[id] = merged
      guard merged == model.classCount else { continue }
      known[key] = merged
      model.counts.append(0)
      model.demand += itemClass.demand
      for (profile, passage) in passages.enumerated() {
        guard let passage else { continue }
        var need = itemClass.demand
        for arrival in passage.arrival { need[arrival.resource] += arrival.amount }
        model.arrivals[profile].append(ColumnModel.Arrival(sizeClass: merged, weight: passage.weight, need: need))
      }
    }
    model.sizeClassOfClass = sizeClassOfClass
    model.sizeClassOf = problem.items.indices.map { model.fixedEnd[$0] < 0 ? sizeClassOfClass[problem.items[$0].classID] : -1 }
    for sizeClass in model.sizeClassOf where sizeClass >= 0 { model.counts[sizeClass] += 1 }
  }

  // MARK: - Hosts

  private mutating func addTypes() {
    let rows = problem.resourceCount
    var room = problem.capacity
    for index in room.indices { room[index] -= problem.base[index] }
    var stays = problem.hosts.map { _ in [Int]() }
    for (index, item) in problem.items.enumerated() {
      let end = model.fixedEnd[index]
      if end < 0 {
        if problem.mayStay(index) { stays[item.start].append(model.sizeClassOf[index]) }
        continue
      }
      for resource in 0..<rows { room[end * rows + resource] -= problem.classes[item.classID].demand[resource] }
      guard !problem.mayStay(index) else { continue }
      for need in problem.passage(item.classID, to: end)?.arrival ?? [] { room[end * rows + need.resource] -= need.amount }
    }
    var known: [[Int]: Int] = [:]
    for host in problem.hosts.indices {
      var type = type(host, Array(room[host * rows..<(host + 1) * rows]), stays[host].sorted())
      if problem.hosts[host].isRelieved, type.room.contains(where: { $0 < 0 }) { model.isStuck = true }
      if type.stay.isEmpty, !type.takes { continue }
      let key = [type.profile, type.takes ? 1 : 0, type.mayStayOver ? 1 : 0] + type.room + type.stay.flatMap { [$0.sizeClass, $0.count] }
      if let index = known[key] {
        model.types[index].hosts.append(host)
      } else {
        known[key] = model.types.count
        type.hosts = [host]
        model.types.append(type)
      }
    }
  }

  private func type(_ host: Int, _ room: [Int], _ stays: [Int]) -> ColumnModel.HostType {
    var stay: [ColumnModel.Amount] = []
    var stayUse = [Int](repeating: 0, count: problem.resourceCount)
    for sizeClass in stays {
      if stay.last?.sizeClass == sizeClass {
        stay[stay.count - 1].count += 1
      } else {
        stay.append(ColumnModel.Amount(sizeClass: sizeClass, count: 1))
      }
      for resource in stayUse.indices { stayUse[resource] += model.demand[sizeClass * problem.resourceCount + resource] }
    }
    let arrivals = model.arrivals[profileOf[host]]
    let isOver = room.indices.contains { stayUse[$0] > room[$0] }
    var type = ColumnModel.HostType(
      profile: profileOf[host], room: room, stay: stay, takes: !arrivals.isEmpty, mayStayOver: isOver && !problem.hosts[host].isRelieved,
      hosts: [])
    guard type.mayStayOver else { return type }
    if !problem.refusesWhenOver { type.room = raised(room, stayUse, arrivals) }
    if type.room.contains(where: { $0 < 0 }) { type.takes = false }
    return type
  }

  /// Where an arrival may pass by a resource that it needs none of, a host that is not relieved may keep what it had of that.
  private func raised(_ room: [Int], _ stayUse: [Int], _ arrivals: [ColumnModel.Arrival]) -> [Int] {
    room.indices.map { resource in
      let isPassedBy = arrivals.contains { model.demand[$0.sizeClass * problem.resourceCount + resource] == 0 }
      return isPassedBy ? max(room[resource], stayUse[resource]) : room[resource]
    }
  }
}
