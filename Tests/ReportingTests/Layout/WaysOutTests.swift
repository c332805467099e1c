import Testing

@testable import Reporting

/// What is foreign stays what it is on every way out: it neither drives a terminal, nor a log of a CI system, nor a comment.
@Suite struct WaysOutTests {
  private static let pieces = [
    "\u{1b}]0;x\u{7}", "\u{1b}[2J", "\u{9b}31m", "\u{202e}", "\u{200b}", "\u{2066}", "\u{7f}", "\r\n", "\n", "\r", "\t", "\u{85}",
    "\u{2028}", "\0",
    "error: ", "warning: ", "  hint: ", "::set-output name=x::y", "::error::", "::", "##vso[task.setvariable variable=a]b", "##[group]",
    "##",
    "@org/team", "@user", "#1", "GH-1", "org/repo#1", "!5", "~label", "/close", "/assign @me", "http://e.example", "https://e",
    "www.e.example",
    "[a](http://b)", "<img src=x>", "&#64;team", "\\#1", "`", "```", "|", "\\|", "*", "_", "__", "~~", "$(id)", "deadbeef", "1f713227e8ca",
    "a@b.example",
    ":bomb:", "hv1", "is", "on", "ü", "漢", "👨‍👩‍👧", "e\u{301}", " ", "  ", "(", ")", ".", "1.", "- ", "> ", "%1", "^a", "{", "}", "\u{e0041}",
    "\u{feff}",
  ]

  static func text(_ seed: UInt64, _ number: Int) -> String {
    var generator = Mixer(state: seed &* 1000 &+ UInt64(number))
    return (0..<Int.random(in: 0...8, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  @Test(arguments: UInt64(0)..<20) func aLineIsOneLineWithoutControl(seed: UInt64) {
    for number in 0..<500 {
      let line = Printable.clean(Self.text(seed, number))
      #expect(!line.unicodeScalars.contains(where: Self.isHidden), "seed \(seed), \(number)")
    }
  }

  @Test(arguments: UInt64(0)..<20) func messagesBeginNoLinesOfTheirOwn(seed: UInt64) {
    for number in 0..<500 {
      let text = Self.text(seed, number)
      for message in [Message.error(text, hint: text), Message.warning(text), Message.block("error: \(text)")] {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") }, "seed \(seed), \(number): \(message)")
        #expect(!message.unicodeScalars.contains { Self.isHidden($0) && $0 != "\n" }, "seed \(seed), \(number)")
      }
      #expect(Message.error(text).split(separator: "\n").count == 1)
    }
  }

  @Test(arguments: UInt64(0)..<20) func noLogTakesItForACommand(seed: UInt64) {
    for number in 0..<500 {
      let shown = CommandFree.text(Self.text(seed, number))
      for line in shown.split(whereSeparator: \.isNewline) {
        #expect(!line.drop(while: \.isWhitespace).hasPrefix("::"), "seed \(seed), \(number): \(line)")
        #expect(line.firstMatch(of: /##[A-Za-z]*\[/) == nil, "seed \(seed), \(number): \(line)")
      }
    }
  }

  @Test func whatIsNoCommandStaysAsItIs() {
    let text = "### reconcile: 2 moves\nfd00::1 is up\n#1 ## heading\n"
    #expect(CommandFree.text(text) == text)
    #expect(CommandFree.text("\u{1b}[31m::error::x") == "\u{1b}[31m: :error::x")
    #expect(CommandFree.text("a ##vso[x]\n  ::warning::y") == "a # #vso[x]\n  : :warning::y")
  }

  /// Text outside of code spans is plain words; inside nothing but code happens on either site.
  @Test(arguments: UInt64(0)..<20) func aCommentMentionsNobody(seed: UInt64) {
    for number in 0..<500 {
      let text = Self.text(seed, number)
      for piece in [MarkdownText.escaped(text), MarkdownText.code(text)] {
        #expect(!piece.contains { $0.isNewline }, "seed \(seed), \(number)")
        let parts = piece.split(separator: "`", omittingEmptySubsequences: false)
        #expect(parts.count == 1 || parts.count == 3 && parts[0].isEmpty && parts[2].isEmpty, "seed \(seed), \(number): \(piece)")
        if parts.count == 3 { #expect(!piece.contains("|")) }
        guard parts.count == 1 else { continue }
        let plain = piece.replacing("\\_", with: "_")
        #expect(!plain.contains { "@#!~$&<>[]{}|\\*^%\"`".contains($0) }, "seed \(seed), \(number): \(piece)")
        #expect(
          plain.firstMatch(of: /[0-9A-Fa-f]{7}/) == nil && plain.firstMatch(of: /(?i)https?|www\.|gh-/) == nil, "seed \(seed): \(piece)")
        #expect(
          !plain.hasPrefix("/") && plain.firstMatch(of: /:[^\s0-9]/) == nil && plain.firstMatch(of: /:\w+:/) == nil,
          "seed \(seed), \(number): \(piece)")
      }
    }
  }

  @Test func plainSentencesStayReadable() {
    #expect(MarkdownText.escaped("maintenance: replace memory module B2 (OPS-1412)") == "maintenance: replace memory module B2 (OPS-1412)")
    #expect(MarkdownText.escaped("rule web_apart is broken on hv3") == "rule web\\_apart is broken on hv3")
    #expect(MarkdownText.escaped("ping &#64;org/team") == "`ping &#64;org/team`")
  }

  @Test(arguments: UInt64(0)..<20) func jsonShowsWhatItHolds(seed: UInt64) throws {
    for number in 0..<200 {
      let text = Self.text(seed, number)
      let json = try JSONText.encode(["key": text])
      #expect(try JSONText.decode([String: String].self, from: json)["key"] == text, "seed \(seed), \(number)")
      #expect(!json.unicodeScalars.contains { Self.isHidden($0) && $0 != "\n" }, "seed \(seed), \(number): \(json)")
      #expect(!json.contains("##") && CommandFree.text(json) == json, "seed \(seed), \(number): \(json)")
    }
  }

  /// A host's answer of any length is put on lines in time that grows with it and not with its square.
  @Test(.timeLimit(.minutes(10))) func aLongWordIsWrappedInTime() {
    let text = StyledText(String(repeating: "A", count: 400_000))
    let lines = text.wrapped(to: 100)
    #expect(lines.count == 4000 && lines.allSatisfy { $0.width == 100 })
  }
}

/// SplitMix64, so that a seed says the same on every machine.
private struct Mixer: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
