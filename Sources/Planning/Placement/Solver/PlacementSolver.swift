/// Finds where the items of a problem should end for the least summed weight, and proves what it can.
///
/// It remembers what it found last: parts of the next problem that are the same are taken over, others start from what was best for them.
package struct PlacementSolver: Sendable {
  package enum Effort: Sendable {
    /// Forced moves, overloaded hosts and groups by counting, and one pass of placing: enough where there is room.
    case quick
    case whole
  }

  private let seed: UInt64
  private let proved: (@Sendable (Passage) -> Int)?
  private var last: [SolvedPart] = []

  /// `proved`: what of a weight the proofs are about, monotone in it; nil: all of it. The rest of a weight only breaks ties.
  package init(seed: UInt64, proved: (@Sendable (Passage) -> Int)? = nil) {
    self.seed = seed
    self.proved = proved
  }

  package mutating func solve(_ problem: PlacementProblem, _ effort: Effort = .whole, budget: inout StepBudget) -> PlacementOutcome {
    let parts = problem.parts()
    var outcome = PlacementOutcome(target: problem.items.map(\.start))
    var solved: [SolvedPart] = []
    for (index, part) in parts.enumerated() {
      // An even share of what is left, so that a part that ends early leaves its share to those behind it.
      var share = budget.take(budget.left / (parts.count - index))
      let found = solve(part.problem, effort, last: last.count == parts.count ? last[index] : nil, &share)
      budget.giveBack(share)
      solved.append(found)
      outcome.add(found, of: part)
    }
    outcome.unplaced.sort()
    outcome.brokenGroups.sort()
    outcome.overHosts.sort()
    last = solved
    return outcome
  }

  private func solve(_ problem: PlacementProblem, _ effort: Effort, last: SolvedPart?, _ budget: inout StepBudget) -> SolvedPart {
    if let last, last.problem == problem { return last }
    var solver = PartSolver(problem, proved: proved.map(problem.reweighed), seed: seed, last: last)
    return solver.solve(effort, &budget)
  }
}

/// What a part came to, and what the next solution of nearly the same part can start from.
struct SolvedPart: Sendable {
  var problem: PlacementProblem
  var found: RepairOutcome
  var proof: PartProof
  /// In the weights that the proof is about.
  var weight: Int
}

extension PlacementOutcome {
  fileprivate mutating func add(_ solved: SolvedPart, of part: ProblemPart) {
    for (item, host) in solved.found.target.enumerated() { target[part.items[item]] = part.hosts[host] }
    unplaced += solved.found.unplaced.map { part.items[$0] }
    brokenGroups += solved.found.brokenGroups.map { part.groups[$0] }
    overHosts += solved.found.overHosts.map { part.hosts[$0] }
    weight += solved.weight
    var proof = solved.proof
    proof.hosts = part.hosts
    proof.items = part.items
    proof.groups = part.groups
    proofs.append(proof)
  }
}
