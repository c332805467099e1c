import Fleet

/// A long plan by host: `hv-25: 10 leave; hv-3: +50`.
enum HostSummary {
  static let hostsShownMax = 60

  static func add(_ moves: [Move], to page: inout TextPage) {
    let hosts = counts(moves)
    page.heading("By host (\(CountFormat.number(hosts.count)))")
    let shown = hosts.prefix(hostsShownMax).map { StyledText("\($0.host)", .strong) + StyledText(": \(words($0.leave, $0.come))") }
    let more = hosts.count - hostsShownMax
    let rest = more > 0 ? [StyledText("and \(CountFormat.text(more, "host")) more")] : []
    page.wrap((shown + rest).joined("; "), indent: TextPage.indent, hanging: 0)
  }

  /// Those that most leave first, then those that most come to; of equals by name.
  private static func counts(_ moves: [Move]) -> [(host: HostName, leave: Int, come: Int)] {
    let leave = Dictionary(moves.map { ($0.from, 1) }, uniquingKeysWith: +)
    let come = Dictionary(moves.map { ($0.to, 1) }, uniquingKeysWith: +)
    return Set(leave.keys).union(come.keys).map { (host: $0, leave: leave[$0] ?? 0, come: come[$0] ?? 0) }
      .sorted { (-$0.leave, -$0.come, $0.host) < (-$1.leave, -$1.come, $1.host) }
  }

  private static func words(_ leave: Int, _ come: Int) -> String {
    let parts = [
      leave > 0 ? "\(CountFormat.number(leave)) \(leave == 1 ? "leaves" : "leave")" : nil, come > 0 ? "+\(CountFormat.number(come))" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}
