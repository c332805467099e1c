import Fleet

/// What a move carried and what was foreseen of it, in words.
enum HistoryWords {
  /// Empty: nothing was told.
  static func totals(_ move: HistoryMove) -> String {
    [carried(move), forecast(move)].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func carried(_ move: HistoryMove) -> String {
    var parts: [String] = []
    if move.transferredBytes > 0 {
      let iterations = move.iterations.map { " in \(CountFormat.text($0, "iteration"))" } ?? ""
      parts.append("sent \(ByteFormat.text(move.transferredBytes))\(iterations)")
    }
    if let encrypted = move.encrypted { parts.append(encrypted ? "encrypted" : "not encrypted") }
    if let percent = move.throttlePercent { parts.append("the guest slowed by \(percent) %") }
    if move.postCopy { parts.append("ended by post-copy") }
    if move.suspended { parts.append("paused by reconcile to end it") }
    return parts.joined(separator: ", ")
  }

  private static func forecast(_ move: HistoryMove) -> String {
    guard let forecast = move.forecast else { return "" }
    guard let downtime = forecast.downtimeMilliseconds else {
      let needed = DurationFormat.text(milliseconds: forecast.downtimeNeededMilliseconds)
      return "forecast: it would not end by itself without a pause of \(needed)"
    }
    let total = forecast.totalMilliseconds.map { "\(DurationFormat.text(milliseconds: $0)), " } ?? ""
    let bytes = forecast.transferredBytes.map { ", \(ByteFormat.text($0))" } ?? ""
    return "forecast: \(total)paused \(DurationFormat.text(milliseconds: downtime))\(bytes)"
  }
}
