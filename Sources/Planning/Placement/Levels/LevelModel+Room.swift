extension LevelModel {
  /// What of a host's room is asked for: by those that stay and those that come.
  private struct Claims {
    var staying: [(item: Int, literal: Literal)] = []
    var coming: [(item: Int, literal: Literal)] = []
  }

  /// Every host holds at most its capacity, or is one that was over, and nobody came.
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
      let excess = (0..<problem.resourceCount).map { overload(host, $0, claims[host]) }
      let over = excess.contains { $0 > 0 } ? search.addVariable() : nil
      if let over {
        for arrival in claims[host].coming { search.addClause([!arrival.literal, !over]) }
        if problem.hosts[host].isRelieved { note(2, over) }
      }
      for resource in 0..<problem.resourceCount {
        var terms = claimed(host, resource, claims[host])
        guard !terms.isEmpty else { continue }
        var limit = room(host, resource)
        if let over, excess[resource] > 0 {
          for slack in slacks(host, resource, excess[resource], terms, over) {
            terms.append(SumTerm(literal: !slack.literal, amount: slack.amount))
            limit += slack.amount
          }
        }
        search.addSum(terms, atMost: limit)
      }
    }
  }

  private func room(_ host: Int, _ resource: Int) -> Int {
    problem.capacity[host * problem.resourceCount + resource] - problem.base[host * problem.resourceCount + resource]
  }

  private func demand(_ item: Int, _ resource: Int) -> Int { problem.classOf(item).demand[resource] }

  /// By how much the host is over at the start.
  private func overload(_ host: Int, _ resource: Int, _ claims: Claims) -> Int {
    claims.staying.reduce(-room(host, resource)) { $0 + demand($1.item, resource) }
  }

  private func claimed(_ host: Int, _ resource: Int, _ claims: Claims) -> [SumTerm] {
    let staying = claims.staying.map { SumTerm(literal: $0.literal, amount: demand($0.item, resource)) }
    let coming = claims.coming.map { claim in
      let arrival = problem.passage(problem.items[claim.item].classID, to: host)?.arrival ?? []
      return SumTerm(
        literal: claim.literal, amount: arrival.reduce(demand(claim.item, resource)) { $1.resource == resource ? $0 + $1.amount : $0 })
    }
    return (staying + coming).filter { $0.amount > 0 }
  }

  /// What the host may be over: in binary where it counts how much, in one step where it does not.
  private mutating func slacks(_ host: Int, _ resource: Int, _ excess: Int, _ terms: [SumTerm], _ over: Literal) -> [SumTerm] {
    guard problem.hosts[host].isRelieved else { return [SumTerm(literal: over, amount: excess)] }
    // What is over is the start less what leaves, a multiple of this.
    let unit = terms.reduce(excess) { CoverBound.gcd($0, $1.amount) }
    var slacks: [SumTerm] = []
    var amount = unit
    while amount <= excess {
      let bit = search.addVariable()
      search.addClause([!bit, over])
      slacks.append(SumTerm(literal: bit, amount: amount))
      note(4, bit, resource == 0 ? amount << 30 : amount)
      amount *= 2
    }
    return slacks
  }
}
