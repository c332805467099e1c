import Fleet
import Reporting
import Testing

@Suite struct RunReportTests {
  static let started = PlanSamples.observedAt
  static let ended = started.adding(milliseconds: 312_000)

  static let mixed = RunOutcome(
    plan: PlanSamples.full, startedAt: started, endedAt: ended,
    recovered: [
      MoveOutcome(PlanSamples.moves[5], .rolledBack, detail: "adopted from an earlier run; the job had failed", milliseconds: 4000)
    ],
    moves: [
      MoveOutcome(PlanSamples.moves[0], .succeeded, milliseconds: 34_200, downtimeMilliseconds: 120),
      MoveOutcome(PlanSamples.moves[1], .failed, detail: "not started: host hv2 has 3 GiB free, it needs 4 GiB"),
      MoveOutcome(PlanSamples.moves[2], .rolledBack, detail: "it did not converge within 13 min", milliseconds: 800_000),
      MoveOutcome(
        PlanSamples.moves[3], .needsHuman, detail: "it starts on neither host: disk vda is incomplete on hv2", milliseconds: 301_000),
      MoveOutcome(PlanSamples.moves[4], .notStarted, detail: "nothing more starts: interrupted"),
      MoveOutcome(PlanSamples.moves[5], .open, detail: "hv6 does not answer"),
      MoveOutcome(PlanSamples.moves[0], .leftRunning),
    ], warnings: ["this observation was not stored: disk full"], stopped: "interrupted", exitCode: .migrationFailed)

  static let good = RunOutcome(
    plan: PlanSamples.plan(moves: [PlanSamples.moves[0]]), startedAt: started, endedAt: ended,
    moves: [MoveOutcome(PlanSamples.moves[0], .succeeded, milliseconds: 34_200, downtimeMilliseconds: 120)], exitCode: .success)

  @Test func mixed() throws {
    try Golden.expect(RunReport.text(Self.mixed, style: PlanReportTests.plain), "run-mixed.txt")
    try Golden.expect(RunReport.text(Self.mixed, style: TextStyle(color: false, width: 60, unicode: false)), "run-mixed-60.txt")
  }

  @Test func good() throws {
    try Golden.expect(RunReport.text(Self.good, style: PlanReportTests.plain), "run-good.txt")
    let idle = RunOutcome(plan: PlanSamples.inSync, startedAt: Self.started, endedAt: Self.started, moves: [], exitCode: .success)
    #expect(
      RunReport.text(idle, style: .plain).hasPrefix(
        "Done with fleet demo at revision 3f2a9c1d5b7e-dirty: no moves, 60 instances in sync.\n"))
  }

  @Test func json() throws {
    let json = RunReport.json(Self.mixed)
    try Golden.expect(json, "run-mixed.json")
    #expect(try JSONText.decode(RunOutcome.self, from: json) == Self.mixed)
  }

  @Test(arguments: [
    (MoveRecord.State.succeeded, MoveOutcome.Result.succeeded), (.rolledBack, .rolledBack), (.failed, .failed), (.needsHuman, .needsHuman),
    (.queued, .open), (.running, .open),
  ])
  func statesBecomeResults(state: MoveRecord.State, result: MoveOutcome.Result) { #expect(MoveOutcome.Result(state) == result) }
}
