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

  private static func journal(_ move: Move, _ state: OperationRecord.State) -> OperationJournal {
    var step = StatusSamples.record(
      HistoryReportTests.migrate, .done, second: 36,
      statistics: JobProgress(
        state: .done, processedBytes: 5 << 30, iteration: 3, throttlePercent: 20, downtimeMilliseconds: 132, encrypted: true))
    step.suspendedAt = StatusSamples.at
    var journal = StatusSamples.journal("w1-1", move, state, steps: [step], seconds: 36)
    journal.record.forecast = forecast
    return journal
  }

  static let besideJournals = [
    StatusSamples.journal(
      "w1-20", .hostChange(HostChange(host: "hv3", cell: "east", action: .close, text: "disks are replaced", manifest: "hosts.yaml:7")),
      .failed, detail: "pool operator wanted", seconds: 1),
    StatusSamples.journal(
      "w1-21", .hostChange(HostChange(host: "hv2", cell: "east", action: .open, text: "its maintenance has ended")), .succeeded, seconds: 1),
    StatusSamples.journal(
      "w1-22", .diskRemoval(DiskRemoval(cell: "east", instance: "web-1", uuid: PlanSamples.uuid(1), host: "hv3", home: "hv1")),
      .succeeded, seconds: 2),
  ]

  private static let besideInEachState = [OperationRecord.State.queued, .running, .rolledBack].map {
    StatusSamples.journal("w1-23", .hostChange(HostChange(host: "hv3", cell: "east", action: .close, text: "")), $0)
  }

  static let full = HistoryDocument(
    passes: SchemaSamples.statuses.compactMap(\.lastPass),
    moves: (SchemaSamples.plans[0].moves + SchemaSamples.plans[0].moves).enumerated().compactMap {
      HistoryMove(journal($1, Cases.moveStates[$0 % Cases.moveStates.count]))
    },
    beside: (besideJournals + besideInEachState).compactMap(HistoryBeside.init))

  /// Every field, few elements: mutated in every way.
  static let small: HistoryDocument = {
    let live = full.moves.first { $0.mode == .live && $0.endedAt != nil && $0.reason.manifest != nil }
    return HistoryDocument(
      passes: [StatusSamples.pass], moves: live.map { [$0] } ?? [], beside: full.beside?.filter { $0.kind == .diskRemoval } ?? [])
  }()

  static let bare = HistoryDocument(
    passes: [PassRecord(fleet: "f", revision: "r", startedAt: StatusSamples.at, dryRun: true)],
    moves: [HistoryMove(StatusSamples.journal("w1-1", PlanSamples.moves[0], .queued))].compactMap { $0 })
}
