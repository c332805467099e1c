import Execution
import Fleet
import Hypervisor
import Planning
import Reconciler
import SimulatedHypervisor
import StateStore
import Testing

/// What a hypervisor refuses of a draft, the plan is made without.
@Suite struct AskingTests {
  /// `web` stands on `hv1`, which is to be emptied; `hv2`, `hv3`, … could take it.
  private func rig(
    hosts: Int, cold: Bool = false, refuses: @escaping @Sendable (Move) -> [HostRefusal]
  ) throws -> (
    lab: Lab, pass: Pass, questions: RefusingDriver.Questions
  ) {
    var lab = try Lab()
    for number in 3..<(hosts + 1) {
      let name = HostName("hv\(number)")
      lab.desired.hosts.append(DesiredHost(name: name, cell: "east", location: lab.desired.location))
      lab.worlds.meddle { world in
        var host = world.cells[0].hosts[1]
        host.name = name
        world.cells[0].hosts.append(host)
      }
    }
    lab.desired.instances[1].allowedModes.cold = cold
    let questions = RefusingDriver.Questions()
    var pass = lab.pass
    let worlds = lab.worlds
    pass.drivers = Drivers { cell, hosts, writer in
      RefusingDriver(SimulatedHypervisor(cell: cell, hosts: hosts, writer: writer, store: worlds), questions, refuses: refuses)
    }
    return (lab, pass, questions)
  }

  @Test func aRefusalIsPlannedAround() async throws {
    let (lab, pass, questions) = try rig(hosts: 3) { $0.to == "hv2" ? [RefusingDriver.refusal(of: $0)] : [] }
    let plan = try await pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.moves.map(\.to) == ["hv3"])
    #expect(plan.refusals?.map(\.host) == ["hv2"])
    #expect(plan.proof.status == .minimal)
    #expect(plan.warnings == ["web is not planned to hv2: asked about it, the pool refuses with NO"])
    #expect(questions.asked == ["web to hv2 live", "web to hv3 live"])
  }

  @Test func aGuestThatNoHostTakesIsBlockedWithTheWords() async throws {
    let (lab, pass, questions) = try rig(hosts: 3) { [RefusingDriver.refusal(of: $0)] }
    let plan = try await pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.moves.isEmpty)
    let item = try #require(plan.blocked.first { $0.instance == "web" })
    #expect(item.reason == .noMode)
    #expect(item.text.contains("it cannot go to hv2: the pool refuses with NO (the other host refuses it too)"), "\(item)")
    #expect(questions.asked == ["web to hv2 live", "web to hv3 live"])
  }

  @Test func aRefusalWhileItRunsLeavesAReboot() async throws {
    let (lab, pass, questions) = try rig(hosts: 2, cold: true) {
      $0.mode == .live ? [RefusingDriver.refusal(of: $0, onlineOnly: true)] : []
    }
    let plan = try await pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.moves.map(\.mode) == [.cold])
    #expect(questions.asked == ["web to hv2 live", "web to hv2 cold"])
  }

  @Test func aPoolThatRefusesEverythingIsNotAskedForEver() async throws {
    let (lab, pass, questions) = try rig(hosts: 15) { [RefusingDriver.refusal(of: $0)] }
    let plan = try await pass.preview(lab.keeper, snapshot: nil).plan
    #expect(questions.asked.count == 10)
    #expect(plan.refusals?.count == 10)
    #expect(plan.moves.map(\.instance) == ["web"], "the last draft stands; its move is asked about again before it begins")
  }

  @Test func aPassCarriesOutWhatIsLeft() async throws {
    let (lab, pass, _) = try rig(hosts: 3) { $0.to == "hv2" ? [RefusingDriver.refusal(of: $0)] : [] }
    let now = lab.clock.now()
    let epoch = try await lab.keeper.call { try $0.takeLease(now: now, lifetimeMilliseconds: 60_000) }
    let saved = try await pass.preview(lab.keeper, snapshot: nil).plan
    let result = try await pass.converge(lab.keeper, epoch: epoch, savedPlan: saved)
    #expect(result.moves.map(\.operation.move?.to) == ["hv3"])
    #expect(result.moves.map(\.endState) == [.succeeded])
  }

  @Test func aSnapshotHasNobodyToAsk() async throws {
    let (lab, pass, questions) = try rig(hosts: 2) { [RefusingDriver.refusal(of: $0)] }
    let seen = try await pass.look(nil)
    let plan = try await pass.preview(nil, snapshot: seen).plan
    #expect(plan.moves.count == 1 && plan.refusals == nil)
    #expect(questions.asked.isEmpty)
    _ = lab
  }
}
