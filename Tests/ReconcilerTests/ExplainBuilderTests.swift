import Fleet
import Reconciler
import Reporting
import SimulatedHypervisor
import Testing

/// What `explain NAME` finds out, on fleets of two hosts.
@Suite struct ExplainBuilderTests {
  private func explain(_ name: String, _ lab: Lab) async throws -> ExplainBuilder.Subject {
    ExplainBuilder(try await lab.pass.view(lab.keeper, snapshot: nil)).explain(name)
  }

  private func instance(_ name: String, _ lab: Lab) async throws -> InstanceExplanation {
    guard case .instance(let found) = try await explain(name, lab) else { throw NotWhatItShouldBe(name: name) }
    return found
  }

  private func host(_ name: String, _ lab: Lab) async throws -> HostExplanation {
    guard case .host(let found) = try await explain(name, lab) else { throw NotWhatItShouldBe(name: name) }
    return found
  }

  private struct NotWhatItShouldBe: Error { var name: String }

  @Test(arguments: ["web", "east/web", "00000000-0000-0000-0000-000000000002"])
  func anInstanceIsFoundByEachOfItsNames(name: String) async throws {
    #expect(try await instance(name, try Lab()).name == "web")
  }

  @Test func anInstanceThatNoHostShowsIsMissing() async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].instances.removeAll { $0.name == "web" } }
    let found = try await instance("web", lab)
    #expect(found.verdict == .missing && found.observed.isEmpty && found.moves.isEmpty && found.hosts.isEmpty)
    #expect(found.declared?.manifest == "fleet.yaml:6")
  }

  @Test func anInstanceOnAHostThatDoesNotAnswerIsUnknownAndWasLastSeen() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    lab.worlds.meddle { $0.cells[0].hosts[0].reachable = false }
    let found = try await instance("stuck", lab)
    #expect(found.verdict == .unknown && found.moves.isEmpty)
    #expect(found.lastSeenAt == lab.clock.now(), "although no manifest gives its uuid")
    let silent = try await host("hv1", lab)
    #expect(silent.observed?.reachable == false && silent.load == nil)
    #expect(silent.guests.map(\.instance) == ["stuck"])
    #expect(silent.guests.map(\.fate).allSatisfy { $0.hasPrefix("unknown: last seen") }, "\(silent.guests)")
  }

  @Test func aHostWithoutRoomIsNamedWithWhatItLacks() async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].hosts[1].memoryBytes = 512 << 20 }
    let found = try await instance("web", lab)
    let refused = try #require(found.hosts.first { $0.host == "hv2" })
    #expect(!refused.possible && refused.mode == nil)
    #expect(refused.text.contains("it needs 1 GiB"), "\(refused.text)")
    #expect(found.verdict == .blocked && found.moves.isEmpty)
  }

  @Test func aHostInMaintenanceIsNoPlaceToGo() async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].instances[1].host = "hv2" }
    let found = try await instance("web", lab)
    #expect(found.verdict == .inSync)
    #expect(found.hosts.map(\.possible) == [false, true])
    #expect(found.hosts.map(\.text) == ["is in maintenance (fleet.yaml:3)", "it is here"])
  }

  @Test func aGuestThatNoManifestNamesIsUnmanaged() async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].instances.append(Self.stray) }
    let found = try await instance("stray", lab)
    #expect(found.verdict == .unmanaged && found.declared == nil && found.observed.map(\.host) == ["hv1"])
    #expect(try await host("hv1", lab).guests.map(\.instance) == ["stray", "stuck", "web"])
  }

  @Test(arguments: ["east/stray", "0000000A-0000-0000-0000-000000000009"])
  func anUnmanagedGuestIsFoundByItsOtherNames(name: String) async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].instances.append(Self.stray) }
    #expect(try await instance(name, lab).name == "stray")
  }

  @Test(arguments: [false, true])
  func aHostThatItsPlacementDoesNotNameIsSaidToBeSo(required: Bool) async throws {
    var lab = try Lab()
    lab.desired.hosts[0].maintenance = nil
    lab.desired.instances[1].placement = .host("hv1")
    lab.desired.instances[1].required = required
    let other = try #require(try await instance("web", lab).hosts.first { $0.host == "hv2" })
    #expect(other.possible != required)
    #expect(
      other.text
        == (required ? "its placement, which is required, does not name it (fleet.yaml:6)" : "but does not belong there (fleet.yaml:6)"))
  }

  @Test func aPoolWithoutSpaceIsNamedWithWhatItLacks() async throws {
    let lab = try Lab()
    lab.worlds.meddle { world in
      for host in world.cells[0].hosts.indices {
        let free = host == 0 ? 100 << 30 : 1 << 20
        world.cells[0].hosts[host].storages.append(
          StorageObservation(id: "ssd", identity: "ssd-\(host)", shared: false, freeBytes: free))
      }
      world.cells[0].instances[1].disks[0].storage = "ssd"
    }
    let other = try #require(try await instance("web", lab).hosts.first { $0.host == "hv2" })
    #expect(!other.possible)
    #expect(other.text == "has 1 MiB free in pool ssd, its disks need 1 GiB")
  }

  /// web and stuck together on hv1: of a rule that is not kept none of its instances says that it is kept.
  @Test(arguments: [PlacementRule.Enforcement.required, .preferred])
  func aRuleThatIsNotKeptIsKeptForNobody(enforcement: PlacementRule.Enforcement) async throws {
    var lab = try Lab()
    lab.desired.hosts[0].maintenance = nil
    lab.desired.rules = [
      PlacementRule(
        name: "as-one", kind: .together, selector: [:], across: .host, enforcement: enforcement, hold: .atEnd,
        location: lab.desired.location)
    ]
    #expect(try await instance("web", lab).rules.map(\.kept) == [true])
    lab.worlds.meddle { $0.cells[0].instances[1].host = "hv2" }
    for name in ["web", "stuck"] { #expect(try await instance(name, lab).rules.map(\.kept) == [false], "\(name)") }
    lab.worlds.meddle { $0.cells[0].instances.removeLast() }
    #expect(try await instance("web", lab).rules.map(\.kept) == [nil], "where it is nobody knows")
  }

  @Test func aHostThatARuleForbidsIsNotPossible() async throws {
    var lab = try Lab()
    lab.desired.hosts[0].maintenance = nil
    lab.desired.rules = [
      PlacementRule(
        name: "apart", kind: .separate(maximum: 1), selector: [:], across: .host, enforcement: .required, hold: .atEnd,
        location: SourceLocation(path: "rules.yaml", line: 4, column: 1))
    ]
    lab.worlds.meddle { $0.cells[0].instances[1].host = "hv2" }
    let other = try #require(try await instance("web", lab).hosts.first { $0.host == "hv1" })
    #expect(!other.possible && other.mode == nil)
    #expect(other.text == "rule apart forbids it as the others stand: 2 on hv1, at most 1 allowed (rules.yaml:4)")
  }

  @Test func theHostItIsToLeaveIsNoPlaceToStay() async throws {
    let lab = try Lab()
    let here = try #require(try await instance("stuck", lab).hosts.first { $0.host == "hv1" })
    #expect(!here.possible && here.text == "it is here, and is to leave: the host is in maintenance (fleet.yaml:3)")
  }

  /// It was drained off hv1 once; nothing brings it back there unless it belongs there.
  @Test func onlyWhatBelongsOnAHostInMaintenanceIsDisplaced() async throws {
    var lab = try Lab()
    lab.desired.instances[1].placement = .host("hv1")
    _ = try await lab.converge()
    #expect(try await instance("web", lab).displacedFrom == "hv1")
    lab.desired.instances[1].placement = .anywhere
    #expect(try await instance("web", lab).displacedFrom == nil)
    lab.desired.instances[1].placement = .host("hv1")
    lab.desired.hosts[0].maintenance = nil
    #expect(try await instance("web", lab).displacedFrom == nil, "the maintenance has ended: the plan says what becomes of it")
  }

  @Test(arguments: [("wbe", ["web"]), ("WEB", ["web"]), ("stukc", ["stuck"]), ("hv3", ["hv1", "hv2"]), ("mail", [])])
  func aTypingErrorIsAnsweredWithTheNearestNames(name: String, nearest: [String]) async throws {
    guard case .unknown(let found) = try await explain(name, try Lab()) else { throw NotWhatItShouldBe(name: name) }
    #expect(found == nearest)
  }

  private static let stray = SimulatedInstance(
    uuid: "0000000a-0000-0000-0000-000000000009", name: "stray", host: "hv1", memoryMaxBytes: 1 << 30)
}
