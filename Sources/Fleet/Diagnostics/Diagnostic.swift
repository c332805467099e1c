/// Something a user wrote that is wrong or doubtful, where it stands and how to mend it.
package struct Diagnostic: Hashable, Sendable, Codable, CustomStringConvertible {
  package enum Severity: String, Sendable, Codable { case error, warning }

  package var severity: Severity
  /// Nil when no file can be named, as for an empty folder.
  package var location: SourceLocation?
  package var message: String
  package var hint: String?

  package init(_ severity: Severity, at location: SourceLocation?, _ message: String, hint: String? = nil) {
    self.severity = severity
    self.location = location
    self.message = message
    self.hint = hint
  }

  package static func error(_ message: String, at location: SourceLocation?, hint: String? = nil) -> Diagnostic {
    Diagnostic(.error, at: location, message, hint: hint)
  }
  package static func warning(_ message: String, at location: SourceLocation?, hint: String? = nil) -> Diagnostic {
    Diagnostic(.warning, at: location, message, hint: hint)
  }

  /// `path:line:column: error: message`, then the hint on a line of its own.
  package var description: String {
    let place = location.map { "\($0): " } ?? ""
    let advice = hint.map { "\n  hint: \($0)" } ?? ""
    return "\(place)\(severity.rawValue): \(message)\(advice)"
  }
}
