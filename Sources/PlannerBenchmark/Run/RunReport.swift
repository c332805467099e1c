/// What a run prints: a few lines for people, or one JSON object for a table.
package struct RunReport {
  private let instance: BenchmarkInstance
  private let objective: BenchmarkObjective
  private let planned: PlannedInstance
  private let reading: Duration
  private let replan: Replan?
  private var plan: BenchmarkPlan { planned.plan }

  package init(
    _ planned: PlannedInstance, of instance: BenchmarkInstance, _ objective: BenchmarkObjective, reading: Duration, replan: Replan?
  ) {
    self.planned = planned
    self.instance = instance
    self.objective = objective
    self.reading = reading
    self.replan = replan
  }

  // MARK: - For people

  package func lines() -> String {
    var rows: [(String, String)] = []
    switch plan.status {
    case .ok, .unfinished:
      let hops = plan.hops > 0 ? ", \(plan.hops) of them on the way" : ""
      rows.append(("moves", "\(plan.moves.count)\(hops)"))
      if objective == .cost { rows.append(("cost", "\(plan.value)")) }
      rows.append(("at least", "\(plan.lowerBound) (\(plan.certificate.kind.word))"))
      rows.append(("takes", "\(plan.makespan) s, at least \(plan.makespanBound) s"))
    case .infeasible(let infeasibility):
      rows.append(("reason", infeasibility.reason.rawValue))
      rows.append(("because", infeasibility.why))
    }
    let times = planned.times
    rows.append(
      (
        "seconds",
        "\(seconds(reading + times.whole)): reading \(seconds(reading + times.translating)), placing \(seconds(times.placing)), "
          + "ordering \(seconds(times.ordering))"
      ))
    if let replan { rows += self.rows(replan) }
    let width = rows.map(\.0.count).max() ?? 0
    return ([headline] + rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" })
      .joined(separator: "\n")
  }

  private var headline: String {
    let name = "\(instance.name): \(instance.hosts.count) hosts, \(instance.vms.count) VMs"
    let aim = objective == .moves ? "fewest moves" : "least cost"
    switch plan.status {
    case .ok: return "\(name): \(plan.isProved ? "planned, \(aim) proved" : "planned, \(aim) not proved")"
    case .infeasible: return "\(name): no plan exists, proved"
    case .unfinished: return "\(name): NO WHOLE PLAN FOUND, and no proof that there is none; left as they are: \(unmended)"
    }
  }

  private var unmended: String {
    let left = [(plan.unmended.vms, "VMs"), (plan.unmended.groups, "groups"), (plan.unmended.hosts, "overloaded hosts")]
    return left.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private func rows(_ replan: Replan) -> [(String, String)] {
    let host = instance.names[instance.hosts[replan.host].id]
    let (again, anew) = (replan.again, replan.anew)
    return [
      ("event", "\(host) goes under maintenance"),
      ("again", "\(seconds(again.times.searching)) s: \(again.plan.moves.count) moves, at least \(again.plan.lowerBound)"),
      ("anew", "\(seconds(anew.times.searching)) s: \(anew.plan.moves.count) moves, at least \(anew.plan.lowerBound)"),
    ]
  }

  private func seconds(_ duration: Duration) -> String {
    var writer = JSONWriter()
    writer.seconds(duration)
    // To the millisecond.
    return String(decoding: writer.text.dropLast(3), as: UTF8.self)
  }

  // MARK: - For a table

  package func json() -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("instance", instance.name)
      summary(plan, &writer)
      writer.key("reading_seconds")
      writer.seconds(reading)
      writer.key("placing_seconds")
      writer.seconds(planned.times.placing)
      writer.key("ordering_seconds")
      writer.seconds(planned.times.ordering)
      if let peak = PeakMemory.kibibytes() { writer.member("peak_kib", peak) }
      guard let replan else { return }
      writer.key("replan")
      writer.object { writer in
        writer.member("host", instance.names[instance.hosts[replan.host].id])
        summary(replan.again.plan, &writer)
        writer.key("seconds")
        writer.seconds(replan.again.times.searching)
        writer.member("anew_value", replan.anew.plan.value)
        writer.key("anew_seconds")
        writer.seconds(replan.anew.times.searching)
      }
    }
    return String(decoding: writer.text, as: UTF8.self)
  }

  private func summary(_ plan: BenchmarkPlan, _ writer: inout JSONWriter) {
    switch plan.status {
    case .ok: writer.member("status", "ok")
    case .infeasible(let infeasibility):
      writer.member("status", "infeasible")
      writer.member("reason", infeasibility.reason.rawValue)
    case .unfinished: writer.member("status", "unfinished")
    }
    writer.member("moves", plan.moves.count)
    writer.member("value", plan.value)
    writer.member("lower_bound", plan.lowerBound)
    writer.member("proof", plan.certificate.kind.word)
    writer.member("hops", plan.hops)
    writer.member("makespan", plan.makespan)
    writer.member("makespan_bound", plan.makespanBound)
  }
}
