import Fleet
import Reporting
import Testing

@Suite struct HistoryReportTests {
  static let migrate = Step(
    .migrate(MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy())), instance: "web-1", uuid: PlanSamples.uuid(1), cell: "east",
    source: "hv3", destination: "hv1")
  static func step(_ action: Step.Action) -> Step {
    Step(action, instance: "licence-server", uuid: PlanSamples.uuid(4), cell: "east", source: "hv3", destination: "hv2")
  }

  static let moves = [
    StatusSamples.journal(
      "w1-1", PlanSamples.moves[0], .succeeded,
      steps: [
        StatusSamples.record(
          migrate, .done, second: 36,
          statistics: JobProgress(state: .done, processedBytes: 5 << 30, iteration: 3, downtimeMilliseconds: 132, encrypted: true))
      ], seconds: 36, forecast: HistorySamples.forecast),
    StatusSamples.journal(
      "w1-2", PlanSamples.moves[3], .succeeded,
      steps: [
        StatusSamples.record(step(.shutDown(timeoutMilliseconds: 120_000, onTimeout: .abort)), .done, second: 9),
        StatusSamples.record(step(.copyDisk(PlanSamples.moves[3].disks[0])), .done, second: 250),
        StatusSamples.record(step(.start(on: "hv2")), .done, second: 260),
      ], seconds: 261),
    StatusSamples.journal(
      "w1-3", PlanSamples.moves[2], .rolledBack,
      steps: [
        StatusSamples.record(
          migrate, .failed,
          statistics: JobProgress(state: .failed("x"), processedBytes: 90 << 30, iteration: 41, throttlePercent: 70, encrypted: false),
          suspended: true)
      ], detail: "it did not converge within 13 min", seconds: 800, forecast: HistorySamples.endless),
    StatusSamples.journal("w1-4", PlanSamples.moves[1], .needsHuman, detail: "it starts on neither host", seconds: 12),
    StatusSamples.journal("w1-5", PlanSamples.moves[4], .running),
  ]

  static let passes = [
    StatusSamples.pass,
    PassRecord(
      id: 42, fleet: "demo", revision: "content-0123456789abcdef", startedAt: StatusSamples.at, dryRun: true, blocked: 1, notInSync: 2,
      inSync: 57),
  ]

  @Test(arguments: PlanReportTests.looks)
  func text(look: PlanReportTests.Look) throws {
    try Golden.expect(HistoryReport.text(passes: Self.passes, moves: Self.moves, style: look.style), "history-\(look.name).txt")
  }

  @Test func json() throws { try Golden.expect(HistoryReport.json(passes: Self.passes, moves: Self.moves), "history.json") }

  @Test func predictedAndActual() {
    let live = HistoryMove(Self.moves[0])
    #expect(live.predictedSeconds == 34 && live.actualMilliseconds == 36_000)
    #expect(live.allowedDowntimeMilliseconds == 500 && live.downtimeMilliseconds == 132 && live.transferredBytes == 5 << 30)
    #expect(live.forecast == HistorySamples.forecast && live.iterations == 3 && live.encrypted == true && !live.suspended)
    let cold = HistoryMove(Self.moves[1])
    #expect(cold.allowedDowntimeMilliseconds == nil && cold.downtimeMilliseconds == 251_000)
    let open = HistoryMove(Self.moves[4])
    #expect(open.endedAt == nil && open.actualMilliseconds == nil && open.downtimeMilliseconds == nil)
  }

  /// While a job runs its statistics tell the pause that is expected, which is not what was.
  @Test func anExpectedPauseIsNoPause() {
    let running = StatusSamples.record(Self.migrate, .running, statistics: JobProgress(state: .running, downtimeMilliseconds: 77))
    #expect(HistoryMove(StatusSamples.journal("w1-1", PlanSamples.moves[0], .running, steps: [running])).downtimeMilliseconds == nil)
  }

  @Test func empty() { #expect(HistoryReport.text(passes: [], moves: [], style: .plain) == "Nothing was recorded yet.\n") }
}
