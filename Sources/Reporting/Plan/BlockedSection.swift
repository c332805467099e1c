import Fleet

/// What is blocked, why, and the way out.
enum BlockedSection {
  static func add(_ items: [BlockedItem], to page: inout TextPage) {
    guard !items.isEmpty else { return }
    page.heading("Blocked (\(CountFormat.number(items.count)))", .bad, note: "left alone until someone acts")
    let groups = alike(items)
    for group in groups.prefix(PlanReport.blockedShownMax) { addAlike(group, to: &page) }
    let more = groups.dropFirst(PlanReport.blockedShownMax).reduce(0) { $0 + $1.count }
    if more > 0 { page.wrap("and \(CountFormat.number(more)) more: --output json lists all", indent: TextPage.indent) }
  }

  private struct Cause: Hashable {
    var reason: BlockedItem.Reason
    var text: String
    var hint: String
  }

  /// Items of one reason, text and hint together, where the first of them stands.
  private static func alike(_ items: [BlockedItem]) -> [[BlockedItem]] {
    var places: [Cause: Int] = [:]
    var groups: [[BlockedItem]] = []
    for item in items {
      let cause = Cause(reason: item.reason, text: item.text, hint: item.hint)
      if let place = places[cause] {
        groups[place].append(item)
      } else {
        places[cause] = groups.count
        groups.append([item])
      }
    }
    return groups
  }

  static func add(_ item: BlockedItem, to page: inout TextPage) { addAlike([item], to: &page) }

  /// Of one cause.
  private static func addAlike(_ items: [BlockedItem], to page: inout TextPage) {
    let (style, item) = (page.style, items[0])
    let place = items.count == 1 ? item.manifest.map { StyledText(" (\($0))", .quiet) } ?? "" : ""
    let subjects = CountFormat.list(items.map(PlanWords.subject), limit: PlanReport.namesShownMax)
    page.wrap(
      StyledText("\(style.cross) ", .bad) + StyledText(subjects, .strong) + StyledText(": \(PlanWords.words(item.reason))")
        + place, indent: TextPage.indent)
    page.wrap(StyledText(item.text), indent: 2 * TextPage.indent, hanging: 0)
    if !item.hint.isEmpty { page.wrap(StyledText("\(style.arrow) \(item.hint)", .accent), indent: 2 * TextPage.indent) }
  }
}
