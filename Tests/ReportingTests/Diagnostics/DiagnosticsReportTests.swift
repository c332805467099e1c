import Fleet
import Reporting
import Testing

@Suite struct DiagnosticsReportTests {
  static let place = SourceLocation(path: "hosts.yaml", line: 3, column: 7)
  static let diagnostics = [
    Diagnostic.error("unknown key \"maintenence\"", at: place, hint: "did you mean maintenance?"),
    Diagnostic.error("the folder holds no documents", at: nil),
    Diagnostic.warning("rule web-apart selects nothing", at: SourceLocation(path: "rules\u{1b}[2J.yaml", line: 1, column: 1)),
  ]

  @Test func text() throws {
    try Golden.expect(DiagnosticsReport.text(Self.diagnostics, fileCount: 14), "diagnostics.txt")
    try Golden.expect(
      DiagnosticsReport.text(Self.diagnostics, fileCount: 14, style: TextStyle(color: true, width: 60, unicode: true)),
      "diagnostics-color.txt")
  }

  @Test func json() throws { try Golden.expect(DiagnosticsReport.json(Self.diagnostics, fileCount: 14), "diagnostics.json") }

  @Test(arguments: [
    (2, 1, 14, "2 errors, 1 warning in 14 files; nothing was changed"), (1, 0, 1, "1 error in 1 file; nothing was changed"),
    (0, 2, 3, "no errors, 2 warnings in 3 files"), (0, 0, 0, "no errors in 0 files"),
  ])
  func countLine(errors: Int, warnings: Int, files: Int, expected: String) {
    let all = Array(repeating: Self.diagnostics[0], count: errors) + Array(repeating: Self.diagnostics[2], count: warnings)
    #expect(DiagnosticsReport.countLine(all, fileCount: files) == expected)
  }

  @Test func manyAreCut() {
    let many = Array(repeating: Diagnostic.error("x", at: Self.place), count: 1500)
    let text = DiagnosticsReport.text(many, fileCount: 1)
    #expect(text.split(separator: "\n").count == 202)
    #expect(text.hasSuffix("and 1,300 more: --output json lists all\n1,500 errors in 1 file; nothing was changed\n"))
  }
}
