import Planning

/// A plan as JSON text in the benchmark's format (Benchmarks/planner/README.md): the same plan always gives the same bytes.
package struct PlanWriter {
  private let instance: BenchmarkInstance
  private let plan: BenchmarkPlan
  private let problem: InstanceProblem

  /// `problem`: the instance's, in which the proofs of the plan are.
  package init(_ plan: BenchmarkPlan, of instance: BenchmarkInstance, _ problem: InstanceProblem) {
    self.plan = plan
    self.instance = instance
    self.problem = problem
  }

  package func text() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("instance", instance.name)
      switch plan.status {
      case .ok:
        writer.member("status", "ok")
        steps(&writer)
      case .infeasible(let infeasibility):
        writer.member("status", "infeasible")
        writer.member("reason", infeasibility.reason.rawValue)
        writer.key("blocked")
        writer.array(blocked(infeasibility)) { $0.string($1) }
        writer.member("why", infeasibility.why)
      case .unfinished:
        writer.member("status", "unfinished")
        steps(&writer)
      }
    }
    return writer.text + [UInt8(ascii: "\n")]
  }

  private func blocked(_ infeasibility: Infeasibility) -> [String] {
    infeasibility.blocked.map { instance.names[instance.vms[$0].id] }.sorted()
  }

  private func steps(_ writer: inout JSONWriter) {
    writer.member("objective", problem.objective.rawValue)
    writer.member("value", plan.value)
    writer.member("lower_bound", plan.lowerBound)
    writer.member("hops", plan.hops)
    writer.member("makespan", plan.makespan)
    writer.member("makespan_bound", plan.makespanBound)
    writer.key("certificate")
    CertificateWriter(plan.certificate, of: instance, problem).write(to: &writer)
    writer.key("steps")
    writer.array(plan.moves) { writer, move in
      writer.object { writer in
        let vm = instance.vms[move.vm]
        writer.member("vm", instance.names[vm.id])
        writer.member("from", instance.names[instance.hosts[move.from].id])
        writer.member("to", instance.names[instance.hosts[move.to].id])
        writer.member("mode", vm.mode.rawValue)
        writer.member("start", move.start)
        writer.member("end", move.end)
        writer.key("after")
        writer.array(move.after) { $0.number($1) }
      }
    }
  }
}
