import Fleet
import Reporting
import Testing

/// What keeps a long plan readable.
@Suite struct LongPlanTests {
  private func plan(_ moves: [(from: HostName, to: HostName, count: Int)], blocked: [BlockedItem] = []) -> Plan {
    var plan = PlanSamples.full
    plan.blocked = blocked
    plan.moves = moves.flatMap { way in
      (0..<way.count).map { index in
        var move = PlanSamples.moves[0]
        (move.id, move.from, move.to, move.after) = ("m\(index)", way.from, way.to, [])
        return move
      }
    }
    return plan
  }

  @Test func aLongPlanIsSummedUpByHost() {
    let text = PlanReport.text(plan([("hv-25", "hv-3", 10), ("hv-4", "hv-3", 2), ("hv-3", "hv-4", 1)]), style: .plain)
    #expect(text.contains("By host (3)\n  hv-25: 10 leave; hv-4: 2 leave, +1; hv-3: 1 leaves, +12\n"), "\(text)")
    #expect(!PlanReport.text(plan([("hv-25", "hv-3", 11)]), style: .plain).contains("By host"))
    let wide = PlanReport.text(plan((0..<70).map { (HostName("from-\($0)"), HostName("to"), 1) }), style: .plain)
    #expect(wide.split { $0 == " " || $0 == "\n" }.joined(separator: " ").contains("; and 11 hosts more"), "\(wide)")
  }

  @Test func equalReasonsStandOnceWithTheirGuests() {
    func item(_ name: InstanceName, _ text: String, hint: String = "detach the device") -> BlockedItem {
      BlockedItem(instance: name, host: "hv1", reason: .noMode, text: text, hint: hint, manifest: "a.yaml:3")
    }
    let device = "a device of its host is passed through to it"
    let many = (1...20).map { item(InstanceName("vm-\($0)"), "libvirt keeps snapshots of it", hint: "delete them") }
    let blocked = [item("a", device), item("b", "it is too large"), item("c", device), item("d", device, hint: "wait")] + many
    let text = PlanReport.text(plan([], blocked: blocked), style: .plain)
    #expect(text.contains("Blocked (24)"), "\(text)")
    #expect(text.contains("✗ a on hv1 and c on hv1: no way to move it\n    \(device)\n    → detach the device\n"), "\(text)")
    #expect(text.contains("✗ b on hv1: no way to move it (a.yaml:3)\n"), "one alone keeps its place: \(text)")
    #expect(text.contains("✗ d on hv1: no way to move it (a.yaml:3)\n    \(device)\n    → wait\n"), "another way out: \(text)")
    #expect(
      text.ranges(of: "libvirt keeps snapshots").count == 1 && text.contains("vm-12 on hv1 and 8 more: no way"), "\(text)")
  }
}
