/// Finds members of a group that may be only on units with too few places for them (Hall 1935).
struct HallSearch {
  private let problem: PlacementProblem
  private let group: Int
  private let declared: ItemGroup
  private let map: [Int]
  /// By member: units it may end on; nil: somewhere where nothing counts.
  private var unitsOf: [[Int]?] = []
  private var holders: [Int: [Int]] = [:]

  init(_ facts: BoundFacts, _ group: Int) {
    problem = facts.problem
    self.group = group
    declared = problem.groups[group]
    map = problem.unitMaps[declared.unitMap]
    for member in declared.members {
      let item = problem.items[member]
      var units = Set<Int>()
      if facts.stays[member] { units.insert(map[item.start]) }
      for host in problem.hostSets[problem.classes[item.classID].ends].hosts where host != item.start {
        if facts.weightIfEnd(item.classID, host) != nil { units.insert(map[host]) }
      }
      unitsOf.append(units.contains(-1) ? nil : units.sorted())
    }
  }

  /// The group with the smallest set of members it found; all of them where units are no mere places.
  func obstruction() -> Obstruction {
    guard case .separate(let max) = declared.kind else {
      return Obstruction(kind: .group(group), items: declared.members, hosts: hosts(of: Set(unitsOf.flatMap { $0 ?? [] })))
    }
    var search = self
    for row in unitsOf.indices where unitsOf[row] != nil {
      var seen = Set<Int>()
      if search.place(row, max, &seen) { continue }
      let members = Set(seen.flatMap { search.holders[$0] ?? [] } + [row])
      return Obstruction(kind: .group(group), items: members.map { declared.members[$0] }.sorted(), hosts: hosts(of: seen))
    }
    return Obstruction(kind: .group(group), items: declared.members, hosts: hosts(of: Set(unitsOf.flatMap { $0 ?? [] })))
  }

  /// Gives the member a place, sending others on; `seen`: units that were tried in vain.
  private mutating func place(_ row: Int, _ max: Int, _ seen: inout Set<Int>) -> Bool {
    for unit in unitsOf[row] ?? [] where seen.insert(unit).inserted {
      if (holders[unit]?.count ?? 0) < max - declared.base[unit, default: 0] {
        holders[unit, default: []].append(row)
        return true
      }
      for (position, holder) in (holders[unit] ?? []).enumerated() where place(holder, max, &seen) {
        holders[unit]?[position] = row
        return true
      }
    }
    return false
  }

  private func hosts(of units: Set<Int>) -> [Int] { problem.hosts.indices.filter { units.contains(map[$0]) } }
}
