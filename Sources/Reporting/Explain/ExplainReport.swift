import Fleet

/// `explain NAME` as text and JSON.
package enum ExplainReport {
  static let labelWidth = 11
  /// Rows of one list.
  static let rowsShownMax = 100

  package static func json(_ explanation: InstanceExplanation) -> String { JSONText.encodeOwn(explanation) }
  package static func json(_ explanation: HostExplanation) -> String { JSONText.encodeOwn(explanation) }

  static func field(_ label: String, _ text: StyledText, _ page: inout TextPage) { page.field(label, text, labelWidth: labelWidth) }

  /// The label on the first row only.
  static func rows(_ label: String, _ rows: [StyledText], _ page: inout TextPage) {
    for (index, row) in rows.prefix(rowsShownMax).enumerated() { field(index == 0 ? label : "", row, &page) }
    if rows.count > rowsShownMax { field("", "and \(CountFormat.number(rows.count - rowsShownMax)) more: --output json lists all", &page) }
  }

  static func move(_ move: Move, _ style: TextStyle) -> StyledText {
    let mode = move.mode == .cold ? StyledText("cold: reboot", .warning) : StyledText(move.mode.rawValue)
    return StyledText("\(move.id) ", .accent) + StyledText("\(move.instance) \(move.from) \(style.arrow) \(move.to)", .strong)
      + StyledText(", ") + mode
      + StyledText(
        ", \(move.disks.isEmpty ? "no" : move.storage.rawValue) disks, \(ByteFormat.text(move.bytes)), starts \(PlanWords.starts(move)), "
          + "takes \(PlanWords.takes(move)): \(PlanWords.reason(move))")
  }

  static func age(_ then: Timestamp?, _ now: Timestamp?) -> String {
    guard let then else { return "" }
    return now.map { " (\(DurationFormat.age(of: then, at: $0)))" } ?? " (\(TimeFormat.text(then)))"
  }
}
