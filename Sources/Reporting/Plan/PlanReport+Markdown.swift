package import Fleet

extension PlanReport {
  /// Characters of a comment; GitHub takes 65,536.
  static let markdownCharactersMax = 60_000
  /// A longer table is folded.
  static let rowsUnfoldedMax = 20

  /// For a pull request: summary, moves, what is blocked and the proof; what is long is folded.
  package static func markdown(_ plan: Plan) -> String {
    var text = MarkdownText(charactersMax: markdownCharactersMax)
    let summary = isQuiet(plan) ? "in sync, \(CountFormat.text(plan.inSync, "instance")), nothing to do" : PlanWords.summary(plan)
    text.add("### reconcile: \(summary)\n\n")
    text.add("Fleet \(MarkdownText.code(plan.fleet)) at revision \(MarkdownText.code(RevisionFormat.text(plan.revision))). ")
    text.add("In sync: \(CountFormat.number(plan.inSync)), blocked: \(CountFormat.number(plan.blocked.count)), ")
    text.add("not in sync: \(CountFormat.number(plan.notInSync.count)).\n")
    if let rest = plan.rest { text.add("\n\(MarkdownText.escaped(PlanWords.part(rest)))\n") }
    if let guests = plan.unmanaged { text.add("\n\(MarkdownText.escaped(UnmanagedFormat.text(guests)))\n") }
    if plan.moves.contains(where: { $0.mode == .cold }) {
      text.add("\n> **\(CountFormat.text(plan.proof.restarts, "guest")) will be rebooted.**\n")
    }
    // What a reviewer must not miss comes before a long table can use the room up.
    blocked(plan.blocked, &text)
    doubts(plan.notInSync, &text)
    for move in (plan.underWay ?? []).prefix(underWayShownMax) {
      let what = MoveUnderWayFormat.text(move, now: plan.observedAt)
      text.add("\n- \(MarkdownText.code("\(move.instance)")) is under way: \(MarkdownText.escaped(what))\n")
    }
    for change in (plan.hostChanges ?? []).prefix(hostChangesShownMax) {
      text.add("\n- \(MarkdownText.code("\(change.host)")): \(MarkdownText.escaped(PlanWords.words(change)))\n")
    }
    emptied(plan.emptied ?? [], &text)
    moves(plan.moves, &text)
    details(plan, &text)
    return text.text
  }

  private static func blocked(_ items: [BlockedItem], _ text: inout MarkdownText) {
    guard !items.isEmpty else { return }
    text.add("\n**Blocked**\n\n")
    text.addRows(items.prefix(blockedShownMax), of: items.count) { item in
      let manifest = item.manifest.map { " (\(MarkdownText.code($0)))" } ?? ""
      let subject = MarkdownText.code(PlanWords.subject(item))
      let hint = item.hint.isEmpty ? "" : "  \n  → \(MarkdownText.escaped(item.hint))"
      return "- \(subject): \(PlanWords.words(item.reason))\(manifest)  \n  \(MarkdownText.escaped(item.text))\(hint)\n"
    }
  }

  private static func doubts(_ list: NotInSync, _ text: inout MarkdownText) {
    guard !list.isEmpty else { return }
    text.add("\n**Not in sync**\n\n")
    for doubt in PlanWords.doubts(list) {
      let names = CountFormat.list(doubt.instances.map { MarkdownText.code($0.rawValue) }, limit: namesShownMax)
      text.add("- \(doubt.name): \(names) - \(doubt.meaning)\n")
    }
  }

  private static func emptied(_ hosts: [EmptiedHost], _ text: inout MarkdownText) {
    guard !hosts.isEmpty else { return }
    text.add("\n**Hosts that become empty**\n\n")
    text.addRows(hosts.prefix(emptiedShownMax), of: hosts.count) { "- \(MarkdownText.code("\($0.host)")) \(PlanWords.empties($0))\n" }
  }

  private static func moves(_ moves: [Move], _ text: inout MarkdownText) {
    guard !moves.isEmpty else { return }
    let folded = moves.count > rowsUnfoldedMax
    text.add(folded ? "\n<details><summary>\(CountFormat.text(moves.count, "move"))</summary>\n\n" : "\n")
    text.add("| id | instance | from → to | mode | disks | data | starts | takes | why |\n|---|---|---|---|---|--:|--:|--:|---|\n")
    text.addRows(moves[...], of: moves.count) { move in
      let mode = move.mode == .cold ? "**cold: reboot**" : move.mode.rawValue
      let cells = [
        move.id, MarkdownText.code("\(move.instance)"), "\(MarkdownText.code("\(move.from)")) → \(MarkdownText.code("\(move.to)"))", mode,
        move.disks.isEmpty ? "none" : move.storage.rawValue, ByteFormat.text(move.bytes), PlanWords.starts(move), PlanWords.takes(move),
        MarkdownText.escaped(PlanWords.reason(move)),
      ]
      return "| \(cells.joined(separator: " | ")) |\n"
    }
    if folded { text.close("\n</details>\n") }
  }

  private static func details(_ plan: Plan, _ text: inout MarkdownText) {
    text.add("\n<details><summary>Proof: \(plan.proof.status.rawValue)</summary>\n\n")
    text.add("\(MarkdownText.escaped(PlanWords.proof(plan))).\n\n")
    if let makespan = plan.proof.makespan { text.add("Time: \(MarkdownText.escaped(PlanWords.time(makespan))).\n\n") }
    for cell in plan.proof.cells.prefix(cellsShownMax) {
      let because = MarkdownText.escaped(cell.because)
      text.add("- \(MarkdownText.code("\(cell.cell)")): \(cell.status.rawValue), \(CountFormat.text(cell.moves, "move")), ")
      text.add("at least \(CountFormat.number(cell.lowerBound)); \(because)\n")
    }
    if plan.proof.cells.count > cellsShownMax { text.add("- and \(plan.proof.cells.count - cellsShownMax) more cells\n") }
    text.add("\nObserved \(TimeFormat.text(plan.observedAt)); objective: \(plan.objective.rawValue).\n")
    if let proofs = plan.storageProofs { text.add("\(StorageProofFormat.text(proofs, now: nil))\n") }
    text.close("\n</details>\n")
    guard !plan.warnings.isEmpty else { return }
    text.add("\n<details><summary>\(CountFormat.text(plan.warnings.count, "warning"))</summary>\n\n")
    text.addRows(plan.warnings.prefix(warningsShownMax), of: plan.warnings.count) { "- \(MarkdownText.escaped($0))\n" }
    text.close("\n</details>\n")
  }
}
