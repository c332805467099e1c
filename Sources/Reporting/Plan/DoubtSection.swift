import Fleet

/// Instances that are left alone because their state is in question.
enum DoubtSection {
  /// Columns of the kind of doubt.
  private static let nameWidth = 12

  static func add(_ list: NotInSync, to page: inout TextPage) {
    guard !list.isEmpty else { return }
    page.heading("Not in sync (\(CountFormat.number(list.count)))", .warning, note: "left alone, their state is in question")
    for doubt in PlanWords.doubts(list) {
      let names = CountFormat.list(doubt.instances.map(\.rawValue), limit: PlanReport.namesShownMax)
      page.field(doubt.name, StyledText(names) + StyledText(" - \(doubt.meaning)", .quiet), labelWidth: nameWidth)
    }
  }
}
