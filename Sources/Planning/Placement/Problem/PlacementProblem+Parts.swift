/// A part of a problem that no item and no group joins with the rest, in ids of its own.
package struct ProblemPart: Sendable {
  package var problem: PlacementProblem
  /// Ids in the whole problem.
  package var hosts: [Int]
  package var items: [Int]
  package var groups: [Int]
}

extension PlacementProblem {
  /// The cells, those joined where a group has members in several; their solutions together are a solution of the whole.
  ///
  /// Migration slots are shared by all parts and stay with the whole. Cost: linear in hosts, items, sets and members.
  package func parts() -> [ProblemPart] {
    let cellCount = (hosts.map(\.cell).max() ?? -1) + 1
    var joined = Array(0..<cellCount)
    func root(_ cell: Int) -> Int {
      var cell = cell
      while joined[cell] != cell { cell = joined[cell] }
      return cell
    }
    for group in groups {
      guard let first = group.members.first else { continue }
      let home = root(hosts[items[first].start].cell)
      for member in group.members { joined[root(hosts[items[member].start].cell)] = home }
    }
    let partOfCell = (0..<cellCount).map(root)
    var ids: [Int: Int] = [:]
    var hostLists: [[Int]] = []
    for (host, facts) in hosts.enumerated() {
      let part = partOfCell[facts.cell]
      if ids[part] == nil {
        ids[part] = hostLists.count
        hostLists.append([])
      }
      hostLists[ids[part] ?? 0].append(host)
    }
    guard hostLists.count > 1 else {
      return [
        ProblemPart(problem: self, hosts: Array(hosts.indices), items: Array(items.indices), groups: Array(groups.indices))
      ]
    }
    var itemLists = hostLists.map { _ in [Int]() }
    for (index, item) in items.enumerated() { itemLists[ids[partOfCell[hosts[item.start].cell]] ?? 0].append(index) }
    var groupLists = hostLists.map { _ in [Int]() }
    for (index, group) in groups.enumerated() {
      guard let first = group.members.first else { continue }
      groupLists[ids[partOfCell[hosts[items[first].start].cell]] ?? 0].append(index)
    }
    var extractor = PartExtractor(self)
    return hostLists.indices.map { extractor.part(hosts: hostLists[$0], items: itemLists[$0], groups: groupLists[$0]) }
  }
}

/// Cuts parts out of one problem; its scratch tables are made once.
private struct PartExtractor {
  private let whole: PlacementProblem
  private var localHost: [Int]
  private var localItem: [Int]
  private var localClass: [Int]
  private var localGroup: [Int]
  private var localSet: [Int]

  init(_ whole: PlacementProblem) {
    self.whole = whole
    localHost = [Int](repeating: -1, count: whole.hosts.count)
    localItem = [Int](repeating: -1, count: whole.items.count)
    localClass = [Int](repeating: -1, count: whole.classes.count)
    localGroup = [Int](repeating: -1, count: whole.groups.count)
    localSet = [Int](repeating: -1, count: whole.hostSets.count)
  }

  mutating func part(hosts: [Int], items: [Int], groups: [Int]) -> ProblemPart {
    for (local, host) in hosts.enumerated() { localHost[host] = local }
    for (local, item) in items.enumerated() { localItem[item] = local }
    for (local, group) in groups.enumerated() { localGroup[group] = local }
    var problem = PlacementProblem(
      resourceCount: whole.resourceCount, hosts: hosts.map { whole.hosts[$0] }, limits: whole.limits,
      refusesWhenOver: whole.refusesWhenOver)
    let rows = whole.resourceCount
    for host in hosts {
      problem.capacity += whole.capacity[host * rows..<(host + 1) * rows]
      problem.base += whole.base[host * rows..<(host + 1) * rows]
    }
    var classes: [Int] = []
    var sets: [Int] = []
    problem.items.reserveCapacity(items.count)
    for item in items {
      let classID = whole.items[item].classID
      if localClass[classID] < 0 {
        localClass[classID] = classes.count
        classes.append(classID)
        problem.classes.append(localized(whole.classes[classID], &sets, &problem))
      }
      problem.items.append(Item(classID: localClass[classID], start: localHost[whole.items[item].start]))
    }
    problem.unitMaps = whole.unitMaps.map { map in hosts.map { map[$0] } }
    for group in groups {
      var local = whole.groups[group]
      local.members = local.members.map { localItem[$0] }
      problem.groups.append(local)
    }
    for host in hosts { localHost[host] = -1 }
    for classID in classes { localClass[classID] = -1 }
    for set in sets { localSet[set] = -1 }
    return ProblemPart(problem: problem, hosts: hosts, items: items, groups: groups)
  }

  private mutating func localized(_ itemClass: ItemClass, _ sets: inout [Int], _ problem: inout PlacementProblem) -> ItemClass {
    var local = itemClass
    local.home = set(itemClass.home, &sets, &problem)
    local.ends = set(itemClass.ends, &sets, &problem)
    local.stops = set(itemClass.stops, &sets, &problem)
    local.groups = itemClass.groups.map { localGroup[$0] }.sorted()
    return local
  }

  private mutating func set(_ id: Int, _ sets: inout [Int], _ problem: inout PlacementProblem) -> Int {
    if localSet[id] < 0 {
      localSet[id] = problem.hostSets.count
      sets.append(id)
      problem.hostSets.append(HostSelection(whole.hostSets[id].hosts.map { localHost[$0] }.filter { $0 >= 0 }))
    }
    return localSet[id]
  }
}
