import Fleet
import Planning
import Reconciler
import Reporting
import SimulatedHypervisor
import StateStore
import Testing

/// What `status` and `explain` say.
@Suite struct InspectionTests {
  @Test func statusBeforeAnythingWasSeenSaysSo() async throws {
    let lab = try Lab()
    let report = try await StatusBuilder(manifests: lab.manifests, now: Lab.now).build(lab.keeper)
    #expect(report.warnings == ["nothing was observed yet: run 'reconcile' or 'reconcile probe'"])
  }

  @Test func statusNamesWhatKeepsAHostFromBeingEmpty() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let report = try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
    let drained = try #require(report.cells.first?.hosts.first)
    #expect(drained.name == "hv1" && !drained.drained && drained.guests == 1)
    #expect(drained.maintenance?.overdue == true)
    #expect(drained.remaining.map(\.instance) == ["stuck"])
    #expect(drained.remaining.first?.why.hasPrefix("blocked: ") == true)
    #expect(report.inSync == 1 && report.drift == 0 && report.openMoves.isEmpty)
  }

  @Test func statusSaysEmptyOnlyOnceNobodyIsLeft() async throws {
    var lab = try Lab()
    lab.desired.instances[0].allowedModes.cold = true
    _ = try await lab.converge()
    let atOnce = try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
    #expect(atOnce.cells.first?.hosts.first?.drained == false, "what was deleted last is not on disk yet")
    #expect(atOnce.text(style: .plain).contains("0 guests, EMPTY from "))
    let later = lab.clock.now().adding(milliseconds: Emptiness.unlinkMilliseconds)
    let report = try await StatusBuilder(manifests: lab.manifests, now: later).build(lab.keeper)
    #expect(report.cells.first?.hosts.first?.drained == true)
    #expect(report.text(style: .plain).contains("EMPTY (0 guests)"))
  }

  @Test func statusWithInvalidManifestsStillShowsWhatIsStored() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let report = try await StatusBuilder(manifests: nil, invalid: "1 error in 1 file", now: lab.clock.now()).build(lab.keeper)
    #expect(report.warnings.first == "the manifests are invalid now, so nothing new is started: 1 error in 1 file")
  }

  @Test func explainSaysWhyAndWhatWouldUnblockIt() async throws {
    let lab = try Lab()
    let builder = ExplainBuilder(try await lab.pass.view(lab.keeper, snapshot: nil))
    guard case .instance(let stuck) = builder.explain("stuck") else {
      Issue.record("stuck is an instance")
      return
    }
    #expect(stuck.verdict == .blocked)
    #expect(stuck.declared?.manifest == "fleet.yaml:5")
    #expect(stuck.violations.map(\.manifest) == ["fleet.yaml:3"])
    #expect(stuck.blocked.first?.hint.contains("cold") == true)
    #expect(stuck.hosts.map(\.host) == ["hv1", "hv2"] && stuck.hosts.map(\.possible) == [false, false], "it may not stay, either")
    guard case .instance(let web) = builder.explain("east/web") else {
      Issue.record("web is an instance")
      return
    }
    #expect(web.verdict == .moves && web.moves.map(\.to) == ["hv2"])
    guard case .host(let host) = builder.explain("hv1") else {
      Issue.record("hv1 is a host")
      return
    }
    #expect(host.guests.map(\.fate).contains("moves to hv2") && host.outgoing.count == 1)
    guard case .unknown(let nearest) = builder.explain("mail") else {
      Issue.record("mail is nothing")
      return
    }
    #expect(nearest == [])
    guard case .unknown(let close) = builder.explain("weg") else {
      Issue.record("weg is nothing")
      return
    }
    #expect(close == ["web"])
  }
}
