import Fleet
import Reconciler
import Reporting
import SimulatedHypervisor
import StateStore
import Testing

/// What earlier looks tell of a guest that is not as it was.
@Suite struct WhatHappenedTests {
  private func lab() throws -> Lab {
    var lab = try Lab()
    lab.desired.hosts[0].maintenance = nil
    return lab
  }

  private func warnings(_ lab: Lab) async throws -> [String] { try await lab.converge().plan.warnings }

  @Test func aGuestThatIsOffAfterItsHostsCrash() async throws {
    let lab = try lab()
    #expect(try await warnings(lab) == [])
    lab.worlds.meddle { $0.cells[0].instances[1].power = .off }
    lab.clock.pass(60_000)
    let told = try await warnings(lab)
    #expect(told.count == 1 && told[0].hasPrefix("web on hv1 is off, and was seen running there at "), "\(told)")
    #expect(try await warnings(lab) == told, "not only once")
    lab.clock.pass(25 * 3_600_000)
    #expect(try await warnings(lab) == [], "nor for ever")
  }

  @Test func namesThatWereGivenToOthers() async throws {
    let lab = try lab()
    _ = try await lab.converge()
    lab.worlds.meddle {
      $0.cells[0].instances[0].name = "stuck-old"
      $0.cells[0].instances[1].name = "stuck"
    }
    lab.clock.pass(60_000)
    let plan = try await lab.converge().plan
    #expect(plan.notInSync.missing == ["web"])
    #expect(plan.warnings.contains { $0.hasPrefix("stuck is another guest than before: it was 00000000-0000-0000-0000-000000000001") })
    guard case .instance(let web) = ExplainBuilder(try await lab.pass.view(lab.keeper, snapshot: nil)).explain("web") else {
      Issue.record("web is an instance")
      return
    }
    #expect(web.verdictText.contains("the guest it was (uuid 00000000-0000-0000-0000-000000000002) is called stuck now on hv1"))
  }
}
