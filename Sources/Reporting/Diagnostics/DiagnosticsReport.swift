package import Fleet

/// What is wrong with the manifests, as text and JSON.
package enum DiagnosticsReport {
  /// Diagnostics listed in text.
  package static let shownMax = 200

  /// Each as `path:line:column: error: message` with its hint, then the count.
  package static func text(_ diagnostics: [Diagnostic], fileCount: Int, style: TextStyle = .plain) -> String {
    var lines: [String] = []
    for diagnostic in diagnostics.prefix(shownMax) {
      lines.append(line(diagnostic).rendered(style))
      if let hint = diagnostic.hint { lines.append((StyledText("  hint: ", .accent) + StyledText(hint)).rendered(style)) }
    }
    if diagnostics.count > shownMax {
      lines.append("and \(CountFormat.number(diagnostics.count - shownMax)) more: --output json lists all")
    }
    lines.append(countLine(diagnostics, fileCount: fileCount))
    return lines.map { $0 + "\n" }.joined()
  }

  /// `2 errors, 1 warning in 14 files; nothing was changed`.
  package static func countLine(_ diagnostics: [Diagnostic], fileCount: Int) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    let place = "in \(CountFormat.text(fileCount, "file"))"
    let warningText = CountFormat.text(warnings, "warning")
    if errors == 0 { return warnings == 0 ? "no errors \(place)" : "no errors, \(warningText) \(place)" }
    return "\(CountFormat.text(errors, "error"))\(warnings > 0 ? ", \(warningText)" : "") \(place); nothing was changed"
  }

  package static func json(_ diagnostics: [Diagnostic], fileCount: Int? = nil) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    return JSONText.encodeOwn(
      Document(fileCount: fileCount, errors: errors, warnings: diagnostics.count - errors, diagnostics: diagnostics))
  }

  private struct Document: Encodable {
    var apiVersion = "reconcile/v1"
    var kind = "Diagnostics"
    var fileCount: Int?
    var errors: Int
    var warnings: Int
    var diagnostics: [Diagnostic]
  }

  /// Never wrapped: editors and scripts read `path:line:column`.
  private static func line(_ diagnostic: Diagnostic) -> StyledText {
    let place = diagnostic.location.map { "\($0): " } ?? ""
    let tone: Tone = diagnostic.severity == .error ? .bad : .warning
    return StyledText(place, .strong) + StyledText("\(diagnostic.severity.rawValue): ", tone) + StyledText(diagnostic.message)
  }
}
