import Fleet

/// Hosts that offer the same to a guest (CPU model, networks, storages), so that one question answers for all of them.
struct HostClasses {
  private struct Key: Hashable {
    var cpuModel: String
    var offeredCPUModels: [String]?
    var networks: [String]
    var storages: [Storage]
    /// Whom it refuses, and if only while they run.
    var refused: [InstanceUUID: Bool]
  }
  private struct Storage: Hashable {
    var id: StorageID
    var identity: String?
    var shared: Bool?
    var needsProof: Bool
    var needsNaming: Bool?
  }

  /// Usable hosts of each class, sorted.
  private(set) var hosts: [[Int]] = []
  /// Class of each host; -1 if it is not usable.
  private(set) var classOf: [Int]
  /// The same for every observed host, usable or not, numbered apart: what a guest has where it starts.
  private(set) var startClassOf: [Int]

  init(_ facts: CellFacts) {
    var ids: [Key: Int] = [:]
    var startIDs: [Key: Int] = [:]
    classOf = facts.hosts.map { _ in -1 }
    startClassOf = classOf
    for (id, host) in facts.hosts.enumerated() {
      guard let observed = host.observed else { continue }
      let seen = facts.observation.hosts[observed]
      // The identity of a local storage is its host's own affair.
      let storages = seen.storages.map {
        Storage(
          id: $0.id, identity: $0.shared == false ? nil : $0.identity, shared: $0.shared, needsProof: $0.needsProof,
          needsNaming: $0.needsNaming)
      }
      let refused = (seen.refusals ?? [:]).mapValues(\.onlineOnly)
      let key = Key(
        cpuModel: seen.cpuModel, offeredCPUModels: seen.offeredCPUModels, networks: seen.networks, storages: storages, refused: refused)
      let start = startIDs[key] ?? startIDs.count
      startIDs[key] = start
      startClassOf[id] = start
      guard host.usable else { continue }
      let known = ids[key] ?? hosts.count
      classOf[id] = known
      if ids.updateValue(known, forKey: key) == nil { hosts.append([]) }
      hosts[known].append(id)
    }
  }
}

/// Hosts a guest may end on by one kind of move.
struct Ways {
  enum Where: Equatable {
    case hostClass(Int)
    /// Some hosts of one class.
    case hosts([Int])
  }
  struct Way {
    var place: Where
    var option: MoveOption
  }

  /// Host classes asked for one guest; fleets have few, and this keeps one odd guest from asking 10,000 hosts.
  static let classesMax = 512

  /// The cheapest first, moves without a reboot before all others.
  private(set) var list: [Way] = []
  /// The largest memory and the most vCPUs any of the hosts could give.
  private var largest = (memory: 0, vcpus: 0)

  init(of guest: Int, _ facts: CellFacts, _ classes: HostClasses, _ finder: LegFinder) {
    let start = facts.guests[guest].host
    switch facts.placements[facts.guests[guest].placement].allowed {
    case .some(let hosts):
      var byClass: [Int: [Int]] = [:]
      for host in hosts where facts.hosts[host].usable && host != start { byClass[classes.classOf[host], default: []].append(host) }
      for (_, hosts) in byClass.sorted(by: { $0.key < $1.key }).prefix(Self.classesMax) {
        if case .success(let option) = finder.option(guest, to: hosts[0]) { list.append(Way(place: .hosts(hosts), option: option)) }
      }
    case .all:
      for (id, hosts) in classes.hosts.enumerated().prefix(Self.classesMax) {
        if case .success(let option) = finder.option(guest, to: hosts[0]) { list.append(Way(place: .hostClass(id), option: option)) }
      }
    }
    let order = list.indices.sorted { (list[$0].rank, $0) < (list[$1].rank, $1) }
    list = order.map { list[$0] }
    for way in list {
      switch way.place {
      case .hosts(let hosts): for host in hosts { note(facts.hosts[host]) }
      case .hostClass(let id): for host in classes.hosts[id] where host != start { note(facts.hosts[host]) }
      }
    }
  }

  private mutating func note(_ host: HostFacts) {
    largest = (max(largest.memory, host.memoryCapacity), max(largest.vcpus, host.vcpuCapacity))
  }

  /// False: no host it may end on would take it even if that host were empty.
  func isPossible(_ guest: Int, _ facts: CellFacts) -> Bool {
    !list.isEmpty && facts.guests[guest].memory <= largest.memory && facts.guests[guest].vcpus <= largest.vcpus
  }

  /// Its one host, if there is only one.
  var onlyHost: Int? {
    guard list.count == 1, case .hosts(let hosts) = list[0].place, hosts.count == 1 else { return nil }
    return hosts[0]
  }

  var onlyCold: Bool { !list.isEmpty && list.allSatisfy { $0.option.mode == .cold } }
}

extension Ways.Way {
  fileprivate var rank: Int { (option.mode == .cold ? 1 << 40 : 0) + option.cost }
}
