/// How text that may be coloured fills a screen.
package enum ScreenText {
  /// Rows that a line takes on a screen of so many columns, at least one.
  package static func rows(of line: String, width: Int) -> Int {
    let columns = DisplayWidth.of(plain(line))
    return max(1, (columns + max(1, width) - 1) / max(1, width))
  }

  /// Rows that all lines of a text take.
  package static func rows(ofText text: String, width: Int) -> Int { lines(text).reduce(0) { $0 + rows(of: $1, width: width) } }

  /// As many of a text's first lines as fit, and how many do not.
  package static func fitting(_ text: String, rows: Int, width: Int) -> (lines: [String], left: Int) {
    let all = lines(text)
    var free = rows
    let shown = all.prefix { line in
      free -= Self.rows(of: line, width: width)
      return free >= 0
    }
    return (Array(shown), all.count - shown.count)
  }

  /// A line of plain text on one row.
  package static func cut(_ line: String, to width: Int, _ style: TextStyle) -> String {
    StyledText(line).shortened(to: width, style).rendered(style)
  }

  private static func lines(_ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.last == "" ? Array(lines.dropLast()) : lines
  }

  /// Without our own colours (SGR, ECMA-48).
  private static func plain(_ line: String) -> String {
    guard line.contains("\u{1b}") else { return line }
    return line.replacing(/\u{1b}\[[0-9;]*m/, with: "")
  }
}
