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

  private func outcome(_ moves: [MoveOutcome], stopped: String? = nil, _ code: Reporting.ExitCode, plan: Plan? = nil) -> RunOutcome {
    RunOutcome(
      plan: plan ?? PlanSamples.inSync, startedAt: Self.started, endedAt: Self.ended, moves: moves, stopped: stopped, exitCode: code)
  }

  @Test func theLastLineNamesWhatItWas() {
    let waiting = PlanSamples.moves.prefix(3).map { MoveOutcome($0, .notStarted, detail: "nothing more starts: interrupted") }
    let interrupted = outcome(waiting, stopped: "interrupted", .somethingStands)
    #expect(interrupted.exitMeaning == "interrupted: 3 not begun")
    let text = RunReport.text(interrupted, style: .plain)
    #expect(text.contains("3 moves not begun: web-1, web-2, build-7"), "one line for all: \(text)")
    #expect(outcome([], .migrationFailed).exitMeaning == "no host of a cell could be observed")
    #expect(outcome([MoveOutcome(PlanSamples.moves[0], .failed)], .migrationFailed).exitMeaning == "1 failed")
    #expect(outcome([], .somethingStands, plan: PlanSamples.full).exitMeaning == "3 blocked, 19 in question")
    #expect(outcome([], .success).exitMeaning == Reporting.ExitCode.success.meaning)
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
    (OperationRecord.State.succeeded, MoveOutcome.Result.succeeded), (.rolledBack, .rolledBack), (.failed, .failed),
    (.needsHuman, .needsHuman), (.postponed, .postponed), (.notNeeded, .notNeeded),
    (.queued, .open), (.running, .open),
  ])
  func statesBecomeResults(state: OperationRecord.State, result: MoveOutcome.Result) { #expect(MoveOutcome.Result(state) == result) }
}
