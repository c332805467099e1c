/// Lines that are put together into one text.
struct TextPage: Sendable {
  static let indent = 2

  let style: TextStyle
  private(set) var lines: [StyledText] = []

  init(_ style: TextStyle) { self.style = style }

  mutating func add(_ line: StyledText) { lines.append(line) }
  mutating func add(_ more: [StyledText]) { lines += more }
  mutating func blank() { if !lines.isEmpty, lines.last?.isEmpty == false { lines.append("") } }

  /// A heading with a blank line before it.
  mutating func heading(_ text: String, _ tone: Tone = .strong, note: String = "") {
    blank()
    wrap(StyledText(text, tone) + StyledText(note.isEmpty ? "" : ": \(note)"))
  }

  /// Wrapped at the page's width; lines after the first are `hanging` columns further in.
  mutating func wrap(_ text: StyledText, indent: Int = 0, hanging: Int = TextPage.indent) {
    let lines = text.wrapped(to: max(10, style.width - indent - hanging))
    for (index, line) in lines.enumerated() {
      add(StyledText(String(repeating: " ", count: index == 0 ? indent : indent + hanging)) + line)
    }
  }

  /// `label: text`, the text of all fields of a block starting in one column.
  mutating func field(_ label: String, _ text: StyledText, labelWidth: Int, indent: Int = TextPage.indent) {
    let start = indent + labelWidth + 1
    let lines = text.wrapped(to: max(10, style.width - start))
    for (index, line) in lines.enumerated() {
      let label = index == 0 ? StyledText(label, .quiet) : ""
      add(StyledText(String(repeating: " ", count: indent)) + label.padded(to: labelWidth + 1) + line)
    }
  }

  /// One text, every line ended.
  var text: String {
    lines.map { $0.rendered(style) + "\n" }.joined()
  }
}
