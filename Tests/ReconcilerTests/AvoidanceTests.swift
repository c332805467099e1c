import Execution
import Fleet
import Planning
import Reconciler
import SimulatedHypervisor
import StateStore
import Testing

/// A destination that refuses is avoided while another will do, tried again where nothing else will, and forgotten when facts change.
@Suite struct AvoidanceTests {
  /// Case b3: hv2 refuses every migration; hv3, if it is there, is free.
  private func lab(third: Bool) throws -> Lab {
    var lab = try Lab()
    lab.worlds.meddle { world in
      world.faults.append(SimulatedFault(.refuse, host: "hv2", step: "migrate", times: 1000))
      if third {
        var host = world.cells[0].hosts[1]
        host.name = "hv3"
        world.cells[0].hosts.append(host)
      }
    }
    if third { lab.desired.hosts.append(DesiredHost(name: "hv3", cell: "east", location: lab.desired.hosts[1].location)) }
    return lab
  }
  private func place(_ lab: Lab) -> HostName? { lab.worlds.peek().cells[0].instances.first { $0.name == "web" }?.host }

  @Test func theNextPassGoesElsewhere() async throws {
    let lab = try lab(third: true)
    let first = try await lab.converge()
    #expect(first.moves.map(\.operation.move?.to) == ["hv2"] && first.moves.map(\.endState) == [.failed])
    #expect(try await lab.keeper.call { try $0.backOffs(now: Lab.now) }.isEmpty, "it is not the guest's fault")
    let second = try await lab.converge()
    #expect(second.moves.map(\.operation.move?.to) == ["hv3"] && second.moves.map(\.endState) == [.succeeded])
    #expect(place(lab) == "hv3")
    #expect(second.plan.warnings.contains { $0.hasPrefix("web is not planned to hv2: its move to hv2 failed at ") })
    #expect(try await lab.keeper.call { try $0.failedPairs(revision: "r1", now: Lab.now) }.isEmpty, "success forgets")
  }

  @Test func whereNothingElseWillDoItWaitsAndIsTriedAgain() async throws {
    let lab = try lab(third: false)
    _ = try await lab.converge()
    let waiting = try await lab.converge()
    #expect(waiting.moves.isEmpty)
    #expect(waiting.plan.notInSync.backingOff == ["web"])
    #expect(waiting.plan.warnings.contains { $0.hasPrefix("web is not planned to hv2: its move to hv2 failed at ") })
    lab.clock.pass(20_000)
    let again = try await lab.converge()
    #expect(again.moves.map(\.operation.move?.to) == ["hv2"])
    lab.clock.pass(20_000)
    let longer = try await lab.converge()
    #expect(longer.moves.isEmpty, "40 s after the second failure")
    #expect(longer.plan.notInSync.backingOff == ["web"])
    lab.clock.pass(40_000)
    _ = try await lab.converge()
    let blocked = try await lab.converge().plan.blocked.first { $0.instance == "web" }
    #expect(blocked?.reason == .keepsFailing && blocked?.text.hasPrefix("its last 3 moves failed, the last one: ") == true)
  }

  @Test func changedFactsForget() async throws {
    let lab = try lab(third: false)
    _ = try await lab.converge()
    lab.worlds.meddle { $0.cells[0].hosts[1].networks.append("new") }
    let after = try await lab.converge()
    #expect(after.moves.map(\.operation.move?.to) == ["hv2"], "somebody has worked on hv2: it is tried at once")
  }

  /// Case b2: guests that fail again would take the slots before all others, pass after pass.
  @Test func whatFailedLastGoesLast() async throws {
    var lab = try Lab()
    lab.desired.cells[0].limits = MigrationLimits(total: 1, perHost: 1, perHostIncoming: 1, perHostOutgoing: 1)
    func add(_ name: InstanceName) {
      lab.worlds.meddle { world in
        var guest = world.cells[0].instances.first { $0.name == "stuck" }!
        (guest.name, guest.uuid, guest.blockers) = (name, InstanceUUID("uuid-\(name)"), [])
        world.cells[0].instances.append(guest)
      }
      lab.desired.instances.append(DesiredInstance(name: name, cell: "east", location: lab.desired.instances[0].location))
    }
    add("api")
    lab.worlds.meddle { $0.faults.append(SimulatedFault(.refuse, instance: "api", step: "migrate", times: 1)) }
    let first = try await lab.converge()
    #expect(first.moves.map(\.operation.move?.instance) == ["api", "web"] && first.moves.map(\.endState) == [.failed, .succeeded])
    add("zed")
    lab.clock.pass(60_000)
    let second = try await lab.converge()
    #expect(second.plan.moves.map(\.instance) == ["api", "zed"])
    #expect(second.moves.map(\.operation.move?.instance) == ["zed", "api"] && second.moves.map(\.endState) == [.succeeded, .succeeded])
  }

  @Test func aHostThatTwoFailedTowardsIsSuspectForAll() {
    let now = Timestamp(milliseconds: 1_800_000_000_000)
    func pair(_ uuid: InstanceUUID) -> FailedPair {
      FailedPair(
        cell: "c", instance: InstanceName(uuid.rawValue), uuid: uuid, host: "hv2", blame: .pair, text: "no", at: now,
        until: now.adding(milliseconds: 20_000))
    }
    let guests = ["a", "b", "c"].map {
      InstanceObservation(uuid: InstanceUUID($0), name: InstanceName($0), host: "hv1", power: .running, memoryMaxBytes: 1, vcpus: 1)
    }
    let seen = Observation(
      at: now, cells: [CellObservation(name: "c", hosts: [HostObservation(name: "hv1"), HostObservation(name: "hv2")], instances: guests)])
    #expect(Set(Avoidance([pair("a")], seen, now: now).all.map(\.uuid)) == ["a"])
    let suspect = Avoidance([pair("a"), pair("b")], seen, now: now)
    #expect(Set(suspect.all.map(\.uuid)) == ["a", "b", "c"])
    #expect(suspect.all.first { $0.uuid == "c" }?.text.hasPrefix("moves of 2 others to hv2 failed") == true)
    #expect(suspect.remaining(for: ["c"], now: now).count == 3, "its time has not come")
    #expect(suspect.remaining(for: ["c"], now: now.adding(milliseconds: 20_000)).map(\.uuid).contains("c") == false)
  }
}
