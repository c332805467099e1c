package import Fleet
package import Planning

/// Plans the passes of a watch: what did not change since the last one is not solved again.
package actor FleetPlanner {
  private var replanner = Replanner()

  package init() {}

  package func plan(_ input: PlanningInput, seed: UInt64) -> Plan { replanner.plan(input, budget: SearchBudget(), seed: seed) }
}
