import Planning

/// Where the VMs of an instance may be, as host sets of the problem, each set once.
///
/// Staying and arriving are two things. A VM may stay where the final state accepts it: no maintenance, its labels, zones and pin, and a host that
/// is large enough for it alone. That the pool or the CPU level of its own host is not what it asks for does not drive it away, because the
/// format checks both only where a migration ends. It may arrive on an up host of its cell that meets everything.
struct InstanceRights {
  /// What decides where a VM may be, its size apart.
  private struct Request: Hashable {
    var cell: Name
    var isLocal: Bool
    var pool: Name?
    var cpu: Int
    var labels: [Name]
    var zones: [Name]
    var pin: Int?
  }
  /// Indices in `lists`.
  private struct Lists {
    var home: Int
    var ends: Int
    var stops: Int
  }
  private struct HostList {
    var hosts: [Int]
    /// By resource, of all its hosts: what needs no more fits on each alone.
    var leastCapacity: [Int]
    /// In `hostSets`.
    var set: Int
  }
  private struct Sized: Hashable {
    var list: Int
    var demand: [Int]
  }
  /// Indices in `hostSets`, as in `ItemClass`.
  struct Sets: Hashable {
    var home: Int
    var ends: Int
    var stops: Int
  }

  private let hosts: [BenchmarkHost]
  /// `host * 3 + resource`
  private let capacity: [Int]
  private var hostsOfCell: [Name: [Int]] = [:]
  private var hostsOfZone: [Name: [Int]] = [:]
  private var lists: [HostList] = []
  private var listOf: [[Int]: Int] = [:]
  private var listsOf: [Request: Lists] = [:]
  private var setOfSized: [Sized: Int] = [:]
  private(set) var hostSets: [HostSelection] = []

  init(_ instance: BenchmarkInstance, capacity: [Int]) {
    hosts = instance.hosts
    self.capacity = capacity
    for (index, host) in instance.hosts.enumerated() {
      hostsOfCell[host.cell, default: []].append(index)
      hostsOfZone[host.zone, default: []].append(index)
    }
  }

  mutating func sets(of vm: BenchmarkVM, demand: [Int]) -> Sets {
    let lists = lists(
      Request(
        cell: hosts[vm.host].cell, isLocal: vm.storage == .local, pool: vm.pool, cpu: vm.cpu, labels: vm.labels, zones: vm.zones,
        pin: vm.pin))
    return Sets(
      home: set(lists.home, large: demand), ends: set(lists.ends, large: demand), stops: set(lists.stops, large: demand))
  }

  private mutating func lists(_ request: Request) -> Lists {
    if let known = listsOf[request] { return known }
    let selected = candidates(request).filter { index in
      hosts[index].cell == request.cell && hosts[index].state != .maintenance && request.labels.allSatisfy(hosts[index].labels.contains)
        && (request.zones.isEmpty || request.zones.contains(hosts[index].zone))
    }
    let reached = selected.filter { index in
      hosts[index].state == .up && hosts[index].cpu >= request.cpu
        && (request.isLocal || request.pool.map(hosts[index].pools.contains) ?? false)
    }
    var lists = Lists(home: list(selected), ends: list(reached), stops: 0)
    if request.pin == nil {
      lists.stops = lists.ends
    } else {
      var free = request
      free.pin = nil
      lists.stops = self.lists(free).stops
    }
    listsOf[request] = lists
    return lists
  }

  /// The shortest list at hand that holds every host the request may be on.
  private func candidates(_ request: Request) -> [Int] {
    if let pin = request.pin { return [pin] }
    guard !request.zones.isEmpty else { return hostsOfCell[request.cell] ?? [] }
    return request.zones.flatMap { hostsOfZone[$0] ?? [] }.sorted()
  }

  private mutating func list(_ hosts: [Int]) -> Int {
    if let known = listOf[hosts] { return known }
    var least = [Int](repeating: .max, count: InstanceProblem.resourceCount)
    for host in hosts {
      for resource in least.indices { least[resource] = min(least[resource], room(host, resource)) }
    }
    lists.append(HostList(hosts: hosts, leastCapacity: least, set: hostSets.count))
    hostSets.append(HostSelection(hosts))
    listOf[hosts] = lists.count - 1
    return lists.count - 1
  }

  /// The set of those hosts of a list that hold the demand when they hold nothing else.
  private mutating func set(_ listID: Int, large demand: [Int]) -> Int {
    if demand.indices.allSatisfy({ demand[$0] <= lists[listID].leastCapacity[$0] }) { return lists[listID].set }
    let sized = Sized(list: listID, demand: demand)
    if let known = setOfSized[sized] { return known }
    let fitting = lists[listID].hosts.filter { host in demand.indices.allSatisfy { demand[$0] <= room(host, $0) } }
    let set = lists[list(fitting)].set
    setOfSized[sized] = set
    return set
  }

  private func room(_ host: Int, _ resource: Int) -> Int { capacity[host * InstanceProblem.resourceCount + resource] }
}
