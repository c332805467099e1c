import Fleet
import Reconciler
import Reporting
import SimulatedHypervisor
import Testing

/// A host that was drained and is off for its maintenance: nothing is wrong, and nobody is told to make it answer.
@Suite struct SwitchedOffHostTests {
  /// hv1 is emptied of its only guest, and then off.
  private func drained(guestStays: Bool = false) async throws -> Lab {
    var lab = try Lab()
    if !guestStays {
      lab.desired.instances.removeAll { $0.name == "stuck" }
      lab.worlds.meddle { $0.cells[0].instances.removeAll { $0.name == "stuck" } }
    }
    let first = try await lab.converge()
    #expect(first.moves.map(\.endState) == [.succeeded])
    lab.worlds.meddle { $0.cells[0].hosts[0].reachable = false }
    return lab
  }

  private func status(_ lab: Lab) async throws -> StatusReport {
    try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
  }

  @Test func oneThatWasEmptyIsSaidToBeSo() async throws {
    let lab = try await drained()
    lab.clock.pass(Emptiness.unlinkMilliseconds + 1000)
    let result = try await lab.converge()
    #expect(result.exitCode == .success, "\(result.plan.blocked)")
    #expect(result.plan.blocked.isEmpty && result.plan.notInSync.isEmpty)
    #expect(result.plan.warnings.contains { $0.contains("host hv1 does not answer; it is in maintenance and was EMPTY when it last did") })
    let report = try await status(lab)
    let host = try #require(report.cells[0].hosts.first { $0.name == "hv1" })
    #expect(host.emptySince != nil && !host.drained && host.guests == 0)
    let text = report.text(style: .plain)
    #expect(text.contains("hv1: in maintenance (fan), EMPTY when it last answered ("), "\(text)")
    #expect(!text.contains("make it answer") && !text.contains("nobody can say"))
  }

  /// Who asks for a guest that no host shows is told that it is missing: it cannot be on a host that had none.
  @Test func noGuestIsSearchedThere() async throws {
    var lab = try await drained()
    lab.desired.instances.append(DesiredInstance(name: "ghost", cell: "east", location: lab.desired.location))
    lab.clock.pass(Emptiness.unlinkMilliseconds + 1000)
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.notInSync.missing == ["ghost"] && plan.notInSync.unknown.isEmpty)
  }

  /// Off before its disk has what was deleted: a definition may come back with it.
  @Test func oneThatWentTooEarlyIsStillWaitedFor() async throws {
    let lab = try await drained()
    let result = try await lab.converge()
    #expect(result.exitCode == .somethingStands)
    #expect(result.plan.blocked.map(\.reason) == [.unreachable])
  }

  @Test func oneWithAGuestLeftIsNotEmpty() async throws {
    let lab = try await drained(guestStays: true)
    lab.clock.pass(Emptiness.unlinkMilliseconds + 1000)
    let result = try await lab.converge()
    #expect(result.exitCode == .somethingStands)
    #expect(result.plan.blocked.contains { $0.reason == .unreachable && $0.host == "hv1" })
    #expect(result.plan.notInSync.unknown == ["stuck"])
    #expect(try await status(lab).cells[0].hosts.allSatisfy { $0.emptySince == nil })
  }

  /// Without the flag it is a host that ought to answer.
  @Test func oneThatIsNotInMaintenanceOughtToAnswer() async throws {
    var lab = try await drained()
    lab.desired.hosts[0].maintenance = nil
    lab.clock.pass(Emptiness.unlinkMilliseconds + 1000)
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.blocked.map(\.reason) == [.unreachable])
  }

  /// What never answered was never seen empty.
  @Test func oneThatNeverAnsweredIsUnknown() async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].hosts[0].reachable = false }
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.blocked.contains { $0.reason == .unreachable && $0.host == "hv1" })
  }
}
