package import Planning

/// A whole instance as one placement problem: item i is VM i, host j is host j, group g is the g-th group that has members.
package struct InstanceProblem: Sendable {
  /// vCPUs, memory in MiB, local disk in GiB.
  package static let resourceCount = 3

  package var problem: PlacementProblem
  package let objective: BenchmarkObjective
  /// By group of the problem: its index in the instance.
  package var groupIDs: [Int]

  package init(_ instance: BenchmarkInstance, objective: BenchmarkObjective) {
    self.objective = objective
    var problem = PlacementProblem(resourceCount: InstanceProblem.resourceCount)
    var cells = Numbering(names: instance.names.count)
    var zones = Numbering(names: instance.names.count)
    for host in instance.hosts {
      problem.hosts.append(
        ProblemHost(
          cell: cells.number(host.cell), zone: zones.number(host.zone), isRelieved: host.state != .maintenance, receives: host.state == .up)
      )
      problem.capacity += [host.vcpu, host.ram, host.disk]
    }
    problem.base = [Int](repeating: 0, count: problem.capacity.count)
    problem.unitMaps = [Array(instance.hosts.indices), problem.hosts.map(\.zone)]
    let limits = instance.limits
    problem.limits = MigrationSlots(perHost: limits.host, perLink: limits.zoneLink, total: limits.total)
    groupIDs = instance.groups.indices.filter { !instance.groups[$0].vms.isEmpty }
    var builder = ClassBuilder(instance, capacity: problem.capacity, objective: objective)
    let groupsOfVM = InstanceProblem.groupsOfVMs(instance, groupIDs)
    problem.items.reserveCapacity(instance.vms.count)
    for (index, vm) in instance.vms.enumerated() {
      problem.items.append(Item(classID: builder.classID(vm, groups: groupsOfVM[index]), start: vm.host))
    }
    problem.classes = builder.classes
    problem.hostSets = builder.rights.hostSets
    problem.groups = groupIDs.map { InstanceProblem.group(instance.groups[$0], instance, problem) }
    self.problem = problem
  }

  /// By VM: the groups of the problem that it is in, sorted.
  private static func groupsOfVMs(_ instance: BenchmarkInstance, _ groupIDs: [Int]) -> [[Int]] {
    var groups = [[Int]](repeating: [], count: instance.vms.count)
    for (group, id) in groupIDs.enumerated() {
      for vm in instance.groups[id].vms { groups[vm].append(group) }
    }
    return groups
  }

  private static func group(_ group: BenchmarkGroup, _ instance: BenchmarkInstance, _ problem: PlacementProblem) -> ItemGroup {
    let unitMap = group.scope == .host ? 0 : 1
    switch group.kind {
    case .anti:
      return ItemGroup(kind: .separate(max: group.max), unitMap: unitMap, always: group.isContinuous, members: group.vms)
    case .affinity:
      return ItemGroup(kind: .together, unitMap: unitMap, members: group.vms)
    case .spread:
      // Only zones that could hold a member count: those of the members' cells that have an up host.
      let cells = Set(group.vms.map { problem.hosts[instance.vms[$0].host].cell })
      let counted = Set(problem.hosts.lazy.filter { $0.receives && cells.contains($0.cell) }.map(\.zone))
      return ItemGroup(kind: .spread(maxSkew: group.max), unitMap: unitMap, counted: counted.sorted(), members: group.vms)
    }
  }
}

/// Interns what VMs have in common as the classes of the problem.
private struct ClassBuilder {
  private struct Key: Hashable {
    var demand: [Int]
    var sets: InstanceRights.Sets
    var weight: Int
    var seconds: Int
    var groups: [Int]
  }

  private let objective: BenchmarkObjective
  private let mibPerSecond: Int
  private var ids: [Key: Int] = [:]
  private(set) var classes: [ItemClass] = []
  private(set) var rights: InstanceRights

  init(_ instance: BenchmarkInstance, capacity: [Int], objective: BenchmarkObjective) {
    self.objective = objective
    mibPerSecond = instance.limits.mibPerSecond
    rights = InstanceRights(instance, capacity: capacity)
  }

  mutating func classID(_ vm: BenchmarkVM, groups: [Int]) -> Int {
    let demand = [vm.vcpu, vm.ram, vm.localDisk]
    let key = Key(
      demand: demand, sets: rights.sets(of: vm, demand: demand), weight: objective == .moves ? 1 : vm.cost,
      seconds: vm.seconds(mibPerSecond: mibPerSecond), groups: groups)
    if let known = ids[key] { return known }
    classes.append(
      ItemClass(
        demand: demand, home: key.sets.home, ends: key.sets.ends, stops: key.sets.stops,
        passages: [Passage(weight: key.weight, seconds: key.seconds)], groups: groups))
    ids[key] = classes.count - 1
    return classes.count - 1
  }
}

/// Numbers names densely in the order of first mention.
private struct Numbering {
  private var numbers: [Int]
  private var count = 0

  init(names: Int) { numbers = [Int](repeating: -1, count: names) }

  mutating func number(_ name: Name) -> Int {
    if numbers[name.index] < 0 {
      numbers[name.index] = count
      count += 1
    }
    return numbers[name.index]
  }
}
