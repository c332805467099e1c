package import Fleet

/// A plan as text, Markdown and JSON.
package enum PlanReport {
  /// Blocked items listed in text and in Markdown.
  static let blockedShownMax = 200
  /// Names listed for one kind of doubt.
  static let namesShownMax = 12
  static let warningsShownMax = 50
  static let hostChangesShownMax = 50
  static let underWayShownMax = 50
  static let emptiedShownMax = 50
  static let companionsShownMax = 20
  /// Cells whose proof is listed.
  static let cellsShownMax = 20

  /// For people at a terminal or in a log.
  package static func text(_ plan: Plan, style: TextStyle, context: PlanContext = PlanContext()) -> String {
    var page = TextPage(style)
    headline(plan, &page)
    if let rest = plan.rest { page.wrap(StyledText(PlanWords.part(rest), .warning)) }
    for companion in (plan.rest?.companions ?? []).prefix(companionsShownMax) {
      page.wrap(StyledText("\(companion.move) comes along: \(companion.why)", .quiet), indent: TextPage.indent)
    }
    observed(plan, context, &page)
    if let guests = plan.unmanaged { page.wrap(StyledText(UnmanagedFormat.text(guests), .quiet)) }
    if let proofs = plan.storageProofs { page.wrap(StyledText(StorageProofFormat.text(proofs, now: context.now), .quiet)) }
    if !plan.moves.isEmpty || !plan.blocked.isEmpty { proof(plan, &page) }
    hostChanges(plan.hostChanges ?? [], &page)
    if plan.moves.count >= context.movesSummarisedMin { HostSummary.add(plan.moves, to: &page) }
    MoveTable.add(plan.moves, shownMax: context.movesShownMax, to: &page)
    emptied(plan.emptied ?? [], &page)
    BlockedSection.add(plan.blocked, to: &page)
    DoubtSection.add(plan.notInSync, to: &page)
    underWay(plan, context, &page)
    warnings(plan.warnings, &page)
    ending(plan, context, &page)
    return page.text
  }

  /// The contract's JSON (`reconcile schema plan`).
  package static func json(_ plan: Plan) -> String { JSONText.encodeOwn(PlanSeal.sealed(plan)) }

  static func isQuiet(_ plan: Plan) -> Bool {
    plan.moves.isEmpty && plan.blocked.isEmpty && plan.notInSync.isEmpty && plan.hostChanges == nil && plan.underWay == nil
      && plan.rest == nil
  }

  private static func headline(_ plan: Plan, _ page: inout TextPage) {
    let place = "fleet \(plan.fleet) at revision \(RevisionFormat.text(plan.revision))"
    if isQuiet(plan) {
      page.wrap(StyledText("In sync: \(CountFormat.text(plan.inSync, "instance")), nothing to do.", .good))
      page.wrap(StyledText("For \(place).", .quiet))
    } else {
      page.wrap(StyledText("Plan for \(place): ") + StyledText(PlanWords.summary(plan), .strong))
    }
  }

  private static func observed(_ plan: Plan, _ context: PlanContext, _ page: inout TextPage) {
    guard let now = context.now, now.milliseconds(since: plan.observedAt) > PlanContext.staleAfterMilliseconds else { return }
    let age = DurationFormat.age(of: plan.observedAt, at: now)
    page.wrap(StyledText("Observed \(age) (\(TimeFormat.text(plan.observedAt))): the hosts may have changed since.", .warning))
  }

  private static func proof(_ plan: Plan, _ page: inout TextPage) {
    let proof = plan.proof
    if proof.status == .none, PlanWords.isEachBlockProved(plan) {
      page.wrap(StyledText("Proof: ") + StyledText("of each blocked item by itself", .good) + StyledText(" - see what it says of it."))
      return
    }
    let tone: Tone = proof.status == .minimal ? .good : .warning
    let cells = PlanWords.tellingCells(proof)
    let because = proof.cells.count > 1 && !cells.isEmpty ? "." : ": \(proof.because)."
    page.wrap(
      StyledText(plan.rest == nil ? "Proof: " : "Proof of the whole plan: ") + StyledText(proof.status.rawValue, tone)
        + StyledText(" - \(PlanWords.proof(plan))" + because))
    if let makespan = proof.makespan, plan.rest == nil { page.wrap(StyledText("Time: \(PlanWords.time(makespan)).")) }
    guard proof.cells.count > 1 else { return }
    for cell in cells.prefix(cellsShownMax) {
      let status = cell.status == .minimal ? "" : "\(cell.status.rawValue), at least \(CountFormat.number(cell.lowerBound)) - "
      page.wrap(
        StyledText("\(cell.cell) (\(CountFormat.text(cell.moves, "move"))): \(status)\(cell.because)", .quiet), indent: TextPage.indent)
    }
    if cells.count > cellsShownMax { page.wrap("and \(cells.count - cellsShownMax) more cells", indent: TextPage.indent) }
  }

  private static func hostChanges(_ changes: [HostChange], _ page: inout TextPage) {
    list("Hosts", .strong, changes, shownMax: hostChangesShownMax, &page) { StyledText("\($0.host): ") + StyledText(PlanWords.words($0)) }
  }

  private static func underWay(_ plan: Plan, _ context: PlanContext, _ page: inout TextPage) {
    let note = "another run is at work on them"
    list("Under way", .accent, note: note, plan.underWay ?? [], shownMax: underWayShownMax, &page) { move in
      let text = MoveUnderWayFormat.text(move, now: context.now ?? plan.observedAt)
      return StyledText("\(move.instance)", .strong) + StyledText(": \(text)")
    }
  }

  private static func emptied(_ hosts: [EmptiedHost], _ page: inout TextPage) {
    list("Hosts that become empty", .good, hosts, shownMax: emptiedShownMax, &page) { host in
      StyledText("\(host.host)", .strong) + StyledText(" \(PlanWords.empties(host))")
    }
  }

  private static func warnings(_ warnings: [String], _ page: inout TextPage) {
    list("Warnings", .warning, warnings, shownMax: warningsShownMax, &page) { StyledText("! ", .warning) + StyledText($0) }
  }

  /// A headed list of so many lines, and how many more there are; nothing at all without items.
  private static func list<Item>(
    _ title: String, _ tone: Tone, note: String = "", _ items: [Item], shownMax: Int, _ page: inout TextPage,
    line: (Item) -> StyledText
  ) {
    guard !items.isEmpty else { return }
    page.heading("\(title) (\(CountFormat.number(items.count)))", tone, note: note)
    for item in items.prefix(shownMax) { page.wrap(line(item), indent: TextPage.indent) }
    if items.count > shownMax { page.wrap("and \(CountFormat.number(items.count - shownMax)) more", indent: TextPage.indent) }
  }

  private static func ending(_ plan: Plan, _ context: PlanContext, _ page: inout TextPage) {
    if !isQuiet(plan) {
      page.blank()
      page.wrap(StyledText("In sync: \(CountFormat.text(plan.inSync, "instance")).", .good))
    }
    guard context.purpose == .preview, !plan.moves.isEmpty || plan.hostChanges != nil else { return }
    page.wrap("Nothing was changed. 'reconcile' without --dry-run carries this out.")
  }
}
