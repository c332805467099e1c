package import Fleet

/// A move of the journal in a list: one that is open, or a recent one.
package struct GetMove: GetItem {
  package var id: OperationID
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  package var state: OperationRecord.State
  /// The step that was last journalled; nil: none was begun.
  package var step: String?
  /// How much is sent, as it was journalled last; nil: not told.
  package var percent: Int?
  package var begunAt: Timestamp
  /// Nil: it has not ended.
  package var endedAt: Timestamp?
  /// The command that is at work on it; nil: none.
  package var by: String?
  package var detail: String

  /// Nil if it is no move. `by`: who holds the right to change the fleet now.
  package init?(_ journal: OperationJournal, by: String? = nil) {
    guard let move = StatusMove(journal, by: by) else { return nil }
    id = move.id
    instance = move.instance
    uuid = move.uuid
    cell = move.cell
    from = move.from
    to = move.to
    mode = move.mode
    state = move.state
    step = move.step
    percent = move.percent
    begunAt = move.since
    endedAt = move.state.isFinal ? journal.record.at : nil
    self.by = move.by
    detail = move.detail
  }
}

extension GetMove {
  package static var getKind: GetKind { .moves }
  package var title: String { id.rawValue }
  package var aliases: [String] { [instance.rawValue, uuid.rawValue] }
  package var cellNames: [CellName] { [cell] }

  package static var columns: [GetColumn<GetMove>] {
    [
      GetColumn(header: "ID") { move, _ in .word(move.id.rawValue, .accent) },
      GetColumn(header: "INSTANCE") { move, _ in .word(move.instance.rawValue, .strong) },
      GetColumn(header: "FROM") { move, _ in .word(move.from.rawValue) },
      GetColumn(header: "TO") { move, _ in .word(move.to.rawValue) },
      GetColumn(header: "MODE") { move, _ in .word(move.mode.rawValue) },
      GetColumn(header: "STATE") { move, _ in .word(GetValue.dashed(move.state.rawValue), move.tone) },
      GetColumn(header: "SENT", alignment: .trailing) { move, _ in move.sent },
      GetColumn(header: "BEGUN", alignment: .trailing) { move, now in .time(move.begunAt, now) },
      GetColumn(header: "TOOK", alignment: .trailing) { move, _ in move.took },
      GetColumn(header: "CELL", isWide: true) { move, _ in .word(move.cell.rawValue) },
      GetColumn(header: "STEP", isWide: true) { move, _ in .word(move.step.map(GetValue.dashed)) },
      GetColumn(header: "BY", isWide: true) { move, _ in .word(move.by) },
      GetColumn(header: "UUID", isWide: true) { move, _ in .word(move.uuid.rawValue) },
      GetColumn(header: "DETAIL", isWide: true) { move, _ in .word(move.detail) },
    ]
  }

  private var sent: GetValue { percent.map { GetValue(text: StyledText("\($0)%"), bare: "\($0)") } ?? .unknown }
  /// For people in words, in CSV in milliseconds.
  private var took: GetValue {
    guard let milliseconds = endedAt?.milliseconds(since: begunAt) else { return .unknown }
    return GetValue(text: StyledText(DurationFormat.text(milliseconds: milliseconds)), bare: "\(milliseconds)")
  }

  private var tone: Tone {
    switch state {
    case .queued: .plain
    case .running: .accent
    case .succeeded: .good
    case .notNeeded: .quiet
    case .rolledBack, .postponed: .warning
    case .failed, .needsHuman: .bad
    }
  }
}
