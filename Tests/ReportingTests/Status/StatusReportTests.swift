import Fleet
import Reporting
import Testing

@Suite struct StatusReportTests {
  @Test(arguments: PlanReportTests.looks)
  func full(look: PlanReportTests.Look) throws {
    try Golden.expect(StatusSamples.full.text(style: look.style), "status-full-\(look.name).txt")
  }

  @Test func fresh() throws { try Golden.expect(StatusSamples.fresh.text(style: PlanReportTests.plain), "status-fresh.txt") }

  @Test func json() throws {
    try Golden.expect(StatusSamples.full.json, "status-full.json")
    #expect(try JSONText.decode(StatusReport.self, from: StatusSamples.full.json) == StatusSamples.full)
  }

  /// Whoever switches a host off reads this: it may say empty only if that is known.
  @Test(arguments: [
    (true, true, 0, 0, true), (true, true, 1, 0, false), (true, true, 0, 1, false), (false, true, 0, 0, false), (true, false, 0, 0, false),
  ])
  func drainedOnlyIfKnown(reachable: Bool, maintenance: Bool, guests: Int, openMoves: Int, drained: Bool) {
    let flag = maintenance ? StatusSamples.maintenance("x") : nil
    let host = StatusHost(
      name: "hv1", reachable: reachable, maintenance: flag, guests: guests, openMoves: openMoves, drainedSince: StatusSamples.at)
    #expect(host.drained == drained)
    #expect((host.drainedSince != nil) == drained)
    let status = StatusReport(
      at: StatusSamples.at, fleet: "f", revision: "r", cells: [StatusCell(name: "c", observedAt: nil, hosts: [host])], inSync: 0, drift: 0)
    #expect(status.text(style: .plain).contains("EMPTY (0 guests)") == drained)
  }

  @Test func overdueOnlyOnceTheTimeHasPassed() {
    #expect(StatusSamples.maintenance(nil, until: StatusSamples.at.adding(milliseconds: -1)).overdue)
    #expect(!StatusSamples.maintenance(nil, until: StatusSamples.at).overdue)
    #expect(!StatusSamples.maintenance(nil).overdue)
  }

  @Test func aPassThatHasNotEndedIsCalledOut() {
    var status = StatusSamples.full
    status.lastPass?.endedAt = nil
    #expect(status.text(style: .plain).contains("Pass 41 began 1 min ago and has not ended: it runs, or died."))
  }
}
