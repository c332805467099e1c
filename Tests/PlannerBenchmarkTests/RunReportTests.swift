import Foundation
import PlannerBenchmark
import Testing

/// What the terminal shows; times are left out, since they differ from run to run.
@Suite struct RunReportTests {
  private func report(_ vms: [String], replan: Bool = false, objective: BenchmarkObjective = .moves) throws -> RunReport {
    let hosts = [InstanceText.host("m", state: "maintenance"), InstanceText.host("u"), InstanceText.host("w")]
    let instance = try InstanceText.read(InstanceText.text(hosts: hosts, vms: vms, groups: []))
    var run = BenchmarkRun(objective, seed: 1, steps: 100_000)
    let planned = run.plan(instance)
    let again = replan ? Replan(instance, host: 1, run) { BenchmarkRun(objective, seed: 1, steps: 100_000) } : nil
    return RunReport(planned, of: instance, objective, reading: .milliseconds(12), replan: again)
  }

  private func withoutTimes(_ report: RunReport) -> [Substring] {
    report.lines().split(separator: "\n").filter { !$0.contains("seconds ") }
  }

  @Test func aProvedPlan() throws {
    let report = try report([InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "u")], objective: .cost)
    #expect(
      withoutTimes(report) == [
        "small: 3 hosts, 2 VMs: planned, least cost proved", "  moves     1", "  cost      101", "  at least  101 (forced)",
        "  takes     6 s, at least 6 s",
      ])
    #expect(report.lines().contains("reading 0.01"))
  }

  @Test func whatHasNoPlan() throws {
    let report = try report([InstanceText.vm("a", on: "m", pool: #""q""#)])
    #expect(
      withoutTimes(report) == [
        "small: 3 hosts, 1 VMs: no plan exists, proved", "  reason   storage",
        "  because  a needs pool q, which no host that is up reaches",
      ])
  }

  @Test func figuresAsJSON() throws {
    let report = try report([InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "u")], replan: true)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    #expect(object["status"] as? String == "ok" && object["value"] as? Int == 1 && object["lower_bound"] as? Int == 1)
    #expect(object["reading_seconds"] as? Double == 0.012)
    let again = try #require(object["replan"] as? [String: Any])
    #expect(again["host"] as? String == "u" && again["value"] as? Int == 2 && again["anew_value"] as? Int == 2)
  }

  @Test func theEventIsAHostThatLosesNothingYet() throws {
    let hosts = [InstanceText.host("m", state: "maintenance"), InstanceText.host("e"), InstanceText.host("p"), InstanceText.host("u")]
    let vms = [InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "p", more: #","pin":"u""#), InstanceText.vm("c", on: "u")]
    let instance = try InstanceText.read(InstanceText.text(hosts: hosts, vms: vms, groups: []))
    #expect(NextEvent.host(of: instance) == 3)
    #expect(NextEvent.maintenance(of: 3, in: instance).hosts[3].state == .maintenance)
  }
}
