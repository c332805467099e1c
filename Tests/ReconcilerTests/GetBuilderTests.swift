import Fleet
import Reconciler
import Reporting
import SimulatedHypervisor
import StateStore
import Testing

/// What `get` lists of what earlier passes stored; it agrees with `status`.
@Suite struct GetBuilderTests {
  private func lists(_ lab: Lab, afterMilliseconds: Int = Emptiness.unlinkMilliseconds) async throws -> FleetLists {
    try await GetBuilder(manifests: lab.manifests, now: lab.clock.now().adding(milliseconds: afterMilliseconds)).read(lab.keeper)
  }
  private let all = GetSelection()

  @Test func beforeTheFirstPassOnlyWhatIsDeclaredIsKnown() async throws {
    let lists = try await lists(try Lab())
    #expect(!lists.isObserved)
    let hosts = try lists.hosts(all)
    #expect(hosts.items.map(\.name) == ["hv1", "hv2"] && hosts.observedAt == nil)
    #expect(hosts.items.map(\.state) == [.maintenance, nil] && hosts.items.allSatisfy { $0.reachable == nil && $0.guests == nil })
    let instances = try lists.instances(all).items
    #expect(instances.map(\.name) == ["stuck", "web"] && instances.allSatisfy { $0.state == nil && $0.power == nil && $0.host == nil })
    let cell = try #require(try lists.cells(all).items.first)
    #expect(cell.hosts == 2 && cell.inMaintenance == 1 && cell.instances == 2 && cell.inSync == nil && cell.reachableHosts == nil)
    #expect(try lists.storages(all).items.isEmpty)
    #expect(try lists.moves(all).items.isEmpty)
  }

  @Test func afterAPassItSaysWhatStatusSays() async throws {
    var lab = try Lab()
    lab.desired.instances[1].labels = ["app": "web"]
    lab.desired.hosts[1].labels = ["rack": "r2"]
    lab.desired.rules = [
      PlacementRule(name: "alone", kind: .separate(maximum: 1), selector: ["app": "web"], location: lab.desired.location),
      PlacementRule(name: "near", kind: .together, selector: [:], enforcement: .preferred, location: lab.desired.hosts[0].location),
    ]
    _ = try await lab.converge()
    let lists = try await lists(lab)
    let status = try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
    let hosts = try lists.hosts(all).items
    #expect(hosts.map(\.guests) == status.cells[0].hosts.map { $0.guests } && hosts.map(\.state) == [.maintenance, .open])
    #expect(hosts[1].memoryUsedBytes == 1 << 30 && hosts[1].memoryBytes == 12 << 30, "\(hosts[1])")
    let instances = try lists.instances(all).items
    #expect(instances.map(\.state) == [.violating, .inSync] && instances.map(\.host) == ["hv1", "hv2"])
    #expect(instances.map(\.power) == [.running, .running] && instances[0].why?.contains("hv1 is in maintenance") == true)
    #expect(instances.count { $0.state == .inSync } == status.inSync)
    #expect(try lists.cells(all).items.map(\.inSync) == [status.inSync])
    let rules = try lists.rules(all).items
    #expect(rules.map(\.name) == ["alone", "near"] && rules.map(\.kept) == [true, false] && rules[1].members == ["stuck", "web"])
    let moves = try lists.moves(all).items
    #expect(moves.map(\.instance) == ["web"] && moves.map(\.state) == [.succeeded] && moves[0].endedAt != nil)
    let storages = try lists.storages(all).items
    #expect(storages.map(\.host) == ["hv1", "hv2"] && storages.map(\.shared) == [true, true])
    // Labels of the host, of the instance, of the rule's selector.
    #expect(try lists.storages(GetSelection(labels: ["rack": "r2"])).items.map(\.host) == ["hv2"])
    #expect(try lists.moves(GetSelection(labels: ["app": "web"])).items.count == 1)
    #expect(try lists.moves(GetSelection(labels: ["app": "db"])).items.isEmpty)
    #expect(try lists.rules(GetSelection(labels: ["app": "web"])).items.map(\.name) == ["alone"])
  }

  @Test func aHostIsEmptyWhenStatusSaysSoAndNotBefore() async throws {
    var lab = try Lab()
    lab.desired.instances[0].allowedModes.cold = true
    _ = try await lab.converge()
    for (after, state) in [(0, GetHost.State.maintenance), (Emptiness.unlinkMilliseconds, .empty)] {
      let now = lab.clock.now().adding(milliseconds: after)
      let status = try await StatusBuilder(manifests: lab.manifests, now: now).build(lab.keeper)
      let host = try #require(try await lists(lab, afterMilliseconds: after).hosts(all).items.first)
      #expect(host.guests == 0 && host.state == state && (state == .empty) == status.cells[0].hosts[0].drained, "\(host)")
    }
  }

  @Test func whatASilentHostWouldSayIsUnknown() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    lab.worlds.meddle {
      $0.cells[0].hosts[1].reachable = false
      $0.cells[0].hosts[1].unreachableReason = "no route"
    }
    _ = try await lab.converge()
    let lists = try await lists(lab)
    let host = try #require(try lists.hosts(GetSelection(names: ["hv2"])).items.first)
    #expect(host.state == nil && host.reachable == false && host.guests == nil && host.memoryUsedBytes == nil)
    #expect(host.unreachableReason == "no route")
    let web = try #require(try lists.instances(GetSelection(names: ["web"])).items.first)
    #expect(web.state == .unknown && web.power == nil && web.host == nil)
    #expect(try lists.storages(all).items.map(\.host) == ["hv1"])
  }

  @Test func guestsThatNoManifestNamesAreListed() async throws {
    let lab = try Lab()
    lab.worlds.meddle { world in
      var stray = world.cells[0].instances[1]
      (stray.name, stray.uuid, stray.host) = ("stray", "00000000-0000-0000-0000-000000000009", "hv2")
      world.cells[0].instances.append(stray)
    }
    _ = try await lab.converge()
    let stray = try #require(try await lists(lab).instances(GetSelection(names: ["east/stray"])).items.first)
    #expect(stray.state == .unmanaged && stray.placement == nil && stray.host == "hv2" && stray.modes.isEmpty)
  }

  /// Of an open move it is told who is at work on it only if somebody is.
  @Test func openMovesComeFirst() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let move = Move(
      id: "m1", instance: "stuck", uuid: "00000000-0000-0000-0000-000000000001", cell: "east", from: "hv1", to: "hv2", mode: .live,
      storage: .shared, disks: [], reason: MoveReason(kind: .maintenance, text: "t"), bytes: 0, cost: 0)
    let now = lab.clock.now().adding(milliseconds: -86_400_000)
    let record = JournalRecord.operation(
      OperationRecord(id: "w-900", operation: .move(move), steps: [], state: .running, writer: "w", epoch: 1, at: now))
    try await lab.keeper.call { try $0.append([record]) }
    let moves = try await lists(lab).moves(all).items
    #expect(moves.map(\.instance) == ["stuck", "web"] && moves[0].endedAt == nil && moves[0].by == nil, "\(moves)")
  }
}
