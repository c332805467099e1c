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

  /// Characters of one foreign text.
  private static let pieceCharactersMax = 600

  /// Foreign text in a sentence of ours: as it is if it is plain words, else as code, in which neither GitHub nor GitLab sees a mention, a
  /// reference, a link, a tag or a command. (Both look for mentions after entities and backslashes are resolved, so those stop nothing.)
  static func escaped(_ text: String) -> String {
    let clean = Printable.clean(text)
    guard isPlainWords(clean) else { return code(clean) }
    return clean.replacing("_", with: "\\_")
  }

  static func code(_ text: String) -> String {
    var clean = Printable.clean(text)
    if clean.utf8.count > pieceCharactersMax { clean = "\(clean.prefix(pieceCharactersMax))…" }
    let content = String(clean.map { $0 == "`" ? "'" : ($0 == "|" ? "¦" : $0) })
    return content.allSatisfy { $0 == " " } ? "` `" : "`\(content)`"
  }

  /// Letters, digits and the punctuation of sentences, in no arrangement that either site gives a meaning to.
  private static func isPlainWords(_ text: String) -> Bool {
    guard text.utf8.count <= pieceCharactersMax, let first = text.first, first.isLetter || first == "(" || first.isNumber else {
      return false
    }
    if first.isNumber, let end = text.first(where: { !$0.isNumber }), end == "." || end == ")" { return false }
    var hexadecimal = 0
    var previous: Character = " "
    for character in text {
      guard character.isLetter || character.isNumber || " ,.;:()'-_/→…=+".contains(character) else { return false }
      // A line of a file is fine; `:name:` is a picture.
      if previous == ":", character != " ", !character.isNumber { return false }
      if previous == "/", character == "/" || character == " " { return false }
      if character == "/", previous == " " { return false }
      if previous == "_", character == "_" { return false }
      // From seven on a commit is looked for.
      hexadecimal = character.isHexDigit ? hexadecimal + 1 : 0
      if hexadecimal >= 7 { return false }
      previous = character
    }
    let lower = text.lowercased()
    guard text.firstMatch(of: /:[0-9A-Za-z_+\-]+:/) == nil else { return false }
    return !lower.contains("www.") && !lower.contains("gh-") && !lower.contains("http") && !lower.contains("mailto:")
  }
}
