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
    try Golden.expect(HistoryReport.text(passes: Self.passes, operations: Self.moves, style: look.style), "history-\(look.name).txt")
  }

  @Test func json() throws { try Golden.expect(HistoryReport.json(passes: Self.passes, operations: Self.moves), "history.json") }

  /// What was done to hosts and kept disks is no move: it stands apart, and no guest's numbers are made of it.
  @Test func whatWasDoneBesideTheMovesStandsApart() throws {
    let journals = HistorySamples.besideJournals
    let text = HistoryReport.text(passes: [], operations: journals + Self.moves, style: .plain)
    #expect(text.contains("Moves (5)") && text.contains("Beside the moves (3)"), "\(text)")
    for words in ["closing hv3 to new guests: failed", "opening hv2 again: succeeded", "deleting what is kept of web-1 on hv3: succeeded"] {
      #expect(text.contains(words), "\(text)")
    }
    #expect(text.contains("pool operator wanted"), "why it failed: \(text)")
    #expect(journals.filter(HistoryFilter(movesOnly: true).allows).isEmpty)
    #expect(journals.filter(HistoryFilter(host: "hv3").allows).count == 2)
    #expect(journals.filter(HistoryFilter(instance: "web-1").allows).count == 1)
  }

  @Test func predictedAndActual() throws {
    let live = try #require(HistoryMove(Self.moves[0]))
    #expect(live.predictedSeconds == 34 && live.actualMilliseconds == 36_000)
    #expect(live.allowedDowntimeMilliseconds == 500 && live.downtimeMilliseconds == 132 && live.transferredBytes == 5 << 30)
    #expect(live.forecast == HistorySamples.forecast && live.iterations == 3 && live.encrypted == true && !live.suspended)
    let cold = try #require(HistoryMove(Self.moves[1]))
    #expect(cold.allowedDowntimeMilliseconds == nil && cold.downtimeMilliseconds == 251_000)
    let open = try #require(HistoryMove(Self.moves[4]))
    #expect(open.endedAt == nil && open.actualMilliseconds == nil && open.downtimeMilliseconds == nil)
  }

  /// While a job runs its statistics tell the pause that is expected, which is not what was.
  @Test func anExpectedPauseIsNoPause() throws {
    let running = StatusSamples.record(Self.migrate, .running, statistics: JobProgress(state: .running, downtimeMilliseconds: 77))
    let move = try #require(HistoryMove(StatusSamples.journal("w1-1", PlanSamples.moves[0], .running, steps: [running])))
    #expect(move.downtimeMilliseconds == nil)
  }

  @Test func empty() { #expect(HistoryReport.text(passes: [], operations: [], style: .plain) == "Nothing was recorded yet.\n") }
}

@Suite struct HistoryFilterTests {
  @Test func passesThatDidNothingAreFolded() {
    func pass(_ id: Int, moves: Int = 0, exit: Int = 0) -> PassRecord {
      let at = Timestamp(milliseconds: 1_800_000_000_000 + id * 60_000)
      return PassRecord(
        id: id, fleet: "f", revision: "abc", startedAt: at, endedAt: at.adding(milliseconds: 900), dryRun: false, moves: moves, inSync: 6,
        exitCode: exit)
    }
    let passes = [pass(1, moves: 2), pass(2), pass(3), pass(4), pass(5, exit: 3), pass(6), pass(7, exit: 4), pass(8, exit: 4)]
    let text = HistoryReport.text(passes: passes, operations: [], style: .plain)
    #expect(text.contains("#2 to #4 3 passes without a move, "), "\(text)")
    for id in [1, 5, 6, 7, 8] { #expect(text.contains("#\(id) "), "a refusal is none: \(text)") }
  }

  @Test func whatIsAskedForIsShown() {
    let journals = HistoryReportTests.moves
    let all = HistoryFilter()
    #expect(all.isEmpty && journals.allSatisfy(all.allows))
    let failed = journals.filter(HistoryFilter(failed: true).allows)
    #expect(!failed.isEmpty && failed.allSatisfy { $0.record.state != .succeeded && $0.record.state.isFinal })
    let host = journals[0].move?.to
    let there = journals.filter(HistoryFilter(host: host).allows)
    #expect(there.count == journals.count { [$0.move?.from, $0.move?.to].contains(host) })
    let newest = journals.map(\.queuedAt).max() ?? Timestamp(milliseconds: 0)
    #expect(journals.filter(HistoryFilter(since: newest).allows).allSatisfy { $0.queuedAt == newest })
    #expect(journals.filter(HistoryFilter(since: newest.adding(milliseconds: 1)).allows).isEmpty)
  }
}
