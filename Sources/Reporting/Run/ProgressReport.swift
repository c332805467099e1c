import Fleet

/// What is shown while moves run: bars on a terminal, lines without one.
package enum ProgressReport {
  /// Bars drawn at once; a smaller terminal passes its own limit.
  package static let barsMax = 20
  private static let barWidthMax = 24
  private static let barWidthMin = 6
  private static let nameWidthMin = 8
  /// Columns of words that the bar makes room for; more are cut off rather than the bars.
  private static let detailsWidthKept = 44

  /// One line for each running migration and one for all; none is as wide as the terminal, so that none wraps.
  package static func bar(
    _ lines: [ProgressLine], counts: ProgressCounts, style: TextStyle, barsMax: Int = ProgressReport.barsMax
  ) -> [String] {
    let shown = Array(lines.prefix(max(0, barsMax)))
    let width = style.width - 1
    var texts = bars(shown, width, style)
    if lines.count > shown.count { texts.append("and \(CountFormat.number(lines.count - shown.count)) more running") }
    texts.append(StyledText(counts.text, counts.failed > 0 ? .warning : .strong))
    return texts.map { $0.shortened(to: width, style).rendered(style) }
  }

  private static func bars(_ lines: [ProgressLine], _ width: Int, _ style: TextStyle) -> [StyledText] {
    guard !lines.isEmpty else { return [] }
    var table = TextTable([
      TextTable.Column(header: "", widthMin: 3), TextTable.Column(header: "", widthMin: nameWidthMin),
      TextTable.Column(header: "", widthMin: nameWidthMin), TextTable.Column(header: "", widthMin: 4),
      TextTable.Column(header: "", widthMin: barWidthMin), TextTable.Column(header: "", alignment: .trailing),
      TextTable.Column(header: "", widthMin: 1, kept: .start),
    ])
    // The bar takes what the words beside it leave.
    let words = lines.map { line -> [StyledText] in
      let hosts = StyledText("\(line.from) \(style.arrow) \(line.to)")
      return [
        StyledText(line.id, .accent), StyledText("\(line.instance)", .strong), hosts, StyledText(line.mode.rawValue),
        StyledText("\(percent(line))%"), StyledText(details(line)),
      ]
    }
    let widths = words[0].indices.map { column in words.reduce(0) { max($0, $1[column].width) } }
    let left = width - widths.dropLast().reduce(0, +) - min(detailsWidthKept, widths.last ?? 0) - TextTable.gap * 6
    let barWidth = min(barWidthMax, max(barWidthMin, left))
    for (line, cells) in zip(lines, words) {
      table.add(Array(cells[0..<4]) + [bar(line, barWidth, style)] + Array(cells[4...]))
    }
    return table.lines(width: width, style, header: false) ?? lines.map { StyledText("\($0.id) \($0.instance) \(percent($0))%") }
  }

  private static func bar(_ line: ProgressLine, _ width: Int, _ style: TextStyle) -> StyledText {
    let full = Int(fraction(line) * Double(width))
    return StyledText(String(repeating: style.barFull, count: full), .good)
      + StyledText(String(repeating: style.barEmpty, count: width - full), .quiet)
  }

  /// Never 100 before the end.
  static func percent(_ line: ProgressLine) -> Int { Int(fraction(line) * 100) }
  private static func fraction(_ line: ProgressLine) -> Double { line.fraction.isNaN ? 0 : min(max(line.fraction, 0), 1) }

  /// What matters most first: a narrow terminal shows the beginning only.
  static func details(_ line: ProgressLine) -> String {
    var parts: [String] = []
    if !line.state.isEmpty { parts.append(line.state) }
    if line.iteration > 1 {
      parts.append("iteration \(CountFormat.number(line.iteration)) with \(ByteFormat.text(line.remainingBytes)) to go")
    } else if line.totalBytes > 0 {
      parts.append("\(ByteFormat.text(line.transferredBytes)) of \(ByteFormat.text(line.totalBytes))")
    }
    if line.bytesPerSecond > 0 { parts.append(RateFormat.text(bytesPerSecond: line.bytesPerSecond)) }
    if let lacking = line.downtimeLackingMilliseconds {
      parts.append("does not end by itself: it needs a pause of \(DurationFormat.text(milliseconds: lacking))")
    } else if let seconds = line.remainingSeconds {
      parts.append("\(line.isAtLeast ? "at least " : "")\(DurationFormat.text(seconds: max(0, seconds))) left")
    }
    if line.iteration > 1 { parts.append("\(ByteFormat.text(line.transferredBytes)) sent") }
    if line.dirtyBytesPerSecond > 0 { parts.append("the guest writes \(RateFormat.text(bytesPerSecond: line.dirtyBytesPerSecond))") }
    if line.throttlePercent > 0 { parts.append("slowed by \(line.throttlePercent) %") }
    if let limit = line.downtimeLimitMilliseconds { parts.append("may pause it \(DurationFormat.text(milliseconds: limit))") }
    return parts.joined(separator: ", ")
  }
}
