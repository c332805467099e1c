import Fleet

/// A cell after all legs of a solution.
struct EndState {
  let facts: CellFacts
  private(set) var hostOf: [Int: Int] = [:]
  private(set) var memory: [Int]
  private(set) var vcpus: [Int]
  /// Bytes that copies took of each pool.
  private(set) var poolUse: [CellFacts.PoolKey: Int] = [:]

  init(_ facts: CellFacts, _ legs: [Leg]) {
    self.facts = facts
    memory = facts.hosts.map(\.memory)
    vcpus = facts.hosts.map(\.vcpus)
    for leg in legs {
      let guest = facts.guests[leg.guest]
      hostOf[leg.guest] = leg.to
      memory[leg.from] -= guest.memory
      memory[leg.to] += guest.memory
      vcpus[leg.from] -= guest.vcpus
      vcpus[leg.to] += guest.vcpus
      for need in leg.option.poolNeeds { poolUse[CellFacts.PoolKey(host: leg.to, pool: need.pool), default: 0] += need.bytes }
    }
  }

  func host(of guest: Int) -> Int { hostOf[guest] ?? facts.guests[guest].host }

  func counts(of rule: Int) -> [Int: Int] { facts.rules[rule].counts(host(of:), alsoOn: { facts.guests[$0].alsoOn }) }
  func excess(of rule: Int) -> Int { facts.rules[rule].excess(counts(of: rule)) }
  func isOver(_ host: Int) -> Bool { memory[host] > facts.hosts[host].memoryCapacity || vcpus[host] > facts.hosts[host].vcpuCapacity }
  func freeMemory(_ host: Int) -> Int { facts.hosts[host].memoryCapacity - memory[host] }
  func freeVcpus(_ host: Int) -> Int { facts.hosts[host].vcpuCapacity - vcpus[host] }

  func poolRoom(_ host: Int, _ pool: StorageID) -> Int {
    let key = CellFacts.PoolKey(host: host, pool: pool)
    return (facts.poolRoom[key] ?? 0) - (poolUse[key] ?? 0)
  }
}
