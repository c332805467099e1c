import Fleet
import Planning
import Reconciler
import SimulatedHypervisor
import StateStore
import Testing

/// A machine that answers under another name is the same machine: what is known of it goes with it.
@Suite struct RenamedHostTests {
  /// web was moved off hv1 and left a kept disk there; then hv1 was called node1 everywhere.
  private func renamedLab(machines: [String?]) async throws -> Lab {
    var lab = try Lab()
    lab.worlds.meddle { world in for index in 0..<2 { world.cells[0].hosts[index].machineUUID = machines[index] } }
    #expect(try await lab.converge().moves.map(\.endState) == [.succeeded])
    let disk = RetiredDisk(
      move: "w-1", instance: "web", uuid: "00000000-0000-0000-0000-000000000002", cell: "east", host: "hv1", pool: "local", target: "vdb",
      bytes: 1, retiredAt: Lab.now, deleteAfter: Lab.now.adding(milliseconds: 1 << 40))
    try await lab.keeper.call { try $0.addRetiredDisk(disk) }
    lab.worlds.meddle { world in
      world.cells[0].hosts[0].name = "node1"
      for index in world.cells[0].instances.indices where world.cells[0].instances[index].host == "hv1" {
        world.cells[0].instances[index].host = "node1"
      }
    }
    lab.desired.hosts[0].name = "node1"
    return lab
  }

  private func leftBehind(_ result: PassResult) -> [HostName?] {
    result.plan.blocked.filter { $0.reason == .hostLeftManifests }.map(\.host)
  }

  @Test func whatIsKnownGoesWithTheMachine() async throws {
    let lab = try await renamedLab(machines: ["m1", "m2"])
    let result = try await lab.converge()
    #expect(leftBehind(result).isEmpty, "\(result.plan.blocked)")
    #expect(try await lab.keeper.call { try $0.retiredDisks().map(\.host) } == ["node1"])
    #expect(try await lab.keeper.call { try $0.displacedFrom().map(\.value) } == ["node1"])
    #expect(try await lab.keeper.call { try $0.lastRecords("east").keys.sorted() } == ["hv2", "node1"])
  }

  /// Boards that all show one uuid, and machines that show none.
  @Test(arguments: [["m1", "m1"], [nil, nil]]) func oneUUIDOfSeveralProvesNothing(machines: [String?]) async throws {
    let lab = try await renamedLab(machines: machines)
    let result = try await lab.converge()
    #expect(leftBehind(result) == ["hv1"])
    #expect(try await lab.keeper.call { try $0.retiredDisks().map(\.host) } == ["hv1"])
  }

  /// Two boards of one uuid, known side by side; then one of them leaves, and its guest was started on the other.
  @Test func namesThatStoodSideBySideAreTwoMachines() async throws {
    var lab = try Lab()
    lab.worlds.meddle { world in for index in 0..<2 { world.cells[0].hosts[index].machineUUID = "board" } }
    _ = try await lab.converge()
    lab.worlds.meddle { world in
      world.cells[0].hosts.removeFirst()
      for index in world.cells[0].instances.indices { world.cells[0].instances[index].host = "hv2" }
    }
    lab.desired.hosts.removeFirst()
    #expect(leftBehind(try await lab.converge()) == ["hv1"])
  }

  /// Its uuid is that of the old one, but neither a guest nor a storage is: a board whose uuid the maker gave to many.
  @Test func theUUIDAloneProvesNothing() async throws {
    let lab = try await renamedLab(machines: ["m1", "m2"])
    lab.worlds.meddle { world in world.cells[0].instances.removeAll { $0.host == "node1" } }
    #expect(leftBehind(try await lab.converge()) == ["hv1"])
  }
}
