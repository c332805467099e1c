/// GitHub Markdown of limited length, from pieces that cannot leave their place.
struct MarkdownText {
  /// Kept free so that what was opened is always closed.
  private static let reserved = 500

  private let charactersMax: Int
  private(set) var text = ""
  private var count = 0

  init(charactersMax: Int) { self.charactersMax = charactersMax }

  private func hasRoom(for piece: String) -> Bool { count + piece.count <= charactersMax - MarkdownText.reserved }

  mutating func add(_ piece: String) { if hasRoom(for: piece) { close(piece) } }

  /// Added whatever the room, for what closes something.
  mutating func close(_ piece: String) {
    text += piece
    count += piece.count
  }

  /// Rows until the room is used up, then how many are left out.
  mutating func addRows<Item>(_ items: ArraySlice<Item>, of total: Int, _ row: (Item) -> String) {
    var shown = 0
    for item in items {
      let piece = row(item)
      guard hasRoom(for: piece) else { break }
      close(piece)
      shown += 1
    }
    if shown < total { close("\nand \(CountFormat.number(total - shown)) more: `--output json` lists all\n") }
  }

  /// No table, link, tag or mention can begin in it.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in Printable.clean(text) {
      switch character {
      case "|", "`", "*", "_", "[", "]", "\\", "~", "#": escaped += "\\\(character)"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "@": escaped += "&#64;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  static func code(_ text: String) -> String {
    "`" + Printable.clean(text).map { $0 == "`" ? "'" : ($0 == "|" ? "¦" : $0) }.reduce(into: "") { $0.append($1) } + "`"
  }
}
