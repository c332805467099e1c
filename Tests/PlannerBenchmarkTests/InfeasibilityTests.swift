import PlannerBenchmark
import Testing

/// VMs that have no place each on their own: the reason and the words for it.
@Suite struct InfeasibilityTests {
  private func infeasibility(hosts: [String], vms: [String], groups: [String] = []) throws -> Infeasibility? {
    var run = BenchmarkRun(.moves, seed: 1, steps: 100_000)
    let instance = try InstanceText.read(InstanceText.text(hosts: hosts, vms: vms, groups: groups))
    guard case .infeasible(let infeasibility) = run.plan(instance).plan.status else { return nil }
    return infeasibility
  }

  private let leaving = InstanceText.host("m", state: "maintenance")

  @Test func sizeIsNamedWithWhatIsThere() throws {
    let found = try infeasibility(hosts: [leaving, InstanceText.host("u")], vms: [InstanceText.vm("a", on: "m", ram: 40000)])
    let why = "a is larger than every host it could be on: u: 40000 MiB of memory, 32768 there"
    #expect(found == Infeasibility(reason: .ram, blocked: [0], why: why))
  }

  @Test func poolThatNobodyReaches() throws {
    let found = try infeasibility(hosts: [leaving, InstanceText.host("u")], vms: [InstanceText.vm("a", on: "m", pool: #""q""#)])
    #expect(found == Infeasibility(reason: .storage, blocked: [0], why: "a needs pool q, which no host that is up reaches"))
  }

  @Test func cellThatIsDrainedWhole() throws {
    let found = try infeasibility(
      hosts: [leaving, InstanceText.host("u", cell: "c1")], vms: [InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "m")])
    let why = "a is in cell c0, where no host is up (and 1 more have no host either)"
    #expect(found == Infeasibility(reason: .cell, blocked: [0, 1], why: why))
  }

  @Test func pinToAHostThatMayNotHoldIt() throws {
    let found = try infeasibility(
      hosts: [leaving, InstanceText.host("u")], vms: [InstanceText.vm("a", on: "m", more: #","pin":"m""#)])
    #expect(found == Infeasibility(reason: .pin, blocked: [0], why: "a is pinned to m, which cannot take it (maintenance)"))
  }

  @Test func labelThatNoHostHas() throws {
    let found = try infeasibility(
      hosts: [leaving, InstanceText.host("u")], vms: [InstanceText.vm("a", on: "m", more: #","labels":["ssd"]"#)])
    let why = "a finds no host with the CPU level, labels and zone that it asks for"
    #expect(found == Infeasibility(reason: .selector, blocked: [0], why: why))
  }

  @Test func fullHostsThatWantEachOthersVMs() throws {
    let full = (32768, 1)
    let found = try infeasibility(
      hosts: [InstanceText.host("h1"), InstanceText.host("h2")],
      vms: [
        InstanceText.vm("a", on: "h1", vcpu: full.1, ram: full.0, more: #","pin":"h2""#),
        InstanceText.vm("b", on: "h2", vcpu: full.1, ram: full.0, more: #","pin":"h1""#),
      ])
    let why = "no migration can leave h1, h2: all that their VMs may go to is full"
    #expect(found == Infeasibility(reason: .deadlock, blocked: [0, 1], why: why))
  }

  @Test func cellsThatAreTooSmallForAllTheirVMs() throws {
    let found = try #require(
      try infeasibility(
        hosts: [leaving, InstanceText.host("u"), InstanceText.host("far", cell: "c1")],
        vms: [InstanceText.vm("a", on: "m", ram: 20000), InstanceText.vm("b", on: "u", ram: 20000)]))
    #expect(found.reason == .aggregate && found.why.hasPrefix("2 VMs need "))
    let cores = try infeasibility(
      hosts: [leaving, InstanceText.host("u")], vms: [InstanceText.vm("a", on: "m", vcpu: 5), InstanceText.vm("b", on: "u", vcpu: 4)])
    #expect(cores?.reason == .aggregateVCPU)
    let disks = try infeasibility(
      hosts: [leaving, InstanceText.host("u")],
      vms: ["m", "u"].map { InstanceText.vm("\($0)1", on: $0, disk: 300, storage: "local", pool: "null") })
    #expect(disks?.reason == .aggregateDisk)
  }

  @Test func groupsWithMoreMembersThanTheyMayUseHosts() throws {
    let vms = [InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "u"), InstanceText.vm("c", on: "w")]
    let hosts = [leaving, InstanceText.host("u"), InstanceText.host("w")]
    func group(_ max: Int, _ members: String) -> String {
      #"{"id":"g","kind":"anti","scope":"host","max":\#(max),"continuous":false,"vms":[\#(members)]}"#
    }
    let found = try #require(try infeasibility(hosts: hosts, vms: vms, groups: [group(1, #""a","b","c""#)]))
    #expect(found.reason == .group && found.why.hasPrefix("group g (anti, host) cannot be kept by its "))
    #expect(try infeasibility(hosts: hosts, vms: vms, groups: [group(2, #""a","b","c""#)]) == nil)
    #expect(try infeasibility(hosts: hosts, vms: vms, groups: [group(1, #""b","c""#)]) == nil)
  }

  @Test func aBlockedVMThatMayStayIsNone() throws {
    #expect(try infeasibility(hosts: [InstanceText.host("u")], vms: [InstanceText.vm("a", on: "u", pool: #""q""#)]) == nil)
  }
}
