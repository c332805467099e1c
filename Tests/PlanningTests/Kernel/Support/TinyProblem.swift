import Planning

/// Random placement problems small enough to be searched whole, in which everything occurs that a problem can hold.
struct TinyProblem {
  var hostsMax = 4
  var itemsMax = 6
  /// In percent of the problems: hosts filled to the brim, so that moves must be made in order or not at all.
  var tightPercent = 50

  private var random = SeededGenerator(seed: 0)
  private var problem = PlacementProblem(resourceCount: 1)
  /// Everything at once, however seldom a plan is left.
  private var isWild = false
  /// Most items must go to one other host and may stop anywhere: swaps and rings.
  private var isRing = false
  private var ringLength = 0
  /// By item: where it might end, groups and room apart.
  private var planted: [Int] = []

  static func make(seed: UInt64) -> PlacementProblem {
    var tiny = TinyProblem()
    return tiny.make(seed: seed)
  }

  init(hostsMax: Int = 4, itemsMax: Int = 6, tightPercent: Int = 50) {
    self.hostsMax = hostsMax
    self.itemsMax = itemsMax
    self.tightPercent = tightPercent
  }

  mutating func make(seed: UInt64) -> PlacementProblem {
    // Neighbouring seeds are the same draws shifted by one; scrambled, they have nothing in common.
    var scrambled = SeededGenerator(seed: seed)
    random = SeededGenerator(seed: scrambled.next())
    isWild = random.chance(30)
    isRing = !isWild && random.chance(45)
    problem = PlacementProblem(resourceCount: 1 + random.below(3))
    problem.refusesWhenOver = random.chance(30)
    addHosts()
    addHostSets()
    var templates = (0...random.below(4)).map { _ in template() }
    if isRing {
      ringLength = min(problem.hosts.count, 2 + random.below(2))
      templates = ringTemplates()
    }
    // Few problems of full size, many smaller ones: the oracle visits every placement.
    let count = 1 + random.below(random.chance(isRing ? 60 : 30) ? itemsMax : max(1, itemsMax - 2))
    let chosen = (0..<count).map { isRing && $0 < templates.count ? $0 : random.below(templates.count) }
    problem.items = chosen.map { Item(classID: $0, start: start(templates[$0])) }
    plant(templates)
    addGroups()
    addClasses(templates, chosen)
    addCapacity()
    return problem
  }

  private mutating func addHosts() {
    let count = 2 + random.below(hostsMax - 1)
    let kinds = 1 + random.below(2)
    let zones = 1 + random.below(3)
    problem.hosts = (0..<count).map { _ in
      ProblemHost(
        zone: random.chance(8) ? -1 : random.below(zones), kind: random.below(kinds), isRelieved: random.chance(70),
        receives: !random.chance(isWild ? 20 : 5))
    }
    problem.unitMaps = [Array(0..<count), problem.hosts.map(\.zone)]
  }

  private mutating func addHostSets() {
    let all = Array(problem.hosts.indices)
    var sets = [HostSelection(all)]
    if isRing { sets += all.map { HostSelection([$0]) } }
    for _ in 0..<(2 + random.below(3)) { sets.append(HostSelection(all.filter { _ in random.chance(isWild ? 50 : 60) })) }
    problem.hostSets = sets
  }

  /// A class but for the groups, which are known later.
  private mutating func template() -> ItemClass {
    var demand = (0..<problem.resourceCount).map { _ in random.chance(15) ? 0 : 1 + random.below(4) }
    if !demand.contains(where: { $0 > 0 }) { demand[0] = 1 }
    let ends = hostSet(percentFree: isWild ? 30 : 40)
    let stops = random.chance(70) ? ends : hostSet(percentFree: 60)
    let home = random.chance(70) ? ends : hostSet(percentFree: 50)
    let kinds = (problem.hosts.map(\.kind).max() ?? 0) + 1
    return ItemClass(demand: demand, home: home, ends: ends, stops: stops, passages: (0..<kinds).map { _ in passage() })
  }

  /// Each to its own host, from anywhere over anything.
  private mutating func ringTemplates() -> [ItemClass] {
    let demand = template().demand
    return (0..<ringLength).map { host in
      var template = template()
      template.ends = 1 + host
      template.home = random.chance(85) ? template.ends : 0
      template.stops = 0
      if random.chance(70) { template.demand = demand }
      return template
    }
  }

  private mutating func hostSet(percentFree: Int) -> Int { random.chance(percentFree) ? 0 : random.below(problem.hostSets.count) }

