package import Fleet

/// How the program is called where nothing else is said: of one file, of the environment, or of the command line.
///
/// A setting that is nil is not given there. What takes a guard away (`--yes`, `--take-over`, `--max-moves`) is said each time, and never here.
package struct Configuration: Sendable, Equatable {
  package enum Colour: String, Sendable, CaseIterable { case auto, always, never }
  package enum LogFormat: String, Sendable, CaseIterable { case text, json }

  package var manifests: String?
  package var state: String?
  package var credentials: String?
  package var allowPaths: [String]?
  package var allowCredentialPaths: Bool?
  package var intervalMilliseconds: Int?
  package var objective: Objective?
  package var color: Colour?
  package var quiet: Bool?
  package var logFormat: LogFormat?
  package var notify: [NotificationTarget]?
  /// Where in its file a setting stands.
  package var places: [String: SourceLocation] = [:]

  package init() {}

  package static let manifestsDefault = "manifests"
  package static let stateDefault = "state/reconcile.db"
  package static let intervalMillisecondsDefault = 60_000
  /// From the start of one pass to the start of the next.
  package static let intervalMilliseconds = 1000...86_400_000
}
