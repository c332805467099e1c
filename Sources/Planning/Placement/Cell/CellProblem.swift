import Fleet

/// A cell as a placement problem: its movable guests are the items, hosts keep their ids, everything else is charged.
struct CellProblem {
  /// Which movable guests become items; the others stay where they are.
  enum Scope {
    /// Those that must move or may have to make a broken rule or an overloaded host whole: enough where there is room.
    case concerned
    case all
    /// These guests.
    case only(Set<Int>)
  }

  private(set) var problem: PlacementProblem
  /// Guest of each item, ascending.
  private(set) var guests: [Int] = []
  let scale: WeightScale
  /// The weights tell what every move costs.
  private(set) var isExact = true
  private let facts: CellFacts
  private let finder: LegFinder
  private let classes: HostClasses
  /// Guests that some host refuses: which hosts, and if only while they run.
  private let refused: [InstanceUUID: [RefusedHost]]
  private var sets: [SetKey: Int] = [:]
  private var classIDs: [ItemClass: Int] = [:]
  private var passagesOf: [GuestSignature: [Passage?]] = [:]
  private var pools: [StorageID: Int] = [:]
  private var unitMaps: [UnitMapKey: Int] = [:]
  private var ruleOfGroup: [Int] = []

  /// vCPUs and memory; each pool that somebody's disks may be copied to is one more.
  private static let vcpus = 0
  private static let memory = 1

  private enum Right: Hashable { case home, ends, stops }
  private struct SetKey: Hashable {
    /// -1: of all placements that name every host.
    var placement: Int
    var right: Right
  }
  private struct UnitMapKey: Hashable {
    var across: PlacementRule.Across
    /// Only there does a host without the label count, as a unit of its own.
    var isTogether: Bool
  }

  /// `barred`: guests that no host would ever take; they stay.
  init(
    _ facts: CellFacts, _ violations: Violations, _ tasks: Tasks, _ finder: LegFinder, _ classes: HostClasses, input: PlanningInput,
    scope: Scope, barred: Set<Int>
  ) {
    self.facts = facts
    self.finder = finder
    self.classes = classes
    refused = RefusedHost.byGuest(facts.observation.hosts)
    problem = PlacementProblem(resourceCount: 2)
    problem.refusesWhenOver = true
    let selected: Set<Int>? =
      switch scope {
      case .concerned: Self.concerned(facts, tasks)
      case .all: nil
      case .only(let guests): guests
      }
    guests = facts.guests.indices.filter { facts.guests[$0].movable && !barred.contains($0) && selected?.contains($0) ?? true }
    scale = WeightScale(input.objective, items: guests.count)
    for host in facts.hosts.indices { add(host) }
    problem.limits = facts.cell.limits.slots
    findPassages()
    for guest in guests { add(guest: guest) }
    measure()
    addGroups(violations)
  }

  private static func concerned(_ facts: CellFacts, _ tasks: Tasks) -> Set<Int> {
    var concerned = tasks.moverSet
    for mover in tasks.movers {
      for rule in facts.rulesOfGuest[mover] ?? [] where facts.rules[rule].required { concerned.formUnion(facts.rules[rule].members) }
    }
    for rule in tasks.rules { concerned.formUnion(facts.rules[rule].members) }
    let overloaded = Set(tasks.overloaded)
    if !overloaded.isEmpty {
      for (id, guest) in facts.guests.enumerated() where overloaded.contains(guest.host) { concerned.insert(id) }
    }
    return concerned
  }

  private mutating func add(_ host: Int) {
    let seen = facts.hosts[host]
    problem.hosts.append(
      ProblemHost(
        kind: max(0, classes.classOf[host]), isRelieved: seen.relieve && seen.isMeasured && !seen.maintenance,
        receives: classes.classOf[host] >= 0))
  }

  // MARK: - Items

