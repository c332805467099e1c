import Fleet
import Reporting
import Testing

@Suite struct LogEventTests {
  /// One line, whatever is in it.
  @Test func aLineIsAnObject() {
    let event = LogEvent(
      .note, at: StatusSamples.at, level: .warning, pass: 3, host: "hv1", message: "two\nlines \u{1b}[31m\"quoted\"", fields: ["a": "b\tc"])
    #expect(event.line.hasSuffix("}\n") && event.line.filter { $0 == "\n" }.count == 1)
    #expect(!event.line.contains("\u{1b}"))
    #expect(event.line.contains("\"event\":\"note\"") && event.line.contains("\"host\":\"hv1\"") && event.line.contains("\"pass\":3"))
  }

  @Test func levelsAreJournaldsPriorities() {
    #expect(LogEvent.Level.allCases.map(\.priority) == [6, 4, 3])
  }
}
