import Fleet

/// The end of a run as text and JSON.
package enum RunReport {
  /// Moves that did not succeed listed in text.
  static let failuresShownMax = 200

  package static func json(_ outcome: RunOutcome) -> String { JSONText.encodeOwn(outcome) }

  /// Failures first, with where the guest is; then what is left to do by someone; the exit code last.
  package static func text(_ outcome: RunOutcome, style: TextStyle) -> String {
    var page = TextPage(style)
    let all = outcome.recovered + outcome.moves
    headline(outcome, all, &page)
    failures(all, &page)
    BlockedSection.add(outcome.blocked, to: &page)
    DoubtSection.add(outcome.notInSync, to: &page)
    if !outcome.warnings.isEmpty {
      page.heading("Warnings (\(CountFormat.number(outcome.warnings.count)))", .warning)
      for warning in outcome.warnings.prefix(PlanReport.warningsShownMax) {
        page.wrap(StyledText("! ", .warning) + StyledText(warning), indent: TextPage.indent)
      }
      let more = outcome.warnings.count - PlanReport.warningsShownMax
      if more > 0 { page.wrap("and \(CountFormat.number(more)) more", indent: TextPage.indent) }
    }
    page.blank()
    page.wrap(StyledText("Exit \(outcome.exitCode): \(outcome.exitMeaning).", outcome.exitCode == 0 ? .good : .warning))
    return page.text
  }

  private static func headline(_ outcome: RunOutcome, _ moves: [MoveOutcome], _ page: inout TextPage) {
    let place = "fleet \(outcome.fleet) at revision \(RevisionFormat.text(outcome.revision))"
    let took = DurationFormat.text(milliseconds: max(0, outcome.endedAt.milliseconds(since: outcome.startedAt)))
    if moves.isEmpty {
      let done = outcome.stopped == nil ? "no moves" : "no moves were started"
      page.wrap(
        StyledText("Done with \(place): ") + StyledText("\(done), \(CountFormat.text(outcome.inSync, "instance")) in sync.", .strong))
    } else {
      page.wrap(StyledText("Done with \(place) in \(took): ") + StyledText(counts(moves) + ".", .strong))
    }
    if let stopped = outcome.stopped { page.wrap(StyledText("Stopped early: \(stopped).", .warning)) }
  }

  private static func counts(_ moves: [MoveOutcome]) -> String {
    let counts = Dictionary(moves.map { ($0.result, 1) }, uniquingKeysWith: +)
    let parts = MoveOutcome.Result.allCases.compactMap { result in
      counts[result].map { "\(CountFormat.number($0)) \(words(result, $0))" }
    }
    return "\(CountFormat.text(moves.count, "move")): \(parts.joined(separator: ", "))"
  }

  private static func words(_ result: MoveOutcome.Result, _ count: Int) -> String {
    switch result {
    case .succeeded: "succeeded"
    case .rolledBack: "failed and undone"
    case .failed: "failed"
    case .needsHuman: count == 1 ? "needs a human" : "need a human"
    case .postponed: "left for the next run"
    case .notNeeded: "not needed any more"
    case .open: "left in doubt"
    case .notStarted: "not started"
    case .leftRunning: "left running"
    }
  }

  private static func failures(_ moves: [MoveOutcome], _ page: inout TextPage) {
    let failures = moves.filter { $0.result != .succeeded }.sorted { rank($0.result) < rank($1.result) }
    guard !failures.isEmpty else { return }
    page.heading("Did not succeed (\(CountFormat.number(failures.count)))", .bad)
    let waiting = Dictionary(grouping: failures.filter { $0.result == .notStarted }, by: \.detail)
    for move in failures.prefix(failuresShownMax) {
      if let alike = waiting[move.detail], move.result == .notStarted, alike.count > 1 {
        if alike[0].id == move.id { notBegun(alike, &page) }
        continue
      }
      let style = page.style
      page.wrap(
        StyledText("\(style.cross) ", .bad) + StyledText("\(move.instance)", .strong)
          + StyledText(" (\(way(move, style))): ") + whereItIs(move),
        indent: TextPage.indent)
      if !move.detail.isEmpty { page.wrap(StyledText(move.detail), indent: 2 * TextPage.indent, hanging: 0) }
    }
    let more = failures.count - failuresShownMax
    if more > 0 { page.wrap("and \(CountFormat.number(more)) more: --output json lists all", indent: TextPage.indent) }
  }

  private static let namesShownMax = 12

  /// One line for all that did not begin for one reason.
  private static func notBegun(_ moves: [MoveOutcome], _ page: inout TextPage) {
    var names = moves.prefix(namesShownMax).map(\.instance.rawValue).joined(separator: ", ")
    if moves.count > namesShownMax { names += " and \(CountFormat.number(moves.count - namesShownMax)) more" }
    page.wrap(
      StyledText("\(page.style.cross) ", .bad) + StyledText("\(CountFormat.text(moves.count, "move"))", .strong)
        + StyledText(" not begun: ", .warning) + StyledText(names), indent: TextPage.indent)
    if !moves[0].detail.isEmpty { page.wrap(StyledText(moves[0].detail), indent: 2 * TextPage.indent, hanging: 0) }
  }

  private static func way(_ move: MoveOutcome, _ style: TextStyle) -> String {
    "\(move.id), \(move.mode.rawValue), \(move.from) \(style.arrow) \(move.to)"
  }

  /// What needs a person soonest comes first.
  private static func rank(_ result: MoveOutcome.Result) -> Int {
    switch result {
    case .needsHuman: 0
    case .open: 1
    case .leftRunning: 2
    case .failed: 3
    case .rolledBack: 4
    case .postponed: 5
    case .notStarted: 6
    case .notNeeded: 7
    case .succeeded: 8
    }
  }

  private static func whereItIs(_ move: MoveOutcome) -> StyledText {
    switch move.result {
    case .succeeded: StyledText("on \(move.to)", .good)
    case .rolledBack: StyledText("undone, it is on \(move.from) as before", .warning)
    case .failed: StyledText("failed", .bad)
    case .needsHuman: StyledText("NEEDS A HUMAN", .bad)
    case .postponed: StyledText("left for the next run, nothing was done", .warning)
    case .notNeeded: StyledText("not needed any more, nothing was done", .warning)
    case .open: StyledText("in doubt: the next run looks at both hosts and settles it", .bad)
    case .notStarted: StyledText("not started", .warning)
    case .leftRunning: StyledText("still running: the next run takes it up", .warning)
    }
  }
}
