/// A line of text whose pieces have a tone; whatever it is made of cannot carry control characters.
struct StyledText: Sendable, Equatable, ExpressibleByStringInterpolation {
  struct Span: Sendable, Equatable {
    var text: String
    var tone: Tone
  }
  /// Which part of a text stays when it is shortened.
  enum Kept: Sendable { case start, ends }

  private(set) var spans: [Span]

  init(_ text: String, _ tone: Tone = .plain) {
    spans = text.isEmpty ? [] : [Span(text: Printable.clean(text), tone: tone)]
  }
  init(stringLiteral value: String) { self.init(value) }

  static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum += right
    return sum
  }
  static func += (left: inout StyledText, right: StyledText) {
    for span in right.spans {
      if let last = left.spans.last, last.tone == span.tone {
        left.spans[left.spans.count - 1].text += span.text
      } else {
        left.spans.append(span)
      }
    }
  }

  var isEmpty: Bool { spans.isEmpty }
  var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

  func rendered(_ style: TextStyle) -> String {
    var text = ""
    for span in trimmed.spans {
      if style.color, let code = span.tone.code { text += "\u{1b}[\(code)m\(span.text)\u{1b}[0m" } else { text += span.text }
    }
    return text
  }

  func padded(to width: Int, alignment: TextTable.Alignment = .leading) -> StyledText {
    let space = StyledText(String(repeating: " ", count: max(0, width - self.width)))
    return alignment == .leading ? self + space : space + self
  }

  /// At most `limit` columns, with an ellipsis where something was left out; the ends of a name tell more than its middle.
  func shortened(to limit: Int, _ style: TextStyle, keeping kept: Kept = .start) -> StyledText {
    guard width > limit else { return self }
    let room = limit - DisplayWidth.of(style.ellipsis)
    guard room > 0 else { return StyledText(String(style.ellipsis.prefix(max(0, limit)))) }
    let tail = kept == .ends ? room / 2 : 0
    return prefix(room - tail) + StyledText(style.ellipsis, .quiet) + suffix(tail)
  }

  /// Lines of at most `limit` columns, broken at spaces, or within a word that is longer than a line.
  func wrapped(to limit: Int) -> [StyledText] {
    guard width > limit else { return [self] }
    var lines: [StyledText] = []
    var line = StyledText("")
    var used = 0
    for word in words {
      let wordWidth = word.width
      if !line.isEmpty, used + 1 + wordWidth > limit {
        lines.append(line)
        (line, used) = (StyledText(""), 0)
      }
      if !line.isEmpty {
        line += line.space(before: word)
        used += 1
      }
      for piece in used + wordWidth <= limit ? [word] : word.pieces(of: limit) {
        if used > 0, used + piece.width > limit {
          lines.append(line)
          (line, used) = (StyledText(""), 0)
        }
        line += piece
        used += piece.width
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Cut into pieces of at most `limit` columns, of at least one character.
  private func pieces(of limit: Int) -> [StyledText] {
    var pieces: [StyledText] = []
    var piece: [(Character, Tone)] = []
    var used = 0
    for (character, tone) in characters {
      let columns = DisplayWidth.of(character)
      if used + columns > limit, !piece.isEmpty {
        pieces.append(StyledText(characters: piece))
        (piece, used) = ([], 0)
      }
      piece.append((character, tone))
      used += columns
    }
    return pieces + [StyledText(characters: piece)]
  }

  // MARK: pieces

  private var characters: [(Character, Tone)] { spans.flatMap { span in span.text.map { ($0, span.tone) } } }

  private init(characters: some Sequence<(Character, Tone)>) {
    spans = []
    for (character, tone) in characters {
      if spans.last?.tone == tone {
        spans[spans.count - 1].text.append(character)
      } else {
        spans.append(Span(text: String(character), tone: tone))
      }
    }
  }

  private func prefix(_ width: Int) -> StyledText { StyledText(characters: StyledText.fitting(characters, width)) }
  private func suffix(_ width: Int) -> StyledText {
    StyledText(characters: StyledText.fitting(characters.reversed(), width).reversed())
  }

  private static func fitting(_ characters: some Sequence<(Character, Tone)>, _ width: Int) -> [(Character, Tone)] {
    var left = width
    var taken: [(Character, Tone)] = []
    for (character, tone) in characters {
      left -= DisplayWidth.of(character)
      if left < 0 { break }
      taken.append((character, tone))
    }
    return taken
  }

  /// Between two words of one tone, a space of that tone.
  private func space(before word: StyledText) -> StyledText {
    let tone = spans.last?.tone
    return StyledText(" ", tone == word.spans.first?.tone ? tone ?? .plain : .plain)
  }

  private static let units: Set<String> = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ms", "s", "min", "h", "d"]

  /// What is between spaces; a number and its unit are one word.
  private var words: [StyledText] {
    var words: [StyledText] = []
    for piece in characters.split(whereSeparator: { $0.0 == " " }) {
      let word = StyledText(characters: piece)
      if let last = words.last, last.spans.last?.text.last?.isNumber == true, let span = word.spans.first,
        StyledText.units.contains(String(span.text.prefix { $0.isLetter }))
      {
        words[words.count - 1] = last + last.space(before: word) + word
      } else {
        words.append(word)
      }
    }
    return words
  }

  /// Without spaces at the end, which a terminal shows nothing of and a diff does.
  private var trimmed: StyledText {
    var text = self
    while let last = text.spans.last {
      let kept = last.text.reversed().drop { $0 == " " }.reversed()
      if kept.isEmpty {
        text.spans.removeLast()
      } else {
        text.spans[text.spans.count - 1].text = String(kept)
        return text
      }
    }
    return text
  }
}

extension [StyledText] {
  func joined(_ separator: StyledText) -> StyledText {
    var text = StyledText("")
    for (index, part) in enumerated() { text += index == 0 ? part : separator + part }
    return text
  }
}
