import Fleet

/// What is blocked, why, and the way out.
enum BlockedSection {
  static func add(_ items: [BlockedItem], to page: inout TextPage) {
    guard !items.isEmpty else { return }
    page.heading("Blocked (\(CountFormat.number(items.count)))", .bad, note: "left alone until someone acts")
    for item in items.prefix(PlanReport.blockedShownMax) { add(item, to: &page) }
    if items.count > PlanReport.blockedShownMax {
      page.wrap(
        "and \(CountFormat.number(items.count - PlanReport.blockedShownMax)) more: --output json lists all", indent: TextPage.indent)
    }
  }

  static func add(_ item: BlockedItem, to page: inout TextPage) {
    let style = page.style
    let place = item.manifest.map { StyledText(" (\($0))", .quiet) } ?? ""
    page.wrap(
      StyledText("\(style.cross) ", .bad) + StyledText(PlanWords.subject(item), .strong) + StyledText(": \(PlanWords.words(item.reason))")
        + place, indent: TextPage.indent)
    page.wrap(StyledText(item.text), indent: 2 * TextPage.indent, hanging: 0)
    if !item.hint.isEmpty { page.wrap(StyledText("\(style.arrow) \(item.hint)", .accent), indent: 2 * TextPage.indent) }
  }
}
