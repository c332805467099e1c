import Fleet

/// The table of a plan's moves, in the richest of three layouts that the width allows.
enum MoveTable {
  /// Columns a name is never shortened below.
  static let nameWidthMin = 12
  /// The reason stands in the row only if it has this much room.
  static let reasonWidthMin = 40

  static func add(_ moves: [Move], shownMax: Int, to page: inout TextPage) {
    guard !moves.isEmpty else { return }
    page.heading("Moves (\(CountFormat.number(moves.count)))")
    let shown = Array(moves.prefix(shownMax))
    page.add(lines(shown, page.style))
    if moves.count > shown.count {
      page.wrap("and \(CountFormat.text(moves.count - shown.count, "move")) more: --output json lists all", indent: TextPage.indent)
    }
  }

  private static func lines(_ moves: [Move], _ style: TextStyle) -> [StyledText] {
    let width = style.width - TextPage.indent
    if let lines = oneLine(moves, style, width) { return indented(lines) }
    for columns in [allColumns, fewColumns] {
      var table = TextTable(columns.map(\.column))
      for move in moves { table.add(columns.map { $0.cell(move, style) }) }
      guard let lines = table.lines(width: width, style) else { continue }
      return withReasons(indented(lines), moves, columns, style)
    }
    return moves.flatMap { stacked($0, style) }
  }

  // MARK: layouts

  private static func oneLine(_ moves: [Move], _ style: TextStyle, _ width: Int) -> [StyledText]? {
    let columns = allColumns
    var table = TextTable(columns.map(\.column) + [TextTable.Column(header: "WHY")])
    for move in moves { table.add(columns.map { $0.cell(move, style) } + [StyledText(PlanWords.reason(move), .quiet)]) }
    return table.lines(width: width, style)
  }

  private static func withReasons(_ lines: [StyledText], _ moves: [Move], _ columns: [MoveColumn], _ style: TextStyle) -> [StyledText] {
    var all = [lines[0]]
    for (line, move) in zip(lines.dropFirst(), moves) {
      all.append(line)
      var text = StyledText(PlanWords.reason(move), .quiet)
      if columns.count == fewColumns.count {
        text = StyledText("\(size(move)); starts \(PlanWords.starts(move)), takes \(PlanWords.takes(move)); ", .quiet) + text
      }
      all += reasonLines(text, style)
    }
    return all
  }

  /// For names that fit beside nothing else.
  private static func stacked(_ move: Move, _ style: TextStyle) -> [StyledText] {
    var page = TextPage(style)
    page.wrap(
      StyledText("\(move.id) ", .accent) + StyledText("\(move.instance): \(move.from) \(style.arrow) \(move.to), ") + mode(move),
      indent: TextPage.indent)
    page.add(
      reasonLines(
        StyledText("\(size(move)); starts \(PlanWords.starts(move)), takes \(PlanWords.takes(move)); \(PlanWords.reason(move))", .quiet),
        style))
    return page.lines
  }

  private static func reasonLines(_ text: StyledText, _ style: TextStyle) -> [StyledText] {
    var page = TextPage(style)
    page.wrap(text, indent: 3 * TextPage.indent, hanging: 0)
    return page.lines
  }

  private static func indented(_ lines: [StyledText]) -> [StyledText] {
    lines.map { StyledText(String(repeating: " ", count: TextPage.indent)) + $0 }
  }

  // MARK: columns

  private struct MoveColumn {
    var column: TextTable.Column
    var cell: (Move, TextStyle) -> StyledText
  }

  private static var fewColumns: [MoveColumn] {
    [
      MoveColumn(column: TextTable.Column(header: "ID")) { move, _ in StyledText(move.id, .accent) },
      MoveColumn(column: TextTable.Column(header: "INSTANCE", widthMin: nameWidthMin)) { move, _ in StyledText("\(move.instance)", .strong)
      },
      MoveColumn(column: TextTable.Column(header: "FROM", widthMin: nameWidthMin)) { move, style in "\(move.from) \(style.arrow)" },
      MoveColumn(column: TextTable.Column(header: "TO", widthMin: nameWidthMin)) { move, _ in "\(move.to)" },
      MoveColumn(column: TextTable.Column(header: "MODE")) { move, _ in mode(move) },
    ]
  }

  private static var allColumns: [MoveColumn] {
    fewColumns + [
      MoveColumn(column: TextTable.Column(header: "DISKS")) { move, _ in StyledText(disks(move)) },
      MoveColumn(column: TextTable.Column(header: "DATA", alignment: .trailing)) { move, _ in StyledText(ByteFormat.text(move.bytes)) },
      MoveColumn(column: TextTable.Column(header: "STARTS", alignment: .trailing)) { move, _ in StyledText(PlanWords.starts(move)) },
      MoveColumn(column: TextTable.Column(header: "TAKES", alignment: .trailing)) { move, _ in StyledText(PlanWords.takes(move)) },
    ]
  }

  private static func mode(_ move: Move) -> StyledText {
    switch move.mode {
    case .live, .offline: StyledText(move.mode.rawValue)
    case .block: StyledText(move.mode.rawValue, .accent)
    case .cold: StyledText("cold: reboot", .warning)
    }
  }

  private static func disks(_ move: Move) -> String { move.disks.isEmpty ? "none" : move.storage.rawValue }
  private static func size(_ move: Move) -> String { "\(disks(move)) disks, \(ByteFormat.text(move.bytes))" }
}
