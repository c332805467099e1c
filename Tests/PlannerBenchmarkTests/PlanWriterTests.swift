import Foundation
import PlannerBenchmark
import Testing

@testable import Planning

@Suite struct PlanWriterTests {
  private func text(hosts: [String], vms: [String]) throws -> String {
    let instance = try InstanceText.read(InstanceText.text(hosts: hosts, vms: vms, groups: []))
    var run = BenchmarkRun(.moves, seed: 1, steps: 100_000)
    let planned = run.plan(instance)
    return String(decoding: PlanWriter(planned.plan, of: instance, planned.problem).text(), as: UTF8.self)
  }

  @Test func aPlanHasItsStepsBoundAndProof() throws {
    let text = try text(
      hosts: [InstanceText.host("m", state: "maintenance"), InstanceText.host("u")],
      vms: [InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "u")])
    #expect(
      text == """
        {"instance":"small","status":"ok","objective":"moves","value":1,"lower_bound":1,"hops":0,"makespan":6,"makespan_bound":6,\
        "certificate":{"kind":"forced","value":1,"parts":[{"value":1,"cells":["c0"],"kind":"counting",\
        "reasons":[{"kind":"forced","vms":["a"],"value":1}]}]},\
        "steps":[{"vm":"a","from":"m","to":"u","mode":"live","start":0,"end":6,"after":[]}]}

        """)
  }

  @Test func nothingToDoIsAPlan() throws {
    let text = try text(hosts: [InstanceText.host("u")], vms: [InstanceText.vm("a", on: "u")])
    #expect(
      text == """
        {"instance":"small","status":"ok","objective":"moves","value":0,"lower_bound":0,"hops":0,"makespan":0,"makespan_bound":0,\
        "certificate":{"kind":"none needed","value":0,"parts":[]},"steps":[]}

        """)
  }

  @Test func whatHasNoPlanHasAReason() throws {
    let text = try text(hosts: [InstanceText.host("m", state: "maintenance")], vms: [InstanceText.vm("a\\\"", on: "m")])
    #expect(
      text == """
        {"instance":"small","status":"infeasible","reason":"cell","blocked":["a\\""],\
        "why":"a\\" is in cell c0, where no host is up"}

        """)
  }

  /// Every kind of proof, in the names of the instance and as JSON that a parser accepts.
  @Test func everyProofIsWrittenInNames() throws {
    let instance = try InstanceText.read(InstanceText.plain)
    let problem = InstanceProblem(instance, objective: .moves)
    let counting = BoundProof(
      value: 6,
      parts: [
        .forced(ForcedPart(items: [1], value: 1)), .overload(OverloadPart(host: 0, resource: 1, items: [0], value: 1)),
        .slot(SlotPart(resource: 1, threshold: 4096, priceWeight: 1, priceSlots: 2, value: 2)),
        .group(GroupPart(group: 0, levels: [[UnitPrice(unit: 1, price: 3)]], value: 2)),
      ])
    let prices = PriceCertificate(prices: [5, 7], scale: 10, units: [1, 4096, 0])
    let kinds: [PartProof.Kind] = [.counting(counting), .prices(prices), .fullHosts([[0, 1]]), .searched]
    var plan = BenchmarkPlan(status: .ok)
    plan.certificate = BoundCertificate(
      parts: kinds.map { kind in
        var part = PartProof(value: 2, kind: kind)
        part.hosts = [0, 1]
        part.items = [0, 1]
        part.groups = [0]
        return part
      })
    let text = PlanWriter(plan, of: instance, problem).text()
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
    let certificate = try #require(object["certificate"] as? [String: Any])
    #expect(certificate["kind"] as? String == "searched" && certificate["value"] as? Int == 8)
    let written = String(decoding: text, as: UTF8.self)
    for part in [
      #"{"kind":"forced","vms":["v2"],"value":1}"#, #"{"kind":"overload","host":"h1","resource":"ram","vms":["v1"],"value":1}"#,
      #"{"kind":"slots","resource":"ram","threshold":4096,"price_weight":1,"price_slots":2,"value":2}"#,
      #"{"kind":"group","group":"g1","levels":[[{"unit":"h2","price":3}]],"value":2}"#,
      #""kind":"prices","scale":10,"units":{"vcpu":1,"ram":4096,"disk":0},"prices":[{"like":"v1","vms":1,"price":5},{"like":"v2","vms":1,"price":7}]"#,
      #""kind":"full hosts","forced":["v2"],"sets":[["h1","h2"]]"#,
    ] {
      #expect(written.contains(part))
    }
  }
}
