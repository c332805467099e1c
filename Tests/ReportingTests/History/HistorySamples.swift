import Fleet
import Reporting

/// Histories that together use every optional field and every enumeration case.
enum HistorySamples {
  static let forecast = MigrationForecast(
    totalMilliseconds: 33_400, downtimeMilliseconds: 120, downtimeNeededMilliseconds: 40, transferredBytes: 5 << 30,
    bytesPerSecond: 117_440_512, dirtyBytesPerSecond: 20 << 20, workingSetBytes: 256 << 20)
  /// Pre-copy that never ends within the policy.
  static let endless = MigrationForecast(
    totalMilliseconds: nil, downtimeMilliseconds: nil, downtimeNeededMilliseconds: 2300, transferredBytes: nil, bytesPerSecond: 117_440_512,
    dirtyBytesPerSecond: 300 << 20)

  private static func journal(_ move: Move, _ state: MoveRecord.State) -> MoveJournal {
    var step = StatusSamples.record(
      HistoryReportTests.migrate, .done, second: 36,
      statistics: JobProgress(
        state: .done, processedBytes: 5 << 30, iteration: 3, throttlePercent: 20, downtimeMilliseconds: 132, encrypted: true))
    step.suspendedAt = StatusSamples.at
    var journal = StatusSamples.journal("w1-1", move, state, steps: [step], seconds: 36)
    journal.move.forecast = forecast
    return journal
  }

  static let full = HistoryDocument(
    passes: SchemaSamples.statuses.compactMap(\.lastPass),
    moves: SchemaSamples.plans[0].moves.enumerated().map { HistoryMove(journal($1, Cases.moveStates[$0 % Cases.moveStates.count])) })

  /// Every field, few elements: mutated in every way.
  static let small: HistoryDocument = {
    let live = full.moves.first { $0.mode == .live && $0.endedAt != nil && $0.reason.manifest != nil }
    return HistoryDocument(passes: [StatusSamples.pass], moves: live.map { [$0] } ?? [])
  }()

  static let bare = HistoryDocument(
    passes: [PassRecord(fleet: "f", revision: "r", startedAt: StatusSamples.at, dryRun: true)],
    moves: [HistoryMove(StatusSamples.journal("w1-1", PlanSamples.moves[0], .queued))])
}
