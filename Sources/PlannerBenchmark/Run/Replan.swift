/// Planning again after one event, with what the plan before it left in memory and without.
package struct Replan: Sendable {
  /// Index of the host that went under maintenance.
  package var host: Int
  package var again: PlannedInstance
  package var anew: PlannedInstance

  /// `run` has planned the instance without the event. `fresh` makes one that has planned nothing.
  package init(_ instance: BenchmarkInstance, host: Int, _ run: BenchmarkRun, fresh: () -> BenchmarkRun) {
    let event = NextEvent.maintenance(of: host, in: instance)
    var run = run
    var other = fresh()
    self.host = host
    again = run.plan(event)
    anew = other.plan(event)
  }
}
