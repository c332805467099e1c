import Planning

/// Plans instances one after another, remembering what it found last: the next one is solved anew only where it differs.
package struct BenchmarkRun {
  private let objective: BenchmarkObjective
  private let seed: UInt64
  private let steps: Int
  private var solver: PlacementSolver

  /// `steps`: of search, for each plan.
  package init(_ objective: BenchmarkObjective, seed: UInt64, steps: Int) {
    self.objective = objective
    self.seed = seed
    self.steps = steps
    solver = PlacementSolver(seed: seed)
  }

  package mutating func plan(_ instance: BenchmarkInstance) -> PlannedInstance {
    let clock = ContinuousClock()
    let begin = clock.now
    let problem = InstanceProblem(instance, objective: objective)
    let translated = clock.now
    if let infeasibility = BlockedVMs(instance, problem.problem).infeasibility() {
      let times = PlanningTimes(translating: translated - begin, placing: clock.now - translated, ordering: .zero)
      return PlannedInstance(plan: BenchmarkPlan(status: .infeasible(infeasibility)), problem: problem, times: times)
    }
    var budget = StepBudget(steps)
    // What placing leaves is for the order; a share is kept for it in any case.
    var share = budget.take(steps / 2)
    let placement = solver.solve(problem.problem, budget: &share)
    budget.giveBack(share)
    let placed = clock.now
    let plan = ordered(placement, instance, problem, &budget)
    let times = PlanningTimes(translating: translated - begin, placing: placed - translated, ordering: clock.now - placed)
    return PlannedInstance(plan: plan, problem: problem, times: times)
  }

  private func ordered(
    _ placement: PlacementOutcome, _ instance: BenchmarkInstance, _ problem: InstanceProblem, _ budget: inout StepBudget
  ) -> BenchmarkPlan {
    for part in placement.proofs {
      guard let obstruction = part.obstructions.first else { continue }
      return BenchmarkPlan(status: .infeasible(Infeasibility(obstruction, of: part, instance, problem)))
    }
    var sequencer = Sequencer(problem.problem, target: placement.target, seed: seed)
    let sequence = sequencer.run(budget: &budget)
    if let set = sequence.stuck, set.proof == .nothingCanLeave {
      return BenchmarkPlan(status: .infeasible(Infeasibility(deadlock: set, instance)))
    }
    var placement = placement
    if sequence.hops > 0 { placement.addFullHosts(problem.problem) }
    var plan = BenchmarkPlan(status: placement.isComplete && sequence.stuck == nil ? .ok : .unfinished)
    plan.moves = sequence.moves.map {
      BenchmarkMove(vm: $0.item, from: $0.from, to: $0.to, start: $0.start, end: $0.end, after: $0.after)
    }
    plan.hops = sequence.hops
    plan.value = plan.moves.reduce(0) { $0 + (problem.problem.passage(problem.problem.items[$1.vm].classID, to: $1.to)?.weight ?? 0) }
    plan.lowerBound = placement.bound
    plan.certificate = BoundCertificate(parts: placement.proofs)
    plan.makespan = sequence.makespan
    plan.makespanBound = max(sequence.makespanBound, sequence.criticalPath)
    plan.unmended = Unmended(
      vms: max(placement.unplaced.count, sequence.stuck?.items.count ?? 0), groups: placement.brokenGroups.count,
      hosts: placement.overHosts.count)
    return plan
  }
}

/// A plan with the problem its proofs are about.
package struct PlannedInstance: Sendable {
  package var plan: BenchmarkPlan
  package var problem: InstanceProblem
  package var times: PlanningTimes
}

/// What planning took, reading and writing files not counted.
package struct PlanningTimes: Sendable {
  /// From names to integers.
  package var translating: Duration
  /// Where everything ends, and the proof.
  package var placing: Duration
  /// In which order and when.
  package var ordering: Duration

  package var searching: Duration { placing + ordering }
  package var whole: Duration { translating + searching }
}
