/// A proof that not everything in a cell can be mended, in the cell's own ids.
struct Impossibility {
  enum Kind {
    /// All places of the guests have together fewer slots of `threshold` than they need; 0 vCPUs, 1 bytes of memory, others bytes of a pool.
    case tooFewSlots(resource: Int, threshold: Int, needed: Int, offered: Int)
    /// The guests may only be on the hosts, which are too few units for the rule.
    case rule(Int)
    /// Nothing on the hosts can leave: all that anything there may go to are among them, and none has room.
    case deadlock
  }
  var kind: Kind
  var guests: [Int]
  var hosts: [Int]
}

extension CellProblem {
  /// What was proved of the parts of the problem.
  func impossibilities(_ placement: PlacementOutcome) -> [Impossibility] {
    placement.proofs.flatMap { part in
      part.obstructions.compactMap { obstruction in
        impossibility(
          obstruction.kind, items: obstruction.items.map { part.items[$0] }, hosts: obstruction.hosts.map { part.hosts[$0] },
          groups: part.groups)
      }
    } + deadlocks()
  }

  /// The same for a problem that is not solved in parts; few steps for a small one.
  func impossibilities() -> [Impossibility] {
    let groups = Array(problem.groups.indices)
    return InfeasibilityFinder(problem).find().compactMap {
      impossibility($0.kind, items: $0.items, hosts: $0.hosts, groups: groups)
    } + deadlocks()
  }

  /// nil: what stands alone explains itself.
  private func impossibility(_ kind: Obstruction.Kind, items: [Int], hosts: [Int], groups: [Int]) -> Impossibility? {
    let guests = items.map { self.guests[$0] }
    switch kind {
    case .noHost, .fullOfFixed: return nil
    case .tooFewSlots(let resource, let threshold, let needed, let offered):
      guard items.count > 1 else { return nil }
      return Impossibility(
        kind: .tooFewSlots(resource: resource, threshold: threshold, needed: needed, offered: offered), guests: guests, hosts: hosts)
    case .group(let group): return Impossibility(kind: .rule(rule(ofGroup: groups[group])), guests: guests, hosts: hosts)
    }
  }

  private func deadlocks() -> [Impossibility] {
    guard let found = DeadlockedSet.find(problem), found.hosts.count > 1 else { return [] }
    return [Impossibility(kind: .deadlock, guests: found.items.map { guests[$0] }, hosts: found.hosts)]
  }
}
