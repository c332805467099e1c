import Fleet

/// What proves the bound of a staged solution, as a certificate with names and in a sentence.
struct ProofWords {
  /// No plan that mends as much with as few reboots has fewer moves, or by the objective `cost` costs less.
  private(set) var fewestMoves: Int
  private(set) var certificate: Certificate
  private(set) var because: String
  private let outcome: StagedOutcome
  private var facts: CellFacts { outcome.search.facts }
  private var moves: Int { outcome.state.legs.count }

  init(_ outcome: StagedOutcome) {
    self.outcome = outcome
    let search = outcome.search
    let counted = LowerBound(search.facts, search.violations, search.tasks, legs: outcome.state.legs, search.input)
    fewestMoves = counted.total
    certificate = counted.certificate
    because = counted.because(moves: outcome.state.legs.count)
    if search.input.objective == .cost {
      describeCost()
      return
    }
    guard let proof = outcome.placement.proofs.first else { return }
    let proved = outcome.cell.scale.third(proof.value)
    guard proved > fewestMoves else { return }
    fewestMoves = proved
    describe(proof.kind, beyond: proved - counted.total)
  }

  /// A proof by cost says nothing of how many moves are needed, so what counts moves is not in it.
  private mutating func describeCost() {
    fewestMoves = outcome.cell.scale.third(outcome.placement.bound)
    certificate = Certificate(kind: .exhaustive)
    because = "it takes a cost of at least \(fewestMoves)"
    guard let proof = outcome.placement.proofs.first else { return }
    switch proof.kind {
    case .counting: because += ": what cannot stay costs so much at least"
    case .prices(let prices):
      certificate.kind = .prices
      certificate.data.prices = named(prices)
      because += ": prices by size of instance prove that the hosts hold no more for less"
    case .fullHosts: because += ": a set of hosts is too full for those that must leave without one move more"
    case .searched: because += ": all placements that cost less were searched"
    }
  }

  private mutating func describe(_ kind: PartProof.Kind, beyond counted: Int) {
    let least = "at least \(fewestMoves) of \(moves) moves are needed"
    switch kind {
    case .counting(let bound):
      because = "\(least): \(certificate.data.forced.count) instances may not stay where they are"
      certificate.data.evictions = [:]
      for part in bound.parts { count(part, beyond: counted) }
    case .prices(let prices):
      certificate.kind = .prices
      certificate.data.evictions = [:]
      certificate.data.prices = named(prices)
      because =
        "\(least), \(certificate.data.forced.count) of them by instances that may not stay where they are: "
        + "prices by size of instance prove that the hosts hold no more without them"
    case .fullHosts(let sets):
      certificate.data.fullHosts = sets.map { $0.map { facts.hosts[$0].name }.sorted() }
      because +=
        "; \(sets.count == 1 ? "a set of hosts is" : "\(sets.count) sets of hosts are") too full for those that must leave: one move more each"
    case .searched:
      certificate.kind = .exhaustive
      certificate.data.evictions = [:]
      because = "\(least): all placements that take fewer were searched"
    }
  }

  private mutating func count(_ part: BoundPart, beyond counted: Int) {
    switch part {
    case .forced: break
    case .overload(let overload):
      let host = facts.hosts[overload.host].name
      let moves = outcome.cell.scale.third(overload.value)
      certificate.data.evictions[host.rawValue] = moves
      because += ", host \(host) is over its capacity (\(moves))"
    case .slot(let slot):
      certificate.kind = .slots
      certificate.data.slots = SlotCount(resource: resource(slot.resource), threshold: slot.threshold, moves: counted)
      let size = slot.resource == 0 ? "\(slot.threshold) vCPUs" : "\(gibibytes(slot.threshold)) GiB"
      because += ", the hosts have too few free places of \(size) for them (\(counted) more)"
    case .group(let group):
      let rule = outcome.cell.rule(ofGroup: group.group)
      let name = outcome.search.input.desired.rules[facts.rules[rule].index].name
      let problem = outcome.cell.problem
      let forced = problem.groups[group.group].members.count { !problem.mayStay($0) }
      let moves = outcome.cell.scale.third(part.value) - forced
      certificate.data.evictions["\(name)/*"] = moves
      because += ", rule \(name) moves others (\(moves))"
    }
  }

  private func resource(_ id: Int) -> SlotCount.Resource { id == 0 ? .vcpus : (id == 1 ? .memoryBytes : .poolBytes) }

  private func named(_ certificate: PriceCertificate) -> PriceList {
    let problem = outcome.cell.problem
    var first = [Int](repeating: -1, count: problem.classes.count)
    var counts = [Int](repeating: 0, count: problem.classes.count)
    for (index, item) in problem.items.enumerated() {
      if first[item.classID] < 0 { first[item.classID] = index }
      counts[item.classID] += 1
    }
    let prices = problem.classes.indices.map { id in
      PriceList.Price(
        like: facts.name(of: facts.guests[outcome.cell.guests[first[id]]], outcome.search.input), instances: counts[id],
        vcpus: problem.classes[id].demand[0], memoryBytes: problem.classes[id].demand[1], price: certificate.prices[id])
    }
    return PriceList(
      scale: certificate.scale, vcpuUnit: certificate.units[0], memoryUnitBytes: certificate.units[1], prices: prices)
  }
}
