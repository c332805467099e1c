/// Rows under headers, aligned by display width, shrunk to fit.
struct TextTable: Sendable {
  enum Alignment: Sendable { case leading, trailing }

  struct Column: Sendable {
    var header: String
    var alignment = Alignment.leading
    /// Columns down to which it may be shortened; nil: never shortened.
    var widthMin: Int?
    var kept = StyledText.Kept.ends
  }

  /// Columns between two columns.
  static let gap = 2

  var columns: [Column]
  private(set) var rows: [[StyledText]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [StyledText]) {
    precondition(row.count == columns.count, "a row has a cell for each column")
    rows.append(row)
  }

  /// The header, then each row; nil if it does not fit into `width` columns however short its cells.
  func lines(width: Int, _ style: TextStyle, header: Bool = true) -> [StyledText]? {
    guard let widths = fittedWidths(width, header: header) else { return nil }
    let rows = rows.map { line($0, widths, style) }
    return header ? [line(columns.map { StyledText($0.header, .quiet) }, widths, style)] + rows : rows
  }

  private func line(_ cells: [StyledText], _ widths: [Int], _ style: TextStyle) -> StyledText {
    var line = StyledText("")
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += StyledText(String(repeating: " ", count: TextTable.gap)) }
      let column = columns[index]
      line += cell.shortened(to: widths[index], style, keeping: column.kept).padded(to: widths[index], alignment: column.alignment)
    }
    return line
  }

  private func fittedWidths(_ width: Int, header: Bool) -> [Int]? {
    var widths = columns.indices.map { index in
      rows.reduce(header ? DisplayWidth.of(columns[index].header) : 0) { max($0, $1[index].width) }
    }
    var excess = widths.reduce(0, +) + TextTable.gap * (columns.count - 1) - width
    while excess > 0 {
      let shrinkable = columns.indices.filter { index in columns[index].widthMin.map { widths[index] > $0 } ?? false }
      guard let widest = shrinkable.max(by: { (widths[$0], $1) < (widths[$1], $0) }) else { return nil }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
