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
    let silent = try await host("hv1", lab)
    #expect(silent.observed?.reachable == false && silent.load == nil)
    #expect(silent.guests.map(\.instance) == ["stuck"])
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

  private static let stray = SimulatedInstance(
    uuid: "0000000a-0000-0000-0000-000000000009", name: "stray", host: "hv1", memoryMaxBytes: 1 << 30)
}
