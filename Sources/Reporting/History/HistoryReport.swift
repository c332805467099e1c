package import Fleet

/// What was done, newest first, as text and JSON.
package enum HistoryReport {
  package static func json(passes: [PassRecord], operations: [OperationJournal]) -> String {
    JSONText.encodeOwn(HistoryDocument(passes: newest(passes), moves: moves(operations), beside: beside(operations)))
  }

  package static func text(passes: [PassRecord], operations: [OperationJournal], style: TextStyle) -> String {
    var page = TextPage(style)
    guard !passes.isEmpty || !operations.isEmpty else {
      page.wrap("Nothing was recorded yet.")
      return page.text
    }
    add(newest(passes), to: &page)
    add(moves(operations), to: &page)
    add(beside(operations), to: &page)
    return page.text
  }

  private static func newest(_ passes: [PassRecord]) -> [PassRecord] { passes.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) } }
  private static func moves(_ operations: [OperationJournal]) -> [HistoryMove] {
    operations.compactMap(HistoryMove.init).sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
  }
  private static func beside(_ operations: [OperationJournal]) -> [HistoryBeside] {
    operations.compactMap(HistoryBeside.init).sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
  }

  // MARK: passes

  private static func add(_ passes: [PassRecord], to page: inout TextPage) {
    guard !passes.isEmpty else { return }
    page.heading("Passes (\(CountFormat.number(passes.count)))")
    for run in IdleRun.fold(passes) {
      let pass = run.newest
      if run.count > 1 {
        add(run, to: &page)
        continue
      }
      let took =
        pass.endedAt.map { "took \(DurationFormat.text(milliseconds: max(0, $0.milliseconds(since: pass.startedAt))))" } ?? "has not ended"
      let exit = pass.exitCode.map { code in StyledText(", exit \(code)", code == 0 ? .good : .warning) } ?? ""
      page.wrap(
        StyledText("#\(pass.id) ", .accent) + StyledText(TimeFormat.text(pass.startedAt), .strong)
          + StyledText(", revision \(RevisionFormat.text(pass.revision))\(pass.dryRun ? ", dry run" : ""), \(took)") + exit,
        indent: TextPage.indent)
      page.wrap(StyledText(counts(pass)), indent: 3 * TextPage.indent, hanging: 0)
      if !pass.summary.isEmpty { page.wrap(StyledText(pass.summary, .quiet), indent: 3 * TextPage.indent, hanging: 0) }
    }
  }

  private static func add(_ run: IdleRun, to page: inout TextPage) {
    let times = "\(TimeFormat.text(run.oldest.startedAt)) to \(TimeFormat.text(run.newest.startedAt))"
    let exit = run.newest.exitCode.map { StyledText(", exit \($0) each", $0 == 0 ? .good : .warning) } ?? ""
    page.wrap(
      StyledText("#\(run.oldest.id) to #\(run.newest.id) ", .accent)
        + StyledText("\(CountFormat.number(run.count)) passes without a move, \(times)")
        + StyledText(", revision \(RevisionFormat.text(run.newest.revision))") + exit, indent: TextPage.indent)
  }

  private static func counts(_ pass: PassRecord) -> String {
    let proof =
      pass.moves == 0 || (pass.proof == .none && pass.lowerBound == 0)
      ? "" : " (\(pass.proof.rawValue), at least \(CountFormat.number(pass.lowerBound)))"
    var parts = [CountFormat.text(pass.moves, "move") + proof]
    if pass.succeeded > 0 { parts.append("\(CountFormat.number(pass.succeeded)) succeeded") }
    if pass.failed > 0 { parts.append("\(CountFormat.number(pass.failed)) failed") }
    if pass.blocked > 0 { parts.append("\(CountFormat.number(pass.blocked)) blocked") }
    if pass.notInSync > 0 { parts.append("\(CountFormat.number(pass.notInSync)) in question") }
    return (parts + ["\(CountFormat.number(pass.inSync)) in sync"]).joined(separator: ", ")
  }

  // MARK: moves

  private static func add(_ moves: [HistoryMove], to page: inout TextPage) {
    guard !moves.isEmpty else { return }
    page.heading("Moves (\(CountFormat.number(moves.count)))", note: "time as predicted and as it was; pause as allowed and as it was")
    let style = page.style
    var table = TextTable([
      TextTable.Column(header: "STARTED", kept: .start), TextTable.Column(header: "INSTANCE", widthMin: MoveTable.nameWidthMin),
      TextTable.Column(header: "FROM", widthMin: MoveTable.nameWidthMin), TextTable.Column(header: "TO", widthMin: MoveTable.nameWidthMin),
      TextTable.Column(header: "MODE"), TextTable.Column(header: "RESULT"), TextTable.Column(header: "PREDICTED", alignment: .trailing),
      TextTable.Column(header: "TOOK", alignment: .trailing), TextTable.Column(header: "ALLOWED", alignment: .trailing),
      TextTable.Column(header: "PAUSED", alignment: .trailing),
    ])
    for move in moves { table.add(cells(move, style)) }
    let width = style.width - TextPage.indent
    guard let lines = table.lines(width: width, style) else { return addStacked(moves, to: &page) }
    page.add(StyledText("  ") + lines[0])
    for (line, move) in zip(lines.dropFirst(), moves) {
      page.add(StyledText("  ") + line)
      addDetail(move, to: &page)
    }
  }

  private static func add(_ beside: [HistoryBeside], to page: inout TextPage) {
    guard !beside.isEmpty else { return }
    page.heading("Beside the moves (\(CountFormat.number(beside.count)))")
    for operation in beside {
      let took = operation.endedAt.map {
        ", took \(DurationFormat.text(milliseconds: max(0, $0.milliseconds(since: operation.startedAt))))"
      }
      page.wrap(
        StyledText("\(TimeFormat.text(operation.startedAt)) ", .quiet) + StyledText(operation.text) + StyledText(": ")
          + result(operation.state) + StyledText(took ?? ""), indent: TextPage.indent)
      guard operation.state != .succeeded, !operation.detail.isEmpty else { continue }
      page.wrap(StyledText(operation.detail, .quiet), indent: 3 * TextPage.indent, hanging: 0)
    }
  }

  private static func cells(_ move: HistoryMove, _ style: TextStyle) -> [StyledText] {
    [
      StyledText(TimeFormat.text(move.startedAt), .quiet), StyledText("\(move.instance)", .strong), "\(move.from) \(style.arrow)",
      "\(move.to)", StyledText(move.mode.rawValue), result(move.state), duration(predicted(move)),
      duration(move.actualMilliseconds), duration(move.allowedDowntimeMilliseconds), duration(move.downtimeMilliseconds),
    ]
  }

  /// By what was known of the guest, else as planned.
  private static func predicted(_ move: HistoryMove) -> Int { move.forecast?.totalMilliseconds ?? move.predictedSeconds * 1000 }

  private static func duration(_ milliseconds: Int?) -> StyledText {
    milliseconds.map { StyledText(DurationFormat.text(milliseconds: $0)) } ?? StyledText("-", .quiet)
  }

  private static func result(_ state: OperationRecord.State) -> StyledText {
    switch state {
    case .succeeded: StyledText("succeeded", .good)
    case .rolledBack: StyledText("undone", .warning)
    case .failed: StyledText("failed", .bad)
    case .needsHuman: StyledText("NEEDS A HUMAN", .bad)
    case .postponed: StyledText("postponed", .warning)
    case .notNeeded: StyledText("not needed", .quiet)
    case .queued, .running: StyledText("open", .accent)
    }
  }

  private static func addDetail(_ move: HistoryMove, to page: inout TextPage) {
    let totals = HistoryWords.totals(move)
    if !totals.isEmpty { page.wrap(StyledText(totals, .quiet), indent: 3 * TextPage.indent, hanging: 0) }
    guard move.state != .succeeded, !move.detail.isEmpty else { return }
    page.wrap(StyledText(move.detail, .quiet), indent: 3 * TextPage.indent, hanging: 0)
  }

  private static func addStacked(_ moves: [HistoryMove], to page: inout TextPage) {
    for move in moves {
      page.wrap(
        StyledText("\(move.instance)", .strong) + StyledText(" \(move.from) \(page.style.arrow) \(move.to), \(move.mode.rawValue): ")
          + result(move.state),
        indent: TextPage.indent)
      var parts = ["\(TimeFormat.text(move.startedAt))", "predicted \(DurationFormat.text(milliseconds: predicted(move)))"]
      if let milliseconds = move.actualMilliseconds { parts.append("took \(DurationFormat.text(milliseconds: milliseconds))") }
      if let milliseconds = move.downtimeMilliseconds {
        let allowed = move.allowedDowntimeMilliseconds.map { " of \(DurationFormat.text(milliseconds: $0)) allowed" } ?? ""
        parts.append("\(move.mode == .cold ? "down" : "paused") \(DurationFormat.text(milliseconds: milliseconds))\(allowed)")
      }
      page.wrap(StyledText(parts.joined(separator: ", "), .quiet), indent: 3 * TextPage.indent, hanging: 0)
      addDetail(move, to: &page)
    }
  }
}
