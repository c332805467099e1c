import Foundation
import Testing

/// `status --watch`: drawn anew in place, and the terminal as before at the end.
@Suite struct StatusWatchTests {
  private typealias Step = PretendTerminal.Step

  private func withMinimal<Result>(_ body: (ReconcileProgram) throws -> Result) throws -> Result {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    return try body(program)
  }

  @Test func aWatchedStatusIsDrawnAnewUntilCtrlC() throws {
    try withMinimal { program in
      let ended = try PretendTerminal(program).run(
        "reconcile status -w 1",
        [Step(after: "Ctrl-C ends it"), Step(after: "No pass was made yet"), Step(after: "No pass was made yet", type: "\u{3}")])
      #expect(ended.status == 130, "\(ended)")
      #expect(
        ended.text.hasPrefix("\u{1b}[?1049h\u{1b}[?25l") && ended.text.contains("\u{1b}[?25h\u{1b}[?1049l"),
        "\(ended.text.debugDescription)")
      #expect(!ended.text.contains("\u{1b}[2J"), "nothing flickers")
    }
  }

  /// The interval is longer than the test may take: only the resize draws again.
  @Test func aResizeIsDrawnAtOnce() throws {
    try withMinimal { program in
      let ended = try PretendTerminal(program, rows: 24, columns: 100).run(
        "reconcile status --watch 3600",
        [Step(after: "Ctrl-C ends it", resize: [3, 60]), Step(after: "more: a larger window shows them", type: "\u{3}")])
      #expect(ended.status == 130, "\(ended)")
    }
  }

  @Test func aSignalPutsTheTerminalBack() throws {
    try withMinimal { program in
      let ended = try PretendTerminal(program).run("exec reconcile status --watch", [Step(after: "Ctrl-C ends it", signal: 15)])
      #expect(ended.status == 143 && ended.text.hasSuffix("\u{1b}[?25h\u{1b}[?1049l"), "\(ended)")
    }
  }

  @Test(arguments: [
    ("reconcile status --watch | cat", "--watch draws a terminal anew, and standard output is none"),
    ("reconcile status 5", "goes with --watch"),
    ("reconcile status --watch -o json", "--output json prints once"), ("reconcile status --watch 0", "takes from 1 to 3600 seconds"),
  ])
  func aWatchedStatusIsRefused(command: String, words: String) throws {
    try withMinimal { program in
      let ended = try PretendTerminal(program, columns: 200).run("set -o pipefail; \(command)")
      #expect(ended.status == 64 && ended.text.contains(words), "\(ended)")
    }
  }

  @Test func aDumbTerminalIsNotDrawnOn() throws {
    try withMinimal { program in
      let ended = try PretendTerminal(program, kind: "dumb").run("reconcile status --watch")
      #expect(ended.status == 64 && !ended.text.contains("\u{1b}"), "\(ended)")
    }
  }
}
