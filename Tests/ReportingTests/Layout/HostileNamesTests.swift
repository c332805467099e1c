import Fleet
import Reporting
import Testing

/// Names come from manifests, hypervisors and other people's guests: no report may hand their control characters to a terminal.
@Suite struct HostileNamesTests {
  static let hostile = "a\u{1b}[31m\u{7}\n\u{202e}b\u{85}"

  static var status: StatusReport {
    var status = StatusSamples.full
    status.cells[0].hosts[2].remaining[0] = StatusGuest(instance: InstanceName(hostile), why: hostile)
    status.leftovers[0].text = hostile
    status.watch?.lastError = hostile
    status.warnings = [hostile]
    return status
  }

  static var texts: [String] {
    var plan = PlanSamples.full
    plan.fleet = hostile
    plan.revision = hostile
    plan.blocked[0].text = hostile
    plan.blocked[0].hint = hostile
    plan.notInSync.missing = [InstanceName(hostile)]
    plan.moves[0].instance = InstanceName(hostile)
    plan.warnings = [hostile]
    var explanation = ExplainReportTests.blocked
    explanation.name = InstanceName(hostile)
    explanation.verdictText = hostile
    var line = ProgressReportTests.lines[0]
    line.state = hostile
    let move = plan.moves[0]
    return [
      PlanReport.text(plan, style: .plain), PlanReport.markdown(plan), status.text(style: .plain),
      ExplainReport.text(explanation, style: .plain),
      ProgressReport.bar([line], counts: ProgressReportTests.counts, style: .plain).joined(),
      ProgressReport.moveStarted(move), ProgressReport.moveFailed(move, state: .failed, detail: hostile),
      DiagnosticsReport.text([Diagnostic.error(hostile, at: nil, hint: hostile)], fileCount: 1),
    ]
  }

  @Test(arguments: texts.indices)
  func nothingDrivesTheTerminal(index: Int) {
    let text = Self.texts[index]
    #expect(text.contains("a\u{fffd}[31m") || text.contains("a\u{fffd}\\[31m"))
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control && scalar.value != 0x202e, "U+\(String(scalar.value, radix: 16))")
    }
  }
}
