extension PlacementOutcome {
  /// Puts in what full hosts prove wherever that is more: hops weigh too, which no other proof looks at.
  ///
  /// `problem`: in the weights that proofs are about. Cost: linear in items, and in what `CycleBound` looks at.
  package mutating func addFullHosts(_ problem: PlacementProblem, running: [RunningMigration] = []) {
    let leaving = Set(running.map(\.item))
    let bound = CycleBound(problem, running: running)
    guard !bound.sets.isEmpty, CycleCheck.problems(of: bound.sets, in: problem, leaving: leaving).isEmpty else { return }
    var proofOf = [Int](repeating: -1, count: problem.hosts.count)
    for (index, proof) in proofs.enumerated() { for host in proof.hosts { proofOf[host] = index } }
    var sets = proofs.map { _ in [[Int]]() }
    for set in bound.sets {
      if let first = set.first { sets[proofOf[first]].append(set) }
    }
    for (index, sets) in sets.enumerated() where !sets.isEmpty {
      let forced = proofs[index].items.reduce(0) { sum, item in
        problem.mayStay(item) || leaving.contains(item) ? sum : sum + (problem.classOf(item).leastWeight ?? 0)
      }
      let value = forced + CycleBound(sets: sets).weight(problem)
      guard value > proofs[index].value else { continue }
      proofs[index].value = value
      proofs[index].kind = .fullHosts(sets)
    }
  }
}