  /// Asks once for all guests that are alike, so that a fleet of a hundred thousand asks a few hundred times.
  private mutating func findPassages() {
    var pools: Set<StorageID> = []
    var options: [GuestSignature: [MoveOption?]] = [:]
    for guest in guests {
      let signature = signature(guest)
      guard options[signature] == nil else { continue }
      let found = classes.hosts.prefix(Ways.classesMax).map { hosts -> MoveOption? in
        guard let host = hosts.first(where: { $0 != facts.guests[guest].host }) else { return nil }
        guard case .success(let option) = finder.option(guest, to: host) else { return nil }
        return option
      }
      for case let option? in found {
        for need in option.poolNeeds { pools.insert(need.pool) }
        isExact = isExact && scale.isExact(option)
      }
      options[signature] = found
    }
    for (index, pool) in pools.sorted().enumerated() { self.pools[pool] = 2 + index }
    problem.resourceCount = 2 + pools.count
    passagesOf = options.mapValues { $0.map { $0.map(passage) } }
  }

  private func passage(_ option: MoveOption) -> Passage {
    let arrival = option.poolNeeds.map { ArrivalNeed(resource: pools[$0.pool] ?? 0, amount: $0.bytes) }
    return Passage(
      weight: scale.weight(option), seconds: max(1, option.seconds), arrival: arrival.sorted { $0.resource < $1.resource },
      isOnly: option.copies)
  }

  private func signature(_ guest: Int) -> GuestSignature {
    let host = facts.guests[guest].host
    let ownClass = classes.classOf[host]
    return GuestSignature(
      facts.observation(of: facts.guests[guest], finder.input), startClass: classes.startClassOf[host],
      isAlone: ownClass >= 0 && classes.hosts[ownClass].count == 1, terms: finder.terms(facts.guests[guest]), refused: refused)
  }

  private mutating func add(guest: Int) {
    let seen = facts.guests[guest]
    var demand = [Int](repeating: 0, count: problem.resourceCount)
    demand[Self.vcpus] = seen.vcpus
    demand[Self.memory] = seen.memory
    let itemClass = ItemClass(
      demand: demand, home: set(seen.placement, .home), ends: set(seen.placement, .ends),
      stops: set(seen.placement, .stops), passages: passagesOf[signature(guest)] ?? [],
      groups: (facts.rulesOfGuest[guest] ?? []).filter { facts.rules[$0].required })
    let known = classIDs[itemClass] ?? problem.classes.count
    if classIDs.updateValue(known, forKey: itemClass) == nil { problem.classes.append(itemClass) }
    problem.items.append(Item(classID: known, start: seen.host))
  }

  private mutating func set(_ placement: Int, _ right: Right) -> Int {
    let rights = facts.placements[placement]
    let selected = right == .stops ? rights.hops : rights.allowed
    let key = SetKey(placement: selected == .all ? -1 : placement, right: right)
    if let known = sets[key] { return known }
    let named: [Int] = if case .some(let hosts) = selected { hosts } else { Array(facts.hosts.indices) }
    let hosts = named.filter { right == .home ? !(facts.hosts[$0].maintenance && facts.hosts[$0].reachable) : facts.hosts[$0].usable }
    sets[key] = problem.hostSets.count
    problem.hostSets.append(HostSelection(hosts))
    return problem.hostSets.count - 1
  }

  /// Least that any move adds to level 3.
  var leastThird: Int {
    problem.classes.reduce(Int.max) { least, itemClass in
      itemClass.passages.reduce(least) { least, passage in passage.map { min(least, scale.third(scale.proved($0.weight))) } ?? least }
    }
  }

  // MARK: - Room and rules

  func rule(ofGroup group: Int) -> Int { ruleOfGroup[group] }

  private mutating func measure() {
    let rows = problem.resourceCount
    problem.capacity = [Int](repeating: 0, count: facts.hosts.count * rows)
    problem.base = problem.capacity
    for (id, host) in facts.hosts.enumerated() {
      problem.capacity[id * rows + Self.vcpus] = host.vcpuCapacity
      problem.capacity[id * rows + Self.memory] = host.memoryCapacity
      problem.base[id * rows + Self.vcpus] = host.vcpus
      problem.base[id * rows + Self.memory] = host.memory
      for (pool, resource) in pools {
        problem.capacity[id * rows + resource] = max(0, facts.poolRoom[CellFacts.PoolKey(host: id, pool: pool)] ?? 0)
      }
    }
    for guest in guests {
      let seen = facts.guests[guest]
      problem.base[seen.host * rows + Self.vcpus] -= seen.vcpus
      problem.base[seen.host * rows + Self.memory] -= seen.memory
    }
  }

