extension TargetModel {
  /// What of a host's room is asked for: by those that stay and those that come.
  private struct Claims {
    var staying: [(item: Int, literal: Literal)] = []
    var coming: [(item: Int, literal: Literal)] = []
  }

  /// Every host that must not end over holds at most its capacity.
  mutating func addRoom() {
    var claims = [Claims](repeating: Claims(), count: problem.hosts.count)
    for (item, options) in options.enumerated() {
      for option in options {
        if option.host == problem.items[item].start {
          claims[option.host].staying.append((item, option.literal))
        } else {
          claims[option.host].coming.append((item, option.literal))
        }
      }
    }
    for host in problem.hosts.indices {
      if problem.hosts[host].isRelieved {
        for resource in 0..<problem.resourceCount { addRoom(host, resource, claims[host], unless: nil) }
      } else if !claims[host].coming.isEmpty {
        addRoomOfUnrelieved(host, claims[host])
      }
    }
  }

  /// It may end over, but only if nothing came.
  private mutating func addRoomOfUnrelieved(_ host: Int, _ claims: Claims) {
    let isOver = (0..<problem.resourceCount).contains { stayingUse(host, $0, claims) > room(host, $0) }
    let takes = isOver ? search.addVariable() : nil
    if let takes { for arrival in claims.coming { search.addClause([!arrival.literal, takes]) } }
    for resource in 0..<problem.resourceCount { addRoom(host, resource, claims, unless: takes) }
  }

  func room(_ host: Int, _ resource: Int) -> Int {
    problem.capacity[host * problem.resourceCount + resource] - problem.base[host * problem.resourceCount + resource]
  }

  func demand(_ item: Int, _ resource: Int) -> Int { problem.classes[problem.items[item].classID].demand[resource] }

  private func stayingUse(_ host: Int, _ resource: Int, _ claims: Claims) -> Int {
    claims.staying.reduce(0) { $0 + demand($1.item, resource) }
  }

  /// With `takes`: only if it is true.
  private mutating func addRoom(_ host: Int, _ resource: Int, _ claims: Claims, unless takes: Literal?) {
    var terms: [SumTerm] = []
    for claim in claims.staying where demand(claim.item, resource) > 0 {
      terms.append(SumTerm(literal: claim.literal, amount: demand(claim.item, resource)))
    }
    for claim in claims.coming {
      var amount = demand(claim.item, resource)
      for need in problem.passage(problem.items[claim.item].classID, to: host)?.arrival ?? [] where need.resource == resource {
        amount += need.amount
      }
      if amount > 0 { terms.append(SumTerm(literal: claim.literal, amount: amount)) }
    }
    let room = room(host, resource)
    let excess = stayingUse(host, resource, claims) - room
    if let takes, excess > 0 {
      search.addSum(terms + [SumTerm(literal: takes, amount: excess)], atMost: room + excess)
    } else {
      search.addSum(terms, atMost: room)
    }
  }
}

// MARK: - Hosts taken together

extension TargetModel {
  /// Sets of hosts that are looked at, and sizes for each of their resources.
  private static let poolsMax = 64
  private static let sizesMax = 6

  /// What must end on some hosts and what stays there has to fit them together, also when only shares of a size count: floor(demand / size) of
  /// all on a host is at most floor(room / size). The sums follow from the others; they make seen at once what would take many conflicts.
  mutating func addPooledRoom() {
    var pools: [[Int]] = [Array(problem.hosts.indices)]
    var isKnown = [Bool](repeating: false, count: problem.hostSets.count)
    for itemClass in problem.classes where !isKnown[itemClass.ends] && pools.count < Self.poolsMax {
      isKnown[itemClass.ends] = true
      pools.append(problem.hostSets[itemClass.ends].hosts)
    }
    var stayingUse = problem.base
    for (item, facts) in problem.items.enumerated() where problem.mayStay(item) {
      for resource in 0..<problem.resourceCount { stayingUse[facts.start * problem.resourceCount + resource] += demand(item, resource) }
    }
    for pool in pools {
      var isInside = [Bool](repeating: false, count: problem.hosts.count)
      for host in pool { isInside[host] = true }
      let whole = options.map { $0.allSatisfy { isInside[$0.host] } }
      let staying = options.indices.filter { item in
        !whole[item] && problem.mayStay(item) && isInside[problem.items[item].start]
      }
      for resource in 0..<problem.resourceCount { addPooledRoom(pool, resource, whole, staying, stayingUse) }
    }
  }

  private mutating func addPooledRoom(_ pool: [Int], _ resource: Int, _ whole: [Bool], _ staying: [Int], _ stayingUse: [Int]) {
    let inside = whole.indices.filter { whole[$0] }
    let sizes = Set(inside.map { demand($0, resource) }).sorted(by: >).prefix(Self.sizesMax).filter { $0 > 1 }
    for size in sizes + [1] {
      var rest = 0
      for host in pool {
        let cell = host * problem.resourceCount + resource
        // A host that may stay over holds at most what it has, if that is more.
        let most = problem.hosts[host].isRelieved ? problem.capacity[cell] : max(problem.capacity[cell], stayingUse[cell])
        rest += max(0, most - problem.base[cell]) / size
      }
      for item in inside { rest -= demand(item, resource) / size }
      let terms = staying.compactMap { item -> SumTerm? in
        guard let home = options[item].last, demand(item, resource) >= size else { return nil }
        return SumTerm(literal: home.literal, amount: demand(item, resource) / size)
      }
      search.addSum(terms, atMost: rest)
    }
  }
}
