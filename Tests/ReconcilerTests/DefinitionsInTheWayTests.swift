import Execution
import Fleet
import Reconciler
import Reporting
import SimulatedHypervisor
import Testing

/// A definition at the destination is seen when the plan is made, not when each move starts (case 06).
@Suite struct DefinitionsInTheWayTests {
  private enum InTheWay: CaseIterable { case leftover, namesake }

  /// `web` is to leave `hv1`; `hv2` has a definition of it, or another guest of its name.
  private func lab(_ inTheWay: InTheWay, hosts: Int) throws -> Lab {
    var lab = try Lab()
    if hosts > 2 { lab.desired.hosts.append(DesiredHost(name: "hv3", cell: "east", location: lab.desired.location)) }
    lab.desired.instances[1].uuid = "00000000-0000-0000-0000-000000000002"
    lab.worlds.meddle { world in
      if hosts > 2 {
        var host = world.cells[0].hosts[1]
        host.name = "hv3"
        world.cells[0].hosts.append(host)
      }
      var other = world.cells[0].instances[1]
      (other.host, other.power) = ("hv2", .off)
      if inTheWay == .namesake { other.uuid = "00000000-0000-0000-0000-000000000009" }
      world.cells[0].instances.append(other)
    }
    return lab
  }

  @Test(arguments: InTheWay.allCases) private func itIsPlannedAround(_ inTheWay: InTheWay) async throws {
    let lab = try lab(inTheWay, hosts: 3)
    let result = try await lab.converge()
    #expect(result.moves.map(\.operation.move?.to) == ["hv3"] && result.moves.map(\.endState) == [.succeeded])
    #expect(lab.worlds.peek().violations == [])
  }

  @Test(arguments: InTheWay.allCases) private func withNoOtherHostItIsBlockedAndSaysWhy(_ inTheWay: InTheWay) async throws {
    let lab = try lab(inTheWay, hosts: 2)
    for _ in 0..<3 {
      let result = try await lab.converge()
      #expect(result.moves.isEmpty && result.exitCode == .somethingStands)
      let item = try #require(result.plan.blocked.first { $0.instance == "web" })
      let words =
        inTheWay == .leftover
        ? "hv2 has a definition of web that is off" : "hv2 has another guest named web, with uuid 00000000-0000-0000-0000-000000000009"
      #expect(item.text.contains(words), "\(item)")
    }
  }
}