  /// Required rules only; preferred ones break ties and are nobody's reason to move.
  private mutating func addGroups(_ violations: Violations) {
    var itemOf: [Int: Int] = [:]
    for (item, guest) in guests.enumerated() { itemOf[guest] = item }
    var localOf = [Int](repeating: -1, count: facts.rules.count)
    for (id, rule) in facts.rules.enumerated() where rule.required {
      let members = rule.members.compactMap { itemOf[$0] }
      guard !members.isEmpty else { continue }
      localOf[id] = problem.groups.count
      ruleOfGroup.append(id)
      problem.groups.append(group(rule, id, members, violations))
    }
    for index in problem.classes.indices { problem.classes[index].groups = problem.classes[index].groups.map { localOf[$0] } }
  }

  private mutating func group(_ rule: RuleFacts, _ id: Int, _ members: [Int], _ violations: Violations) -> ItemGroup {
    let isTogether = if case .together = rule.kind { true } else { false }
    let key = UnitMapKey(across: finder.input.desired.rules[rule.index].across, isTogether: isTogether)
    let map = unitMaps[key] ?? problem.unitMaps.count
    if unitMaps.updateValue(map, forKey: key) == nil {
      problem.unitMaps.append(facts.hosts.indices.map { rule.unit(ofHost: $0) ?? -1 })
    }
    var base = violations.startCounts[id]
    for member in members {
      if let unit = rule.unit(ofHost: problem.items[member].start) { base[unit, default: 0] -= 1 }
    }
    return ItemGroup(
      kind: rule.kind.ofGroup, unitMap: map, counted: rule.usableUnits, always: rule.always, members: members.sorted(),
      base: base.filter { $0.value != 0 })
  }
}

/// A host that refuses a guest.
private struct RefusedHost: Hashable {
  /// Its place in the observation.
  let host: Int
  let onlineOnly: Bool

  static func byGuest(_ hosts: [HostObservation]) -> [InstanceUUID: [RefusedHost]] {
    var found: [InstanceUUID: [RefusedHost]] = [:]
    for (index, host) in hosts.enumerated() {
      for (uuid, refusal) in host.refusals ?? [:] {
        found[uuid, default: []].append(RefusedHost(host: index, onlineOnly: refusal.onlineOnly))
      }
    }
    return found
  }
}

/// All of a guest that decides how it may be moved and what that costs; its identity is not in it.
private struct GuestSignature: Hashable {
  private let power: InstanceObservation.Power
  private let persistent: Bool
  private let memory: Int
  private let dirtyBytesPerSecond: Int?
  private let cpuModel: String?
  private let networks: [String]
  private let blockers: [BlockerCode]
  private let disks: [DiskObservation]
  private let needs: [HostNeed]?
  private let isUnreadable: Bool
  private let startClass: Int
  /// It stands on the only host of a class, so that this class cannot be asked about it.
  private let isAlone: Bool
  private let terms: MoveTerms
  /// Guests that the same hosts refuse are alike.
  private let refused: [RefusedHost]

  init(_ seen: InstanceObservation, startClass: Int, isAlone: Bool, terms: MoveTerms, refused: [InstanceUUID: [RefusedHost]]) {
    self.refused = refused[seen.uuid] ?? []
    power = seen.power
    persistent = seen.persistent
    memory = seen.memoryMaxBytes
    dirtyBytesPerSecond = seen.dirtyBytesPerSecond
    cpuModel = seen.cpuModel
    networks = seen.networks
    blockers = seen.blockers
    disks = seen.disks.map { disk in
      var nameless = disk
      nameless.volume = nil
      return nameless
    }
    needs = seen.needs
    isUnreadable = seen.unreadable != nil
    self.startClass = startClass
    self.isAlone = isAlone
    self.terms = terms
  }
}

extension MigrationLimits {
  /// A limit below one would let nothing move.
  var slots: MigrationSlots {
    MigrationSlots(
      perHost: max(1, perHost), perHostOutgoing: max(1, perHostOutgoing), perHostIncoming: max(1, perHostIncoming), total: max(1, total))
  }
}