  private mutating func passage() -> Passage? {
    guard !random.chance(isWild ? 10 : 2) else { return nil }
    let copies = random.chance(isRing ? 5 : 20)
    let resource = random.below(problem.resourceCount)
    return Passage(
      weight: random.chance(60) ? 1 : 1 + random.below(5), seconds: 1 + random.below(9),
      arrival: copies ? [ArrivalNeed(resource: resource, amount: 1 + random.below(2))] : [],
      isOnly: copies ? random.chance(85) : random.chance(4))
  }

  private mutating func start(_ template: ItemClass) -> Int {
    let home = problem.hostSets[template.home].hosts
    if isRing, let end = problem.hostSets[template.ends].hosts.first, random.chance(75) { return (end + 1) % ringLength }
    return home.isEmpty || random.chance(isRing ? 80 : 60) ? random.below(problem.hosts.count) : random.pick(home)
  }
}

extension TinyProblem {
  /// Every item that may not stay, and some others, where they may end.
  private mutating func plant(_ templates: [ItemClass]) {
    problem.classes = templates
    planted = problem.items.map(\.start)
    for item in problem.items.indices where !problem.mayStay(item) || random.chance(isRing ? 5 : 20) {
      let ends = problem.hosts.indices.filter { problem.mayEnd(problem.items[item].classID, on: $0) }
      if !ends.isEmpty { planted[item] = random.pick(ends) }
    }
    problem.classes = []
  }

  private mutating func addGroups() {
    for _ in 0..<random.below(isRing ? 3 : 5) {
      let members = problem.items.indices.filter { _ in random.chance(55) }
      let map = random.below(2)
      let units = Set(problem.unitMaps[map]).filter { $0 >= 0 }.sorted()
      guard !members.isEmpty, !units.isEmpty else { continue }
      var base: [Int: Int] = [:]
      if random.chance(15) { base[random.pick(units)] = 1 }
      let kind = random.below(10)
      let group: ItemGroup
      if kind < 6 {
        let most = random.chance(60) ? 1 : 1 + random.below(isWild ? 2 : 3)
        group = ItemGroup(kind: .separate(max: most), unitMap: map, always: random.chance(40), members: members, base: base)
      } else if kind < 8 {
        group = ItemGroup(kind: .together, unitMap: map, members: members, base: base)
      } else {
        let counted = random.chance(70) ? units : units.filter { _ in random.chance(60) }
        group = ItemGroup(kind: .spread(maxSkew: random.below(3)), unitMap: map, counted: counted, members: members, base: base)
      }
      // Most groups can be kept, or there would be few plans.
      problem.groups.append(group)
      let excess = group.excess(problem.counts(problem.groups.count - 1) { planted[$0] })
      if excess > 0, random.chance(80) { problem.groups.removeLast() }
    }
  }

  /// Items of one template and the same groups are one class.
  private mutating func addClasses(_ templates: [ItemClass], _ chosen: [Int]) {
    for index in problem.items.indices {
      var itemClass = templates[chosen[index]]
      itemClass.groups = problem.groups.indices.filter { problem.groups[$0].members.contains(index) }
      if let known = problem.classes.firstIndex(of: itemClass) {
        problem.items[index].classID = known
      } else {
        problem.items[index].classID = problem.classes.count
        problem.classes.append(itemClass)
      }
    }
  }

  private mutating func addCapacity() {
    let isTight = random.chance(isRing ? 80 : tightPercent)
    let roomy = isRing ? problem.hosts.count - 1 : random.below(problem.hosts.count)
    problem.base = (0..<problem.hosts.count * problem.resourceCount).map { _ in random.chance(10) ? 1 + random.below(2) : 0 }
    let start = problem.startUse()
    let end = random.chance(isWild ? 60 : 90) ? plantedUse() : start
    problem.capacity = start.indices.map { cell in
      if random.chance(isWild ? 8 : 3) { return max(0, start[cell] - 1 - random.below(3)) }
      // A host that is over at the start has room for its end.
      if random.chance(15) { return end[cell] }
      let slack = cell / problem.resourceCount == roomy ? 2 + random.below(3) : random.below(isTight ? 2 : 5)
      return max(start[cell], end[cell]) + slack
    }
  }

  private func plantedUse() -> [Int] {
    var problem = problem
    for item in problem.items.indices { problem.items[item].start = planted[item] }
    return problem.startUse()
  }
}
